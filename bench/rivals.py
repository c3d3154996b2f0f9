"""The servers that ours is compared with: how each is built, configured and started. Their sources are in `peers`."""
import contextlib
import os
import shutil
import socket
import string
import subprocess
import time
from pathlib import Path

from harness import HERE, Failure, compile_c, java, java_version, last_words, pinned

PEERS = HERE / "peers"
START_SECONDS = 30
SYSTEM_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"  # where daemons are, which users have not in their path
STREAM_MODULE = Path("/usr/lib/nginx/modules/ngx_stream_module.so")
OSSL_DRIVER = "lmnsd_ossl.so"

TRAFFIC = ("lines", "records", "bulk", "echo")
HANDSHAKES = ("full", "resumed")
ALL = (*HANDSHAKES, *TRAFFIC, "memory", "start")


class Rival:
    """A server of another make on a free port of 127.0.0.1, for the length of a `with` block.

    `works` names what it takes part in, `tool` is the program it needs and `package` Debian's package of that. `prepare`
    is called once, before any is started; `command` gives the words that start it for one of echo, lines, discard, syslog.
    """

    works = ALL
    tool = package = None
    is_jvm = False

    def __init__(self, stage, serves, core=None):
        self.log = os.path.join(stage.folder, f"{type(self).__name__}.log")
        command = self.command(stage, serves)
        with open(self.log, "wb") as log:
            self.started = time.perf_counter()
            self.process = subprocess.Popen([*pinned(core), *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                            stderr=log, text=True)
        self.pid = self.process.pid

    def __enter__(self):
        try:
            self.port = self.await_port()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_):
        self.kill()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def await_port(self):
        """Our own peers print it when they listen."""
        told = self.process.stdout.readline().strip()
        if not told:
            raise Failure(f"{self.name} did not come up: {last_words(self.log)}")
        return int(told)

    @classmethod
    def missing(cls):
        """What this machine lacks for it, with the remedy; None: nothing."""
        if cls.tool is None or shutil.which(cls.tool, path=SYSTEM_PATH):
            return None
        return f"{cls.name} is left out: {cls.tool} is not installed (apt-get install {cls.package})"

    @classmethod
    def prepare(cls, stage):
        """Builds it, where there is something to build."""


class JavaRival(Rival):
    is_jvm = True
    main = None
    words = ()

    def command(self, stage, serves):
        # Where it is not on the command line newer JVMs complain, and Netty does without Unsafe, which makes it slower
        allowed = ["--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED"]
        return [java(), *(allowed if int(java_version().split(".")[0]) >= 24 else []),
                "-cp", f"{PEERS}/target/classes:{PEERS}/target/lib/*", f"peers.{self.main}", *self.words,
                stage.cert, stage.key, serves]


class NettyNative(JavaRival):
    name, main, words = "Netty, BoringSSL", "NettyPeer", ("native",)


class NettyJdk(JavaRival):
    name, main, words = "Netty, JDK's TLS", "NettyPeer", ("jdk",)


class Vertx(JavaRival):
    name, main = "Vert.x", "VertxPeer"


class PlainPekko(JavaRival):
    name, main = "plain Pekko", "PekkoPeer"


class Go(Rival):
    name = "Go"
    tool, package = "go", "golang-go"

    @classmethod
    def prepare(cls, stage):
        built = subprocess.run(["go", "build", "-o", os.path.join(stage.folder, "go-peer"), "."], cwd=PEERS / "go",
                               stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if built.returncode:
            raise Failure(f"go build: {built.stderr.strip()}")

    def command(self, stage, serves):
        return [os.path.join(stage.folder, "go-peer"), stage.cert, stage.key, serves]


class C(Rival):
    name = "C, OpenSSL"

    @classmethod
    def prepare(cls, stage):
        compile_c(PEERS / "c" / "peer.c", os.path.join(stage.folder, "c-peer"))

    def command(self, stage, serves):
        return [os.path.join(stage.folder, "c-peer"), stage.cert, stage.key, serves]


class Daemon(Rival):
    """A packaged program: takes a free port by its configuration, which is made from a template in `peers`."""

    template = None

    def command(self, stage, serves):
        self.chosen = free_port()
        template = string.Template((PEERS / self.template).read_text())
        self.configuration = os.path.join(stage.folder, self.template)
        Path(self.configuration).write_text(template.substitute(
            port=self.chosen, folder=stage.folder, cert=stage.cert, key=stage.key, cert_and_key=stage.cert_and_key(),
            modules=f"load_module {STREAM_MODULE};" if STREAM_MODULE.exists() else ""))
        return [shutil.which(self.tool, path=SYSTEM_PATH), *self.words()]

    def words(self):
        """How the program is told its configuration, and to stay one process in the foreground."""
        raise NotImplementedError

    def await_port(self):
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", self.chosen), timeout=5).close()
                return self.chosen
            time.sleep(0.02)
        raise Failure(f"{self.name} did not come up: {last_words(self.log)}")


class Nginx(Daemon):
    name = "nginx"
    works = HANDSHAKES
    tool, package, template = "nginx", "nginx-light libnginx-mod-stream", "nginx.conf"

    def words(self):
        return ["-e", "stderr", "-c", self.configuration]


class Haproxy(Daemon):
    name = "haproxy"
    works = HANDSHAKES
    tool, package, template = "haproxy", "haproxy", "haproxy.cfg"

    def words(self):
        return ["-db", "-q", "-f", self.configuration]


class Rsyslog(Daemon):
    name = "rsyslog"
    works = ("syslog",)
    tool, package, template = "rsyslogd", "rsyslog rsyslog-openssl", "rsyslog.conf"

    @classmethod
    def missing(cls):
        if not super().missing() and not list(Path("/usr/lib").glob(f"**/rsyslog/{OSSL_DRIVER}")):
            return f"{cls.name} is left out: its TLS driver is not installed (apt-get install rsyslog-openssl)"
        return super().missing()

    def words(self):
        return ["-n", "-i", "NONE", "-f", self.configuration]


NETTY = {"native": NettyNative, "jdk": NettyJdk}
OTHERS = (Vertx, PlainPekko, Go, C, Nginx, Haproxy, Rsyslog)


def build_java():
    """Builds the peers in Java with Maven."""
    built = subprocess.run(["mvn", "-B", "-ntp", "-q", "-f", PEERS / "pom.xml", "clean", "package"], stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if built.returncode:
        raise Failure(f"mvn -f {PEERS}/pom.xml clean package failed:\n{built.stdout.strip()[-2000:]}")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
