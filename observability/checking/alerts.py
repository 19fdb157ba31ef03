"""What reaches whoever is on call: the lines that webhook.py wrote."""
import json
import re

from checking.stage import Failure, require, until


class Alerts:
    def __init__(self, log, application):
        self.log, self.application = log, application

    def received(self):
        lines = self.log.read_text().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("\n")]

    def of(self, status, name, pool):
        wanted = {"alertname": name, "application": self.application, "pool": pool}.items()
        return [alert for alert in self.received() if alert["status"] == status and wanted <= alert["labels"].items()]

    def await_firing(self, name, pool, instance, seconds):
        """Await the alert for this instance: its label names it, or the description where the alert is the fleet's."""

        def arrived():
            alerts = self.of("firing", name, pool)
            return [a for a in alerts if instance in a["labels"].get("instance", a["annotations"]["description"])]

        until(f"{name} of pool {pool} on {instance} at the webhook", arrived, seconds)

    def await_resolved(self, name, pool, seconds):
        until(f"{name} of pool {pool}, resolved, at the webhook", lambda: self.of("resolved", name, pool), seconds)

    def check_texts(self):
        require([] if self.received() else ["no alert has arrived"])
        for alert in self.received():
            for key in ("summary", "description", "runbook"):
                text = alert["annotations"].get(key, "")
                if not text or re.search(r"<error|<no value>|\{\{|:\.", text):
                    raise Failure(f"{alert['labels']['alertname']}, {key}: {text!r}")
