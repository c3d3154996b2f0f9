"""A RELP client over TLS that knows to the message what it has been told."""
import socket
import ssl
import threading
import time


class Sender(threading.Thread):
    """Sends numbered messages a window at a time, and comes again when the server ends the connection.

    `acknowledged` are the numbers that were accepted; `ends` says how each connection ended: closed (by close_notify),
    truncated, reset, or refused before it was open.
    """

    WINDOW = 16

    def __init__(self, certificates, port, numbers, again=lambda: False, address="127.0.0.1", patience=30):
        super().__init__(daemon=True)
        self.context = ssl.create_default_context(cafile=str(certificates.ca))
        self.context.load_cert_chain(str(certificates.client), str(certificates.client_key))
        self.port, self.again = port, again
        self.address, self.patience = address, patience
        self.numbers, self.acknowledged, self.ends = iter(numbers), [], []
        self.unanswered = {}
        self.opened = threading.Event()

    def run(self):
        while self.once() and self.again():
            time.sleep(0.05)

    def once(self):
        """One connection; False when there is nothing left to send."""
        try:
            with socket.create_connection((self.address, self.port), self.patience) as transport:
                try:
                    tls = self.context.wrap_socket(transport, server_hostname="localhost", suppress_ragged_eofs=False)
                except (ConnectionError, ssl.SSLError):
                    self.ends.append("refused")
                    return True
                with tls:
                    return self.converse(tls)
        except ConnectionRefusedError:
            self.ends.append("refused")
        except ssl.SSLEOFError:
            self.ends.append("truncated")
        except (ConnectionError, ssl.SSLError):
            self.ends.append("reset")
        return True

    def converse(self, tls):
        replies = tls.makefile("rb")
        offers = b"relp_version=0\nrelp_software=suite\ncommands=syslog"
        tls.sendall(b"1 open %d %s\n" % (len(offers), offers))
        due, self.unanswered = list(self.unanswered.values()), {}
        transaction = 1
        while True:
            while len(self.unanswered) < self.WINDOW and self.opened.is_set():
                number = due.pop(0) if due else next(self.numbers, None)
                if number is None:
                    break
                transaction += 1
                self.unanswered[transaction] = number
                message = b"<13>1 - suite suite - - - message %d of the suite" % number
                tls.sendall(b"%d syslog %d %s\n" % (transaction, len(message), message))
            if self.opened.is_set() and not self.unanswered:
                tls.sendall(b"%d close 0\n" % (transaction + 1))
                return False
            if not self.receive(replies):
                self.ends.append("closed")
                return True

    def receive(self, replies):
        """Takes one response; False at the end of the stream."""
        head = b""
        while not head.endswith(b" ") and not head.endswith(b"\n") or head.count(b" ") + head.count(b"\n") < 3:
            byte = replies.read(1)
            if not byte:
                return False
            head += byte
        words = head.split()
        data = replies.read(int(words[2]) + 1) if head.endswith(b" ") else b""
        if words[1] == b"rsp" and words[0] == b"1":
            self.opened.set()
        elif words[1] == b"rsp":
            number = self.unanswered.pop(int(words[0]))
            if data.startswith(b"200"):
                self.acknowledged.append(number)
            else:
                raise ValueError(f"message {number} was refused: {data!r}")
        return True
