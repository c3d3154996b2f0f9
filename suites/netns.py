"""Network namespaces for the suites: hosts of their own on cables that can be pulled. All of it ends with this process."""
import contextlib
import ctypes
import os
import subprocess
import threading

NEW_NETWORK = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


def check(result):
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def isolate():
    """Moves this process, while it has one thread, to a network in which there is nothing but what it makes."""
    try:
        check(LIBC.unshare(NEW_NETWORK))
    except PermissionError:
        raise SystemExit("needs root, or a user namespace: unshare --user --map-root-user --net suites/faults") from None
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def new_namespace():
    """A descriptor of a namespace that lasts as long as it is open: made by a thread of its own, which ends in it."""
    found = []

    def make():
        check(LIBC.unshare(NEW_NETWORK))
        found.append(os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC))

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    return found[0]


class Host:
    """A host with one cable to this one, and no way to anywhere else. Number: 1 to 254, another for each."""

    def __init__(self, number):
        self.gateway, self.address = f"10.99.{number}.1", f"10.99.{number}.2"
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self.namespace = new_namespace()
        self.path = f"/proc/{os.getpid()}/fd/{self.namespace}"
        cable = f"cable{number}"
        self.ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", self.path, here=True)
        self.ip("addr", "add", f"{self.gateway}/24", "dev", cable, here=True)
        self.ip("link", "set", cable, "up", here=True)
        self.ip("addr", "add", f"{self.address}/24", "dev", "eth0")
        self.ip("link", "set", "lo", "up")
        self.mend()

    def ip(self, *words, here=False):
        subprocess.run([*([] if here else ["nsenter", f"--net={self.path}"]), "ip", *words], check=True)

    def cut(self):
        """Nothing goes in or out, and nobody is told."""
        self.ip("link", "set", "eth0", "down")

    def mend(self):
        self.ip("link", "set", "eth0", "up")

    @contextlib.contextmanager
    def inside(self):
        """The calling thread is on this host meanwhile; sockets that it makes stay there."""
        check(LIBC.setns(self.namespace, NEW_NETWORK))
        try:
            yield
        finally:
            check(LIBC.setns(self.home, NEW_NETWORK))

    def close(self):
        """Takes the host away; what still runs on it is not told."""
        os.close(self.namespace)
        os.close(self.home)
