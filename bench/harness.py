"""What the measuring scripts share: a server that is started by the launcher, and a line about the machine."""
import json
import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

LAUNCHER = str(Path(__file__).resolve().parent.parent / "penstock")
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


def machine(command):
    java_home = os.environ.get("JAVA_HOME")
    java = os.path.join(java_home, "bin", "java") if java_home else "java"
    jdk = subprocess.run([java, "-version"], capture_output=True, text=True).stderr.splitlines()[1]
    cpu = platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        names = [line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
        cpu = names[0] if names else cpu
    return (f"{time.strftime('%Y-%m-%d')}  {os.cpu_count()} x {cpu}  {platform.system()} {platform.release()}  "
            f"load {os.getloadavg()[0]:.2f}\n{jdk}  PENSTOCK_OPTS={os.environ.get('PENSTOCK_OPTS', '')!r}  {command}")
