"""What can be said of the files without running anything but their own tools."""
import json
import re
import shutil
import subprocess

from checking import schema
from checking.stage import Failure, require


def run(*command, cwd, stdin=None):
    return subprocess.run([str(c) for c in command], cwd=cwd, input=stdin, capture_output=True, text=True, timeout=60)


def require_success(*command, cwd):
    result = run(*command, cwd=cwd)
    if result.returncode:
        raise Failure((result.stdout + result.stderr).strip())


def check(report, folder, dashboard, schemas):
    prometheus = folder / "prometheus"
    with report.check("promtool check rules"):
        require_success("promtool", "check", "rules", "alerts.yml", "rules.yml", cwd=prometheus)
    with report.check("promtool test rules"):
        tests = sorted(path.name for path in prometheus.glob("*.test.yml"))
        require_success("promtool", "test", "rules", *tests, cwd=prometheus)
    with report.check("every alert has a severity, a summary, a description, a runbook and a test"):
        _check_alerts((prometheus / "alerts.yml").read_text(), (prometheus / "alerts.test.yml").read_text())
    with report.check("promtool check config, amtool check-config"):
        require_success("promtool", "check", "config", "prometheus/prometheus.yml", cwd=folder)
        require_success("amtool", "check-config", "alertmanager/alertmanager.yml", cwd=folder)
    with report.check("the dashboard works without histogram buckets"):
        for panel in panels(dashboard):
            if panel["type"] != "heatmap" and all("_bucket" in target["expr"] for target in panel["targets"]):
                raise Failure(f"{panel['title']} shows nothing without buckets")
    if (schemas / "dashboard.jsonschema.json").is_file():
        _check_schemas(report, dashboard, schemas)
    else:
        report.skip("the dashboard against Grafana's schemas, which are not at hand (--schemas)")
    if shutil.which("docker") and not run("docker", "compose", "version", cwd=folder).returncode:
        with report.check("docker compose config"):
            require_success("docker", "compose", "-f", "compose.yaml", "config", "--quiet", cwd=folder)
    else:
        report.skip("docker compose config, for there is no docker compose")


def panels(dashboard):
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def _check_alerts(rules, tests):
    for rule in rules.split("- alert: ")[1:]:
        name = rule.split()[0]
        for key in ("severity", "summary", "description", "runbook"):
            if not re.search(rf"^ +{key}: ", rule, re.M):
                raise Failure(f"{name} has no {key}")
        if not re.search(rf"\b{name}\b", tests):
            raise Failure(f"{name} is in no test")


def _check_schemas(report, dashboard, schemas):
    def read(name):
        return json.loads((schemas / f"{name}.jsonschema.json").read_text())

    with report.check("the dashboard fits Grafana's schemas"):
        require(schema.errors(dashboard, read("dashboard")))
        query, series = read("prometheus"), read("timeseries")
        options, custom = series["definitions"]["Options"], series["definitions"]["FieldConfig"]
        for panel in panels(dashboard):
            for target in panel["targets"]:
                require(schema.errors(target, query, at=panel["title"]))
            if panel["type"] == "timeseries":
                require(schema.errors(panel["options"], options, series, panel["title"]))
                require(schema.errors(panel["fieldConfig"]["defaults"]["custom"], custom, series, panel["title"]))
    with report.check("a field in the dashboard, misspelt, would be found"):
        wrong = {**dashboard, "panels": [{**panel, "titel": ""} for panel in dashboard["panels"]]}
        if not schema.errors(wrong, read("dashboard")):
            raise Failure("a panel with a field titel fits the schema")
