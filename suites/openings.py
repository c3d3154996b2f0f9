#!/usr/bin/env python3
"""Openings that are no good: flipped bits in a recorded ClientHello (by zzuf), and random bytes.

    suites/openings.py [--bodies N] [--headers N] [--random N] [--pid PID] PORT

Each is sent on a connection of its own to 127.0.0.1. What must come back:

    nothing but its bits    a TLS alert; a ServerHello, where the flipped bits were of no consequence
    lengths beyond its end  the same, or silence while the server waits for the rest, and the end after our FIN

Never a reset, never text, never silence otherwise. An honest handshake must succeed in between and afterwards. With --pid
the process must have as many descriptors open at the end as before. Seeds are fixed, so that a finding comes again.
"""
import argparse
import os
import random
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HELLO = bytes.fromhex("".join((Path(__file__).resolve().parent / "client-hello.hex").read_text().split()))
HEADERS = 9  # of the record (5) and of the handshake message (4)
RECORDS = {20: "change_cipher_spec", 21: "alert", 22: "handshake"}
PATIENCE_SECONDS = 5
SETTLE_SECONDS = 30


def mutated(count, byte_range, ratio):
    """HELLO, with bits flipped in that range of bytes, for each seed below count."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(HELLO)
        file.flush()
        told = subprocess.run(["zzuf", "-s", f"0:{count}", "-r", ratio, "-b", byte_range, "cat", file.name],
                              stdout=subprocess.PIPE, check=True).stdout
    if len(told) != count * len(HELLO):
        sys.exit(f"zzuf made {len(told)} bytes (expected: {count} times {len(HELLO)})")
    return [told[i:i + len(HELLO)] for i in range(0, len(told), len(HELLO))]


def claims_more(opening):
    """Whether a reader that believes the lengths has to wait for what comes after these bytes."""
    if len(opening) < HEADERS:
        return True
    record = 5 + int.from_bytes(opening[3:5], "big")
    message = int.from_bytes(opening[6:9], "big")
    return record > len(opening) or (opening[0] == 22 and HEADERS + message > len(opening))


def read(tcp):
    """What the server says until it closes; None: it says nothing, and waits."""
    told = b""
    try:
        while len(told) < 6:
            more = tcp.recv(4096)
            if not more:
                return told
            told += more
        return told
    except socket.timeout:
        return None if not told else told


def judge(port, opening):
    """What is wrong with the answer to an opening; empty when nothing is."""
    waits = claims_more(opening)
    with socket.create_connection(("127.0.0.1", port), timeout=0.3 if waits else PATIENCE_SECONDS) as tcp:
        try:
            tcp.sendall(opening)
            told = read(tcp)
            if told is None and waits:
                tcp.shutdown(socket.SHUT_WR)
                tcp.settimeout(PATIENCE_SECONDS)
                return "silence after our FIN" if read(tcp) is None else ""
        except ConnectionError as e:
            return f"{type(e).__name__} in place of an alert"
    if told is None:
        return "silence"
    if len(told) < 6 or told[0] not in RECORDS or told[1] != 3:
        return f"{told[:20]!r} in place of an alert" if told else "closed without an alert"
    return ""


def honest(port):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as tcp:
        with context.wrap_socket(tcp) as tls:
            tls.sendall(b"honest\n")
            if tls.recv(100) != b"honest\n":
                sys.exit("an honest client's bytes did not come back")


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd")) if pid else 0


def settled(pid, before):
    """Descriptors once they are no more than before, or after half a minute."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while descriptors(pid) > before and time.monotonic() < deadline:
        time.sleep(0.1)
    return descriptors(pid)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--bodies", type=int, default=600, metavar="N")
    args.add_argument("--headers", type=int, default=200, metavar="N")
    args.add_argument("--random", type=int, default=200, metavar="N")
    args.add_argument("--pid", type=int)
    args.add_argument("port", type=int)
    o = args.parse_args()
    seeded = random.Random(1)
    openings = [("body", i, opening) for i, opening in enumerate(mutated(o.bodies, f"{HEADERS}-", "0.0005:0.05"))]
    openings += [("header", i, opening) for i, opening in enumerate(mutated(o.headers, f"0-{HEADERS - 1}", "0.02:0.2"))]
    openings += [("random", i, seeded.randbytes(seeded.randint(1, 2000))) for i in range(o.random)]
    honest(o.port)
    honest(o.port)
    before = descriptors(o.pid)
    wrong = 0
    for i, (kind, seed, opening) in enumerate(openings):
        fault = judge(o.port, opening)
        if fault:
            wrong += 1
            print(f"{kind} {seed}: {fault} (opening: {opening[:16].hex()}…, {len(opening)} bytes)")
        if i % 100 == 0:
            honest(o.port)
    honest(o.port)
    after = settled(o.pid, before)
    print(f"{len(openings)} openings, {wrong} answered wrongly; descriptors {before} before, {after} after")
    sys.exit(1 if wrong or after > before else 0)


if __name__ == "__main__":
    main()
