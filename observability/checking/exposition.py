"""What one instance exposes under /actuator/prometheus."""
import re

from checking.files import run
from checking.stage import Failure, http, require

# What every pool must show from the start: metric, tag, the tag's values
METERS = {
    "lifeguard_tasks_seconds_count": ("outcome", ("success", "failure", "cancelled")),
    "lifeguard_tasks_seconds_sum": ("outcome", ("success", "failure", "cancelled")),
    "lifeguard_tasks_seconds_max": ("outcome", ("success", "failure", "cancelled")),
    "lifeguard_tasks_wait_seconds_count": None,
    "lifeguard_tasks_wait_seconds_sum": None,
    "lifeguard_tasks_wait_seconds_max": None,
    "lifeguard_failures_total": ("handling", ("uncaught", "unobserved", "observed")),
    "lifeguard_rejections_total": None,
    "lifeguard_lost_total": ("reason", ("shutdown", "discarded", "expired")),
    "lifeguard_timeouts_total": None,
    "lifeguard_stuck": None,
    "lifeguard_demand": None,
    "lifeguard_health": None,
    "lifeguard_reports_total": ("outcome", ("sent", "suppressed", "failed")),
}

# What every schedule must show from the start
SCHEDULE_METERS = {
    "lifeguard_schedule_runs_seconds_count": ("outcome", ("success", "failure", "cancelled")),
    "lifeguard_schedule_runs_seconds_sum": ("outcome", ("success", "failure", "cancelled")),
    "lifeguard_schedule_runs_seconds_max": ("outcome", ("success", "failure", "cancelled")),
    "lifeguard_schedule_lag_seconds_count": None,
    "lifeguard_schedule_lag_seconds_sum": None,
    "lifeguard_schedule_lag_seconds_max": None,
    "lifeguard_schedule_last_success_seconds": None,
    "lifeguard_schedule_health": None,
}


# Not the application's, so that nothing else is known of it
READ_ONLY = {"server"}


class Exposition:
    def __init__(self, url):
        self.text = http(f"{url}/actuator/prometheus", headers={"Accept": "text/plain"})
        self.samples = []
        for line in self.text.splitlines():
            match = re.fullmatch(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: .*)?", line)
            if match and not line.startswith("#"):
                labels = dict(re.findall(r'([a-zA-Z_]\w*)="((?:\\.|[^"\\])*)"', match[2] or ""))
                self.samples.append((match[1], labels, float(match[3])))

    def values(self, metric, **wanted):
        """Label sets with their values."""
        return [(labels, value) for name, labels, value in self.samples
                if name == metric and wanted.items() <= labels.items()]

    def check_start(self, pools):
        """That every series is there, and nothing has gone wrong yet."""
        names = {labels["pool"] for labels, _ in self.values("lifeguard_health")}
        require(f"there is no pool {pool}" for pool in sorted((set(pools) | READ_ONLY) - names))
        for pool in sorted(names - READ_ONLY):
            for metric, tag in METERS.items():
                for value in tag[1] if tag else (None,):
                    wanted = {"pool": pool, tag[0]: value} if tag else {"pool": pool}
                    found = self.values(metric, **wanted)
                    if len(found) != 1:
                        raise Failure(f"{metric} {wanted}: {len(found)} series instead of one")
                    # Tasks run by themselves; all that stands for trouble starts at 0
                    if "_tasks_" not in metric and metric != "lifeguard_demand" and found[0][1] != (1 if metric == "lifeguard_health" else 0):
                        raise Failure(f"{metric} {wanted} starts at {found[0][1]}")

        schedules = {labels["schedule"] for labels, _ in self.values("lifeguard_schedule_health")}
        require([] if schedules else ["there is no schedule"])
        for schedule in sorted(schedules):
            for metric, tag in SCHEDULE_METERS.items():
                for value in tag[1] if tag else (None,):
                    wanted = {"schedule": schedule, tag[0]: value} if tag else {"schedule": schedule}
                    found = self.values(metric, **wanted)
                    if len(found) != 1:
                        raise Failure(f"{metric} {wanted}: {len(found)} series instead of one")
            up = self.values("lifeguard_schedule_health", schedule=schedule)
            require([] if up[0][1] == 1 else [f"{schedule} starts with health {up[0][1]}"])

    def check_metrics(self, folder):
        """promtool ends with 3 on meters of Spring Boot; only lines on ours count."""
        result = run("promtool", "check", "metrics", cwd=folder, stdin=self.text)
        require(line for line in (result.stdout + result.stderr).splitlines() if line.startswith("lifeguard_"))
