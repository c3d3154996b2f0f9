"""The built product for the suites, and what it has written."""
import os
import re
import signal
import subprocess
from pathlib import Path

import syslogd

ROOT = Path(__file__).resolve().parent.parent
COMMAND = ROOT / "penstock"
NUMBER = re.compile(rb"message (\d+) of the suite")


class Penstock:
    """A server that can be killed and started again, with its state in a directory."""

    def __init__(self, home, certificates, *options, command=COMMAND, environment=None):
        self.home = home
        self.port = syslogd.free_port()
        self.ready = home / "ready.json"
        self.log = home / "server.log"
        self.environment = environment or {}
        self.command = [str(word) for word in (
            command, "serve", "--host", "127.0.0.1", "--port", self.port, "--ready-file", self.ready,
            "--cert", certificates.server, "--key", certificates.server_key, "--client-auth", "required",
            "--client-ca", certificates.ca, *options)]
        self.process = None

    def start(self):
        self.ready.unlink(missing_ok=True)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
                                            env={**os.environ, "PENSTOCK_HOME": str(self.home), **self.environment})
        syslogd.wait_for("the server's start; see " + str(self.log), lambda: self.ready.exists() or self.died(), 900)
        return self

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()

    def died(self):
        if self.process.poll() is not None:
            raise SystemExit(f"the server has ended with {self.process.returncode}:\n{self.log.read_text()[-3000:]}")
        return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(60) != 0:
            raise SystemExit(f"exit status {self.process.returncode}:\n{self.log.read_text()[-3000:]}")


def distribution_with(source, directory):
    """The command of a distribution of its own, whose lib/ext has the class of a source file."""
    syslogd.run(COMMAND, "version")
    home = directory / "penstock"
    syslogd.run("cp", "-r", ROOT / "distribution/target/run/penstock", home)
    jars = ":".join(str(jar) for jar in home.glob("lib/*.jar"))
    syslogd.run("javac", "-cp", jars, "-d", directory / "classes", source)
    (home / "lib/ext").mkdir(exist_ok=True)
    syslogd.run("jar", "cf", home / "lib/ext/suite.jar", "-C", directory / "classes", ".")
    return home / "bin/penstock"


def numbers(*files):
    """Of all messages in files, in their order."""
    found = []
    for file in files:
        if file.exists():
            found += [int(number) for number in NUMBER.findall(file.read_bytes())]
    return found


def lines_in(file):
    return file.read_bytes().count(b"\n") if file.exists() else 0
