"""Every expression of the project, as Grafana or Prometheus evaluates it."""
import math
import re
import time
from functools import lru_cache

from checking import promql
from checking.exposition import Exposition
from checking.files import panels
from checking.stage import Failure, require

EVERY = ".*"


class Queries:
    def __init__(self, prometheus, dashboard, application, start):
        self.prometheus, self.dashboard, self.application, self.start = prometheus, dashboard, application, start
        series = prometheus.series("lifeguard_health", start)
        self.pools = sorted({labels["pool"] for labels in series})
        self.instances = sorted({labels["instance"] for labels in series})

    # What there is

    def substituted(self, text, instance=EVERY):
        """The text with its variables replaced, as Grafana would."""
        values = {
            "__rate_interval": "10s",
            "__range": "5m",
            "application": self.application,
            "instance": instance if instance == EVERY else instance.replace(".", r"\\."),
            "pool": "(" + "|".join(self.pools) + ")",
        }
        return re.sub(r"\$(" + "|".join(values) + r")\b", lambda match: values[match[1]], text)

    def targets(self, instance=EVERY):
        for panel in panels(self.dashboard):
            for target in panel["targets"]:
                yield f"{panel['title']} {target['refId']}", self.substituted(target["expr"], instance), target["range"]

    def rules(self):
        for group in self.prometheus.get("rules")["groups"]:
            yield from group["rules"]

    def recordings(self):
        found = [rule for rule in self.rules() if rule["type"] == "recording"]
        require([] if found else ["there are no recording rules"])
        return found

    def expressions(self):
        yield from ((name, expression) for name, expression, _ in self.targets())
        yield from ((rule["name"], rule["query"]) for rule in self.rules())

    # Names

    @lru_cache(maxsize=None)
    def labels(self, selector):
        """The names of the labels that the selected series have."""
        return frozenset(label for one in self.prometheus.series(selector, self.start) for label in one)

    def unknown(self, expression):
        """What the expression refers to and what is not there."""
        found = promql.references(expression)
        there = set(found.made)
        for selector in found.selectors:
            metric = selector.metric.text
            known = self.labels(metric)
            there |= known
            if not self.labels(selector.text):
                yield f"{selector.text} selects nothing"
            for matcher in selector.matchers:
                if matcher.label.text not in known:
                    yield f"{metric} has no label {matcher.label.text}"
                if matcher.operator.startswith("!"):
                    positive = f'{metric}{{{matcher.label.text}=~"{matcher.value.text}"}}'
                    if not self.labels(positive):
                        yield f"{positive} selects nothing, so there is nothing to exclude"
        for label in found.labels:
            if label.text not in there:
                yield f"no series has the label {label.text}"

    def check_names(self):
        require(f"{name}: {problem}" for name, expression in self.expressions() for problem in self.unknown(expression))
        for variable in self.dashboard["templating"]["list"]:
            if variable["type"] == "query":
                query = self.substituted(variable["query"])
                selector, label = re.fullmatch(r"label_values\((.*), (\w+)\)", query).groups()
                if label not in self.labels(selector):
                    raise Failure(f"the variable {variable['name']} has no values: {query}")

    def check_misspellings(self):
        """That the check of names is worth something: each name in each expression, misspelt. How many."""
        count = 0
        for name, expression in self.expressions():
            for wrong in promql.misspellings(expression):
                count += 1
                if not any(True for _ in self.unknown(wrong)):
                    raise Failure(f"{name} would pass as {wrong}")
        return count

    # Data

    def has_data(self):
        require(self._missing())
        return True

    def _missing(self):
        now = time.time()
        for instance in (EVERY, *self.instances):
            for name, expression, ranged in self.targets(instance):
                if ranged:
                    result = self.prometheus.query_range(expression, max(self.start, now - 300), now, 1)
                    values = [value for _, series in result for value in series]
                else:
                    values = [value for _, value in self.prometheus.query(expression)]
                # An instance may be without an alert, the fleet is not
                if all(math.isnan(value) for value in values) and (instance == EVERY or "ALERTS" not in expression):
                    yield f"{name}: no data for instance {instance}: {expression}"

    def check_rules(self):
        require(f"{rule['name']}: {rule['lastError']}" for rule in self.rules() if rule["health"] != "ok")
        for rule in self.recordings():
            if not self.prometheus.query(rule["name"]):
                raise Failure(f"{rule['name']} records nothing")

    # Sums

    def same_scraped_sums(self, urls):
        """Prometheus's sums against the sums of what the instances themselves say."""
        kept = ("application", "pool")
        expositions = [Exposition(url) for url in urls]
        for metric in ("lifeguard_failures_total", "lifeguard_rejections_total", "lifeguard_reports_total"):
            own = [sample for exposition in expositions for sample in exposition.values(metric)]
            fleet = self.prometheus.query(f"sum by ({', '.join(kept)}) ({metric})")
            _require_equal(metric, _added_up(own, kept), _added_up(fleet, kept))
            require([] if sum(value for _, value in fleet) else [f"{metric} is 0 everywhere"])
        return True

    def same_recorded_sums(self):
        """Each recorded sum against the sum of its instances at the moment it was recorded."""
        count = 0
        for rule in self.recordings():
            match = re.fullmatch(r"sum by \(([\w, ]+)\) \((.*)\)", " ".join(rule["query"].split()))
            if match and "/" not in match[2]:
                kept = match[1].split(", ")
                at = self.prometheus.query(f"timestamp({rule['name']})")[0][1]
                single = self.prometheus.query(match[2], at)
                if {labels["instance"] for labels, _ in single} != set(self.instances):
                    raise Failure(f"{match[2]} is not from every instance")
                fleet = self.prometheus.query(rule["name"], at)
                _require_equal(rule["name"], _added_up(fleet, kept), _added_up(single, kept))
                count += 1
        require([] if count else ["no recording rule is a sum"])
        return True

    def same_dashboard_sums(self):
        """Each sum of the dashboard over all instances against the sum of the same for each instance."""
        at, count = time.time() - 3, 0
        of_instance = [list(self.targets(instance)) for instance in self.instances]
        for i, (name, expression, _) in enumerate(self.targets()):
            if re.match(r"sum( by \([^)]*\) )?\s*\(", expression) and "/" not in expression:
                fleet = self.prometheus.query(expression, at)
                single = [sample for targets in of_instance for sample in self.prometheus.query(targets[i][1], at)]
                kept = sorted({label for labels, _ in fleet for label in labels})
                _require_equal(f"{name}: {expression}", _added_up(fleet, kept), _added_up(single, kept))
                count += 1
        require([] if count else ["the dashboard has no sum"])
        return True


def _added_up(result, kept):
    """The values added up by the labels kept."""
    sums = {}
    for labels, value in result:
        key = frozenset((label, labels.get(label)) for label in kept)
        sums[key] = sums.get(key, 0) + value
    return sums


def _require_equal(what, one, other):
    if one.keys() != other.keys():
        raise Failure(f"{what}: {len(one)} against {len(other)} series")
    for key, value in one.items():
        if not math.isclose(value, other[key], rel_tol=1e-6, abs_tol=1e-9):
            raise Failure(f"{what} {dict(key)}: {value} against {other[key]}")
