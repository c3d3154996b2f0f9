"""Clients that mean harm, by the thousand, in one process: half-open handshakes, a byte a second, and scanners.

    python3 attackers.py PORT HALF_OPEN DRIPPING SCANNERS

Goes to 127.0.0.1 from addresses of 127.0.0.0/8, whoever is turned away comes again, and it ends with its stdin. Once all of them
have connected a line of JSON says so; at the end another one counts what they saw.
"""
import errno
import heapq
import json
import selectors
import socket
import ssl
import sys
import time

# A second; a scanner that waits less is a load test of accept
SCANS = 10
# Connections begun a second while the attack builds up
BUILD_UP = 2000


def client_hello():
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context()
    engine = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
    try:
        engine.do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()


class Attack:
    def __init__(self, port):
        self.port, self.hello = port, client_hello()
        self.selector = selectors.DefaultSelector()
        self.due, self.order = [], 0
        self.counts = {"connected": 0, "refused": 0, "ended_by_server": 0, "scans": 0, "bytes_dripped": 0}
        self.source = 0

    def at(self, seconds, action, *arguments):
        self.order += 1
        heapq.heappush(self.due, (time.monotonic() + seconds, self.order, action, arguments))

    def connect(self, connected):
        """Calls `connected(socket)` once it is, and tries again after a second when it is refused."""
        one = socket.socket()
        one.setblocking(False)
        self.source += 1
        one.bind((f"127.{1 + self.source // 60000 % 200}.{self.source // 250 % 240}.{1 + self.source % 250}", 0))
        if one.connect_ex(("127.0.0.1", self.port)) not in (0, errno.EINPROGRESS):
            one.close()
            self.counts["refused"] += 1
            self.at(1, self.connect, connected)
            return
        self.selector.register(one, selectors.EVENT_WRITE, lambda: self.on_connected(one, connected))

    def on_connected(self, one, connected):
        self.selector.unregister(one)
        if one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            one.close()
            self.counts["refused"] += 1
            self.at(1, self.connect, connected)
        else:
            self.counts["connected"] += 1
            connected(one)

    def hold(self, one, again):
        """Reads until the server ends it, and then comes again."""
        def read():
            try:
                if one.recv(65536):
                    return
            except BlockingIOError:
                return
            except OSError:
                pass
            self.selector.unregister(one)
            one.close()
            self.counts["ended_by_server"] += 1
            self.at(0.1, self.connect, again)
        self.selector.register(one, selectors.EVENT_READ, read)

    def half_open(self, one):
        self.send(one, self.hello)
        self.hold(one, self.half_open)

    def drip(self, one, sent=0):
        if one.fileno() >= 0:
            if sent == 0:
                self.hold(one, self.drip)
            self.send(one, self.hello[sent:sent + 1])
            self.counts["bytes_dripped"] += 1
            if sent + 1 < len(self.hello):
                self.at(1, self.drip, one, sent + 1)

    def scan(self, one):
        self.send(one, self.hello[:3])
        one.close()
        self.counts["scans"] += 1
        self.at(1 / SCANS, self.connect, self.scan)

    @staticmethod
    def send(one, data):
        try:
            one.send(data)
        except OSError:
            pass  # the server has ended it; reading says so

    def run(self, half_open, dripping, scanners):
        kinds = [self.half_open] * half_open + [self.drip] * dripping + [self.scan] * scanners
        for place, kind in enumerate(kinds):
            self.at(place / BUILD_UP, self.connect, kind)
        self.selector.register(sys.stdin, selectors.EVENT_READ, None)
        told = False
        while True:
            wait = max(0, self.due[0][0] - time.monotonic()) if self.due else 1
            for key, _ in self.selector.select(min(wait, 1)):
                if key.data is None:
                    return
                key.data()
            while self.due and self.due[0][0] <= time.monotonic():
                _, _, action, arguments = heapq.heappop(self.due)
                action(*arguments)
            if not told and self.counts["connected"] + self.counts["refused"] >= len(kinds):
                told = True
                print(json.dumps(self.counts), flush=True)


def main():
    port, half_open, dripping, scanners = (int(word) for word in sys.argv[1:])
    attack = Attack(port)
    attack.run(half_open, dripping, scanners)
    print(json.dumps(attack.counts), flush=True)


if __name__ == "__main__":
    main()
