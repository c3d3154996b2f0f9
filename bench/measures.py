"""What the scripts measure of a server, by its pid and its port: CPU per unit of work, memory, the first handshake."""
import contextlib
import json
import os
import re
import socket
import ssl
import statistics
import subprocess
import time
from pathlib import Path

from harness import LOAD_CORE, Failure, java, pinned

# Seconds of the server's CPU that a round has at least: /proc counts hundredths
ENOUGH = 1
# A round that gets no further in so many passes has a server that does nothing
MOST_PASSES = 30
SETTLE_SECONDS = 3
OPEN_SECONDS = 300  # tlsload gives up opening connections then
DRAIN_SECONDS = 20


def load(tlsload, server, words, seconds, enough=ENOUGH, core=LOAD_CORE):
    """One round, of as many passes of some seconds as it takes until the server has had `enough` seconds of CPU.

    Seconds of its CPU per unit, the generator's share of its core, the load average, and for echoes their p99 in seconds.
    """
    cpu = units = 0
    passes = []
    while cpu < enough or not units:
        if len(passes) == MOST_PASSES:
            raise Failure(f"{units:.0f} units of work and {cpu:.2f} s of the server's CPU in {len(passes)} passes")
        passes.append(one_pass(tlsload, server, words, seconds, core))
        cpu += passes[-1]["server_cpu_s"]
        units += units_of(passes[-1])
    told = {"seconds": cpu / units, "generator": statistics.mean(told["client_cpu"] for told in passes),
            "server": statistics.mean(told["server_cpu"] for told in passes), "load": os.getloadavg()[0]}
    if "p99_us" in passes[0]:
        told["p99"] = statistics.median(told["p99_us"] for told in passes) / 1e6
    return told


def one_pass(tlsload, server, words, seconds, core):
    try:
        ran = subprocess.run(
            [*pinned(core), tlsload, *words, "-p", str(server.port), "-t", str(seconds), "--server-pid", str(server.pid),
             "--drain", str(DRAIN_SECONDS)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=OPEN_SECONDS + seconds + 2 * DRAIN_SECONDS)
    except subprocess.TimeoutExpired as late:
        raise Failure(f"tlsload had not ended after {late.timeout:.0f} s")
    if ran.returncode:
        raise Failure(f"tlsload ended with {ran.returncode}: {ran.stderr.strip()}")
    told = json.loads(ran.stdout)
    if told["failed"] or told.get("unfinished") or told.get("resets"):
        raise Failure(f"{told['failed']} connections failed, {told.get('unfinished', 0)} unfinished, "
                      f"{told.get('resets', 0)} reset: {told['error']}")
    if "--resume" in words and told["reused"] + told["n"] < 0.9 * told["handshakes"]:  # the first of each slot is a full one
        raise Failure(f"{told['reused']} of {told['handshakes']} handshakes were resumed")
    return told


def units_of(told):
    for key in ("handshakes", "requests"):
        if key in told:
            return told[key]
    return told["bytes"] / told["line"]


def cpu_seconds(pid):
    return seconds_in(Path(f"/proc/{pid}/stat"))


def thread_seconds(pid):
    """CPU by thread; one that ends meanwhile is left out."""
    seconds = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            seconds[task.name] = seconds_in(task / "stat")
    return seconds


def seconds_in(stat):
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pss_kib(pid):
    """Resident memory, with a fair part of what is shared."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def jcmd(pid, *command):
    return subprocess.run([java("jcmd"), str(pid), *command], capture_output=True, text=True, check=True).stdout


def collected_kib(pid):
    """Resident memory of a JVM after a collection."""
    jcmd(pid, "GC.run")
    time.sleep(1)
    return pss_kib(pid)


def live_classes(pid):
    """Bytes of live objects by class; collects garbage."""
    rows = re.findall(r"^ *\d+: +(\d+) +(\d+)  (\S+)", jcmd(pid, "GC.class_histogram"), re.MULTILINE)
    return {name: (int(count), int(size)) for count, size, name in rows}


class Idle:
    """So many idle connections, for the length of a `with` block. `settle` is how long to wait until they are quiet."""

    def __init__(self, tlsload, port, n, settle=SETTLE_SECONDS):
        self.load = subprocess.Popen(
            [*pinned(LOAD_CORE), tlsload, "idle", "-p", str(port), "-n", str(n), "--srcs", "4", "--hold", "600"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.n, self.settle = n, settle

    def __enter__(self):
        try:
            self.told = self.load.stderr.readline().strip()
            if not self.told.startswith(f"established {self.n} failed 0 "):
                raise Failure(f"tlsload: {self.told or 'no answer'}")
            time.sleep(self.settle)
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_):
        self.kill()
        time.sleep(self.settle)

    def kill(self):
        self.load.kill()
        self.load.wait()


def idle_kib(tlsload, server, n, warm_up, resident=collected_kib):
    """Resident KiB for each of n idle connections, beyond what the server has after `warm_up` others."""
    with Idle(tlsload, server.port, warm_up):
        pass
    before = resident(server.pid)
    with Idle(tlsload, server.port, n):
        return (resident(server.pid) - before) / n


def first_handshake(server, ca):
    """Seconds from the server's start to a completed handshake of a client that trusts `ca`: this process."""
    trusting = ssl.create_default_context(cafile=ca)
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as tcp:
        with trusting.wrap_socket(tcp, server_hostname="localhost") as tls:
            done = time.perf_counter()
            tls.sendall(b"penstock\n")
    return done - server.started
