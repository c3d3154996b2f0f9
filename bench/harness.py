"""What the measuring scripts share: a server that is started by the launcher, JDKs, tlsload, a certificate, and a line
about the machine."""
import contextlib
import json
import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
LAUNCHER = str(HERE.parent / "penstock")
BUILD_SECONDS = 1200  # a first start may build
SERVER_CORE, LOAD_CORE = 0, 1


class Failure(SystemExit):
    """What went wrong, in words: ends the script with them and status 1, unless it is caught."""


def run(main):
    """Runs a script's main function. Ctrl-C and SIGTERM end it by way of its `with` blocks, which end what it has started."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def pinned(core):
    """The words before a command that keep it on a core; None: on any."""
    return [] if core is None else ["taskset", "-c", str(core)]


def last_words(log):
    """The end of a log, for an error message."""
    return Path(log).read_text(errors="replace")[-2000:].strip() or "(it said nothing)"


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
            self.process = subprocess.Popen(
                [*pinned(core), command, "serve", "--host", "127.0.0.1", "--port", "0", "--ready-file", self.ready_file,
                 *options],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
                env={**os.environ, "PENSTOCK_HOME": str(home)})
        self.pid = self.process.pid

    def __enter__(self):
        try:
            self.await_ready()
        except BaseException:
            self.kill()
            raise
        return self

    def await_ready(self):
        while not self.ready_file.exists():
            if self.process.poll() is not None or time.perf_counter() - self.started > BUILD_SECONDS:
                raise Failure(f"the server did not come up:\n{last_words(self.log)}")
            time.sleep(0.001)
        self.ready = time.perf_counter()
        told = json.loads(self.ready_file.read_text())
        self.port = told["port"]
        if told["pid"] != self.pid:
            raise Failure(f"the launcher's pid is {self.pid}, the server's {told['pid']}: it did not exec")

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
        except BaseException:
            self.kill()
            raise
        if status != 0:
            raise Failure(f"exit status after SIGTERM: {status}\n{last_words(self.log)}")

    def kill(self):
        self.process.kill()
        self.process.wait()


def settings(values):
    """The words of a command line that set these keys."""
    return [word for key, value in values.items() for word in ("--set", f"{key}={value}")]


def build(command):
    """Lets a launcher build what it has to, and make its class-data archive for the JDK of the moment."""
    built = subprocess.run([command, "version"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                           text=True)
    if built.returncode:
        raise Failure(f"{command} version: {built.stderr.strip()}")


def build_tlsload(folder):
    """Compiles the load generator into a folder; its path."""
    return compile_c(HERE / "tlsload.c", os.path.join(folder, "tlsload"))


def compile_c(source, binary):
    try:
        subprocess.run(["cc", "-O2", "-o", binary, source, "-lssl", "-lcrypto"], check=True)
    except (OSError, subprocess.CalledProcessError) as failure:
        raise Failure(f"{failure}: a C compiler and OpenSSL's headers are needed (apt-get install gcc libssl-dev)")
    return binary


def certificate(folder):
    """A self-signed EC certificate and its key."""
    cert, key = os.path.join(folder, "ec.pem"), os.path.join(folder, "ec.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", key, "-out", cert, "-days", "30", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost"], check=True, stderr=subprocess.DEVNULL)
    os.chmod(key, 0o600)
    return cert, key


class Stage:
    """What all servers of a run share: a folder that ends with the run, the load generator, a certificate and its key."""

    def __init__(self, folder):
        self.folder = folder
        self.tlsload = build_tlsload(folder)
        self.cert, self.key = certificate(folder)

    def cert_and_key(self):
        """Both in one file."""
        both = Path(self.folder, "both.pem")
        both.write_text(Path(self.cert).read_text() + Path(self.key).read_text())
        both.chmod(0o600)
        return both

    def home(self):
        """A new folder for a server's state."""
        return tempfile.mkdtemp(prefix="home-", dir=self.folder)


def raise_file_limit():
    """As many open files as this user may have, for this process and what it starts; their number."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def java(tool="java"):
    """A tool of the JDK of the moment: the one in JAVA_HOME, else the one in PATH."""
    home = os.environ.get("JAVA_HOME")
    return os.path.join(home, "bin", tool) if home else tool


@contextlib.contextmanager
def jdk(home):
    """The JDK of the moment, for the length of a `with` block; None: as it is."""
    before = os.environ.get("JAVA_HOME")
    if home:
        os.environ["JAVA_HOME"] = home
    try:
        yield
    finally:
        if home and before is None:
            del os.environ["JAVA_HOME"]
        elif home:
            os.environ["JAVA_HOME"] = before


def java_version():
    """The JDK of the moment, such as 17.0.15."""
    banner = subprocess.run([java(), "-version"], capture_output=True, text=True).stderr
    return banner.split('"')[1]


def installed_jdks(majors=(17, 25)):
    """The homes of complete JDKs under /usr/lib/jvm, the first of each of these versions."""
    found = {}
    for home in sorted(Path("/usr/lib/jvm").glob("*")):
        release = home / "release"
        if (home / "bin" / "javac").exists() and release.exists():
            version = release.read_text().split('JAVA_VERSION="')[-1].split('"')[0]
            found.setdefault(int(version.split(".")[0]), str(home.resolve()))
    return [found[major] for major in majors if major in found]


def machine(command):
    jdk_build = subprocess.run([java(), "-version"], capture_output=True, text=True).stderr.splitlines()[1]
    return (f"{hardware()}  load {os.getloadavg()[0]:.2f}\n"
            f"{jdk_build}  PENSTOCK_OPTS={os.environ.get('PENSTOCK_OPTS', '')!r}  {command}")


def hardware():
    cpu = platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        names = [line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
        cpu = names[0] if names else cpu
    return f"{time.strftime('%Y-%m-%d')}  {os.cpu_count()} x {cpu}  {platform.system()} {platform.release()}"
