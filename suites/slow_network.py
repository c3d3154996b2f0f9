"""A relay of TCP on 127.0.0.1 through which everything takes its time, each way and in its order."""
import asyncio
import contextlib
import threading

import syslogd


class SlowNetwork:
    """Relays within its `with` block; then what is still under way is lost."""

    def __init__(self, target, seconds):
        self.target, self.seconds = target, seconds
        self.port = syslogd.free_port()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True)

    def __enter__(self):
        self.thread.start()
        syslogd.wait_for("the relay", lambda: syslogd.accepts(self.port), 10)
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.over.set)
        self.thread.join()

    async def serve(self):
        self.loop, self.over = asyncio.get_running_loop(), asyncio.Event()
        async with await asyncio.start_server(self.connect, "127.0.0.1", self.port):
            await self.over.wait()

    async def connect(self, reader, writer):
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        # Python 3.11 complains of a task that ends as cancelled, here where the relay ends.
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(self.pass_on(reader, back), self.pass_on(there, writer))

    async def pass_on(self, reader, writer):
        """One direction. A side that is gone, or does not want to hear the end any more, ends it."""
        pieces = asyncio.Queue()
        with contextlib.suppress(OSError):
            await asyncio.gather(self.take(reader, pieces), self.hand_on(pieces, writer))

    async def take(self, reader, pieces):
        data = None
        while data != b"":
            data = await reader.read(65536)
            pieces.put_nowait((asyncio.get_running_loop().time() + self.seconds, data))

    @staticmethod
    async def hand_on(pieces, writer):
        while True:
            due, data = await pieces.get()
            await asyncio.sleep(due - asyncio.get_running_loop().time())
            if not data:
                writer.write_eof()
                return
            writer.write(data)
            await writer.drain()
