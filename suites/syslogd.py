"""Real syslog clients for the suites: rsyslog and syslog-ng of Debian, and certificates for both sides."""
import signal
import socket
import subprocess
import time
from pathlib import Path


def run(*command, **options):
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, **options)


class Certificates:
    """A CA, a server's certificate for localhost and a client's, made with openssl."""

    def __init__(self, directory):
        self.ca, self.ca_key = directory / "ca.pem", directory / "ca-key.pem"
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=Suite CA", "-keyout", self.ca_key, "-out", self.ca)
        self.server, self.server_key = self.issue(directory, "server", "DNS:localhost,IP:127.0.0.1")
        self.client, self.client_key = self.issue(directory, "client", "DNS:client.example")

    def issue(self, directory, name, names):
        certificate, key, request = (directory / f"{name}{end}" for end in (".pem", "-key.pem", ".csr"))
        extensions = directory / f"{name}.ext"
        extensions.write_text(f"subjectAltName={names}\n")
        run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
            "-keyout", key, "-out", request)
        run("openssl", "x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self.ca_key, "-CAcreateserial",
            "-days", "2", "-extfile", extensions, "-out", certificate)
        return certificate, key


class Client:
    """A syslog daemon that sends a file's lines; ended with its `with` block."""

    def __init__(self, directory, command):
        self.log = directory / "client.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([str(word) for word in command], cwd=directory, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


RSYSLOG = """
global(workDirectory="{work}" defaultNetstreamDriverCAFile="{ca}" defaultNetstreamDriverCertFile="{cert}"
       defaultNetstreamDriverKeyFile="{key}" preserveFQDN="on")
module(load="imfile")
module(load="omrelp" tls.tlslib="openssl")
input(type="imfile" File="{input}" Tag="suite:" ruleset="out" reopenOnTruncate="off")
ruleset(name="out" queue.type="LinkedList" queue.size="200000" queue.timeoutEnqueue="600000") {{
  action({action} action.resumeRetryCount="-1" action.resumeInterval="1"
         template="RSYSLOG_SyslogProtocol23Format")
}}
"""

# With its default of 128 messages omrelp sends some 650 a second, to rsyslog as well: it sleeps when its window is full.
RELP = """type="omrelp" target="localhost" port="{port}" timeout="20" windowSize="2000" tls="on" tls.cacert="{ca}" tls.mycert="{cert}"
         tls.myprivkey="{key}" tls.authmode="name" tls.permittedpeer=["localhost"]"""

FORWARD = """type="omfwd" target="localhost" port="{port}" protocol="tcp" tcp_framing="{framing}" streamDriver="ossl"
         streamDriverMode="1" streamDriverAuthMode="x509/name" streamDriverPermittedPeers="localhost" """


def rsyslog(directory, certificates, port, lines, framing=None):
    """Sends a file by RELP, or by plain syslog over TLS with a framing: octet-counted or traditional."""
    names = dict(work=directory, ca=certificates.ca, cert=certificates.client, key=certificates.client_key, port=port,
                 input=lines, framing=framing)
    action = (RELP if framing is None else FORWARD).format(**names)
    configuration = directory / "rsyslog.conf"
    configuration.write_text(RSYSLOG.format(action=action, **names))
    return Client(directory, ["/usr/sbin/rsyslogd", "-n", "-f", configuration, "-i", directory / "rsyslogd.pid"])


SYSLOG_NG = """@version: {version}
options {{ stats-freq(0); flush-lines(100); }};
source s {{ file("{input}" follow-freq(0.1) read-old-records(yes) flags(no-parse) log-fetch-limit(1000) log-iw-size(10000)); }};
destination d {{ {driver}("localhost" port({port}) transport("tls") log-fifo-size(200000)
  tls(ca-file("{ca}") cert-file("{cert}") key-file("{key}") peer-verify(required-trusted))); }};
log {{ source(s); destination(d); flags(flow-control); }};
"""


def syslog_ng(directory, root, certificates, port, lines, framing):
    """Sends a file by syslog over TLS. `root` is where the packages are unpacked: in apt they conflict with rsyslog."""
    libraries = root / "usr/lib/syslog-ng"
    modules = next(libraries.glob("3.*"))
    configuration = directory / "syslog-ng.conf"
    configuration.write_text(SYSLOG_NG.format(
        version="3.35", input=lines, driver="syslog" if framing == "octet-counted" else "network", port=port,
        ca=certificates.ca, cert=certificates.client, key=certificates.client_key))
    paths = ":".join(str(path) for path in [libraries, *root.glob("usr/lib/*-linux-gnu"), *root.glob("lib/*-linux-gnu")])
    command = ["env", f"LD_LIBRARY_PATH={paths}", root / "usr/sbin/syslog-ng", "-F", "--no-caps",
               f"--module-path={modules}", "-f", configuration, f"--persist-file={directory}/persist",
               f"--pidfile={directory}/pid", f"--control={directory}/ctl"]
    return Client(directory, command)


def unpack_syslog_ng(directory):
    """Unpacks Debian's syslog-ng-core and the libraries that only it needs into a directory of its own."""
    root = Path(directory)
    run("apt-get", "download", "syslog-ng-core", "libivykis0", "libnet1", "libwrap0", cwd=root)
    for archive in root.glob("*.deb"):
        run("dpkg", "-x", archive, root)
    return root


def free_port():
    """A port of 127.0.0.1 that nobody has at this moment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def accepts(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(what, condition, seconds):
    """Waits for a condition, looked at ten times a second."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"not within {seconds} s: {what}")
        time.sleep(0.1)
