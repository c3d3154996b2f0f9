"""The rows of `bench/compare`: what is measured, by which load, and what is to be reached."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Work:
    """A row. `serves` is what the servers do, `load` the words for tlsload; memory and start have none.

    A measured value times `scale` is in `unit`s.
    """

    name: str
    title: str
    unit: str
    scale: float
    serves: str
    load: tuple = ()
    digits: int = 1


LINES = ("ingest", "-n", "16", "-s", "100")

WORKS = [
    Work("full", "full handshake", "us", 1e6, "echo", ("handshake", "-n", "16"), 0),
    Work("resumed", "resumed handshake", "us", 1e6, "echo", ("handshake", "-n", "16", "--resume"), 0),
    Work("lines", "100-byte lines, 16 conn.", "ns", 1e9, "lines", LINES),
    Work("records", "one line per record", "ns", 1e9, "lines", (*LINES, "--record-per-line"), 0),
    Work("bulk", "16 KiB, 1 connection", "us", 1e6, "discard", ("ingest", "-n", "1", "-s", "16384"), 2),
    Work("echo", "echo 64 B, 64 conn.", "us", 1e6, "echo", ("echo", "-n", "64", "-s", "64"), 2),
    Work("p99", "  its p99, wall time", "us", 1e6, "echo", (), 0),
    Work("syslog", "syslog lines, 16 conn.", "ns", 1e9, "syslog", (*LINES, "--head", "<34>1 - - - - - - ")),
    Work("memory", "resident per idle conn.", "KiB", 1, "echo"),
    Work("start", "start to first handshake", "s", 1, "echo", (), 2),
]
BY_NAME = {work.name: work for work in WORKS}
# What may be asked for: p99 comes with echo
NAMES = [work.name for work in WORKS if work.name != "p99"]

# Ours over Netty's with the same engine on the same JDK, at the most
RATIO_TARGETS = {
    "native": {"full": 1.25, "resumed": 1.15, "lines": 0.8, "records": 1.0, "bulk": 1.25, "echo": 1.15, "p99": 1.0},
    "jdk": {"lines": 1.1, "echo": 1.1},
}
# In the row's unit, at the most
TARGETS = {"native": {"memory": 16, "start": 0.8}, "jdk": {}}

# Protocol and processor of our server, by what it is to do
OURS = {"echo": ("raw", "echo"), "lines": ("lines", "discard"), "discard": ("raw", "discard"), "syslog": ("syslog", "discard")}
