"""What the measuring scripts share: a server that is started by the launcher, Netty to compare it with, tlsload, a
certificate, and a line about the machine."""
import json
import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEERS = HERE / "peers"
LAUNCHER = str(HERE.parent / "penstock")
BUILD_SECONDS = 1200  # a first start may build


class Server:
    """`COMMAND serve` on a free loopback port, with its state in `home`; stopped at the end of a `with` block.

    With `core` it runs on that one only; its build, if it is out of date, too.
    """

    def __init__(self, command, home, *options, core=None):
        self.home = Path(home)
        self.ready_file = self.home / "ready.json"
        self.ready_file.unlink(missing_ok=True)
        self.log = self.home / "server.log"
        with open(self.log, "wb") as log:
            self.started = time.perf_counter()
            pin = [] if core is None else ["taskset", "-c", str(core)]
            self.process = subprocess.Popen(
                [*pin, command, "serve", "--host", "127.0.0.1", "--port", "0", "--ready-file", self.ready_file, *options],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
                env={**os.environ, "PENSTOCK_HOME": str(home)})

    def __enter__(self):
        while not self.ready_file.exists():
            if self.process.poll() is not None or time.perf_counter() - self.started > BUILD_SECONDS:
                self.kill()
                sys.exit(f"the server did not come up:\n{self.log.read_text()}")
            time.sleep(0.001)
        self.ready = time.perf_counter()
        told = json.loads(self.ready_file.read_text())
        self.pid, self.port = told["pid"], told["port"]
        if self.pid != self.process.pid:
            self.kill()
            sys.exit(f"the launcher's pid is {self.process.pid}, the server's {self.pid}: it did not exec")
        return self

    def __exit__(self, failure, *_):
        if failure is not None:
            self.kill()
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(60)
        except subprocess.TimeoutExpired:
            status = "none, killed after a minute"
            self.kill()
        if status != 0:
            sys.exit(f"exit status after SIGTERM: {status}\n{self.log.read_text()}")

    def kill(self):
        self.process.kill()
        self.process.wait()


class Netty:
    """NettyPeer on a free port and on core 0, for the length of a `with` block. Its work: echo, lines, discard."""

    def __init__(self, engine, certificate, key, work="echo"):
        self.process = subprocess.Popen(
            ["taskset", "-c", "0", java(), "-cp", f"{PEERS}/target/classes:{PEERS}/target/lib/*", "peers.NettyPeer",
             engine, certificate, key, work],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.pid = self.process.pid

    def __enter__(self):
        told = self.process.stdout.readline().strip()
        if not told:
            sys.exit("NettyPeer did not come up")
        self.port = int(told)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def build_peers():
    subprocess.run(["mvn", "-B", "-ntp", "-q", "-f", PEERS / "pom.xml", "package"], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def build_tlsload(folder):
    """Compiles the load generator into a folder; its path."""
    tlsload = os.path.join(folder, "tlsload")
    subprocess.run(["cc", "-O2", "-o", tlsload, HERE / "tlsload.c", "-lssl", "-lcrypto"], check=True)
    return tlsload


def certificate(folder):
    """A self-signed EC certificate and its key."""
    cert, key = os.path.join(folder, "ec.pem"), os.path.join(folder, "ec.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", key, "-out", cert, "-days", "30", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost"], check=True, stderr=subprocess.DEVNULL)
    os.chmod(key, 0o600)
    return cert, key


def java():
    home = os.environ.get("JAVA_HOME")
    return os.path.join(home, "bin", "java") if home else "java"


def machine(command):
    jdk = subprocess.run([java(), "-version"], capture_output=True, text=True).stderr.splitlines()[1]
    cpu = platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        names = [line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
        cpu = names[0] if names else cpu
    return (f"{time.strftime('%Y-%m-%d')}  {os.cpu_count()} x {cpu}  {platform.system()} {platform.release()}  "
            f"load {os.getloadavg()[0]:.2f}\n{jdk}  PENSTOCK_OPTS={os.environ.get('PENSTOCK_OPTS', '')!r}  {command}")
