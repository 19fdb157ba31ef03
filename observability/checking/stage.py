"""What a check runs on: processes on loopback that end with it, and waiting for conditions."""
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

POLL = 0.25
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Failure(Exception):
    """Something is not as it must be, or not yet."""


class Ended(Failure):
    """A process has ended that should run: nothing to wait for."""


def until(what, condition, seconds):
    """What the condition returns, once that is true. By a Failure it may say what it misses."""
    end = time.monotonic() + seconds
    missing = ""
    while time.monotonic() < end:
        try:
            result = condition()
            if result:
                return result
        except Ended:
            raise
        except (OSError, Failure) as ex:
            missing = f": {ex}"
        time.sleep(POLL)
    raise Failure(f"{what}: not within {seconds} s{missing}")


def require(problems):
    """That there are none."""
    problems = list(problems)
    if problems:
        more = [f"and {len(problems) - 20} more"] if len(problems) > 20 else []
        raise Failure("\n".join(problems[:20] + more))


def http(url, data=None, headers=None):
    request = urllib.request.Request(url, data=data, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.read().decode()
    except urllib.error.HTTPError as ex:
        raise Failure(f"{ex.code} from {url}: {ex.read().decode()[:300]}") from ex


def tool(*names):
    """The first of these that is installed."""
    for name in names:
        if shutil.which(name):
            return name
    raise Failure(f"{names[0]} is not installed (Debian's packages: prometheus, prometheus-alertmanager)")


def _end(number, _):
    raise SystemExit(128 + number)


class Stage:
    """A scratch folder and processes, all gone when the block ends, however it ends."""

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="lifeguard-check-"))
        self.processes = {}
        self.taken = set()
        for number in ENDINGS:
            signal.signal(number, _end)
        return self

    def __exit__(self, *_):
        for number in ENDINGS:
            signal.signal(number, signal.SIG_IGN)
        self.stop(*self.processes)
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self, *names):
        for name in names:
            self._signal(name, signal.SIGTERM)
        for name in names:
            try:
                self.processes[name].wait(10)
            except subprocess.TimeoutExpired:
                self._signal(name, signal.SIGKILL)
                self.processes[name].wait()

    def _signal(self, name, number):
        """To the process and to all that it has started: it leads a group of its own."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.processes[name].pid, number)

    def port(self):
        while True:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            if port not in self.taken:
                self.taken.add(port)
                return port

    def log(self, name):
        return self.folder / f"{name}.log"

    def start(self, name, *command, cwd=None):
        with self.log(name).open("w") as log:
            self.processes[name] = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=cwd or self.folder,
                start_new_session=True,
            )

    def await_start(self, name, url, seconds):
        def answers():
            code = self.processes[name].poll()
            if code is not None:
                last = "\n".join(self.log(name).read_text().splitlines()[-20:])
                raise Ended(f"{name} ended with {code}:\n{last}")
            return http(url) or True

        until(f"{name} answers", answers, seconds)


class Prometheus:
    def __init__(self, url):
        self.url = url

    def get(self, path, **parameters):
        query = urllib.parse.urlencode(parameters, doseq=True)
        # A query by POST, for its length
        answer = http(f"{self.url}/api/v1/{path}", query.encode()) if query else http(f"{self.url}/api/v1/{path}")
        return json.loads(answer)["data"]

    def query(self, expression, time=None):
        """Label sets with their values."""
        at = {"time": time} if time else {}
        result = self.get("query", query=expression, **at)["result"]
        return [(sample["metric"], float(sample["value"][1])) for sample in result]

    def query_range(self, expression, start, end, step):
        result = self.get("query_range", query=expression, start=start, end=end, step=step)["result"]
        return [(series["metric"], [float(value) for _, value in series["values"]]) for series in result]

    def series(self, selector, start):
        return self.get("series", **{"match[]": selector, "start": start, "end": time.time()})
