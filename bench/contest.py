"""How servers are measured side by side: each its own lane, rounds that alternate between them, and no abort when one fails."""
import contextlib
import statistics
import subprocess
from dataclasses import dataclass, field

from harness import SERVER_CORE, Failure, Server, settings
from measures import collected_kib, first_handshake, idle_kib, load, pss_kib
from works import OURS

IDLE_CONNECTIONS = 3000
IDLE_WARM_UP = 1000
STARTS = 5
# Seconds of CPU: what is compiled before it starts has no more than caches to warm
NATIVE_WARM_UP = 1


@dataclass
class Lane:
    """A server in a row: how it is started, what it was seen to do, and if it failed, why."""

    name: str
    start: object  # called with the stage, what to serve and a core or None
    is_jvm: bool
    rounds: list = field(default_factory=list)
    failure: str = None
    server: object = None

    @contextlib.contextmanager
    def attempt(self):
        """What fails in here is this lane's end, not the run's."""
        try:
            yield
        except (Failure, OSError, ValueError, subprocess.SubprocessError) as failure:
            self.failure = self.failure or str(failure)

    def enter(self, stack, stage, serves):
        """Starts the server on its core; it ends with the stack."""
        with self.attempt():
            self.server = self.start(stage, serves, SERVER_CORE).__enter__()
            stack.push(self.leave)

    def leave(self, *failure):
        with self.attempt():
            self.server.__exit__(*failure)

    def cell(self, work):
        """What the table and the JSON show of it."""
        if self.failure or not self.rounds:
            return {"failed": self.failure or "not measured"}
        values = [one["seconds"] * work.scale for one in self.rounds]
        cell = {"median": statistics.median(values), "least": min(values), "rounds": values}
        if "generator" in self.rounds[0]:
            cell |= {key: statistics.median(one[key] for one in self.rounds) for key in ("generator", "server")}
            cell["load"] = [limit(one["load"] for one in self.rounds) for limit in (min, max)]
        return cell


def ours(command, engine, more=None):
    """How our server is started, with `more` keys."""
    def start(stage, serves, core):
        protocol, processor = OURS[serves]
        return Server(command, stage.home(), *settings({
            "tls.engine": engine, "tls.cert": stage.cert, "tls.key": stage.key, "log.level": "warn", "protocol": protocol,
            "processor": processor, **(more or {})}), core=core)
    return start


def measure(stage, work, lanes, rounds, seconds, warm_up):
    """Fills the lanes."""
    if work.name == "memory":
        measure_memory(stage, work, lanes)
    elif work.name == "start":
        measure_starts(stage, work, lanes)
    else:
        measure_load(stage, work, lanes, rounds, seconds, warm_up)


def measure_load(stage, work, lanes, rounds, seconds, warm_up):
    with contextlib.ExitStack() as stack:
        for lane in lanes:
            lane.enter(stack, stage, work.serves)
        for lane in standing(lanes):
            with lane.attempt():
                load(stage.tlsload, lane.server, work.load, seconds, warm_up if lane.is_jvm else NATIVE_WARM_UP)
        for _ in range(rounds):
            for lane in standing(lanes):
                with lane.attempt():
                    lane.rounds.append(load(stage.tlsload, lane.server, work.load, seconds))


def standing(lanes):
    return [lane for lane in lanes if not lane.failure]


def measure_memory(stage, work, lanes):
    """One after the other, on all cores: on one of them Java would choose another collector."""
    for lane in lanes:
        with lane.attempt(), lane.start(stage, work.serves, None) as server:
            each = idle_kib(stage.tlsload, server, IDLE_CONNECTIONS, IDLE_WARM_UP, collected_kib if lane.is_jvm else pss_kib)
            lane.rounds.append({"seconds": each})


def measure_starts(stage, work, lanes):
    """On all cores; one start of each comes first that does not count."""
    for turn in range(STARTS + 1):
        for lane in standing(lanes):
            with lane.attempt(), lane.start(stage, work.serves, None) as server:
                seconds = first_handshake(server, stage.cert)
                if turn:
                    lane.rounds.append({"seconds": seconds})


def p99(lane):
    """The cell of the p99 that came with echoes, in us."""
    if lane.failure or not lane.rounds:
        return {"failed": lane.failure or "not measured"}
    values = [1e6 * one["p99"] for one in lane.rounds]
    return {"median": statistics.median(values), "least": min(values), "rounds": values}


def expected_seconds(work, lanes, rounds, seconds, warm_up):
    """About how long `measure` takes on two quiet cores of 2026."""
    jvms = sum(lane.is_jvm for lane in lanes)
    if work.name == "memory":
        return 8 * len(lanes) + 8 * jvms
    if work.name == "start":
        return (STARTS + 1) * (0.1 * len(lanes) + 1.2 * jvms)
    starts_and_warm_up = jvms * (1.5 + 1.2 * warm_up) + (len(lanes) - jvms) * (NATIVE_WARM_UP + seconds)
    return starts_and_warm_up + len(lanes) * rounds * (seconds + 0.3)
