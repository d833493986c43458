"""One pytest that stays up: it collects once and then runs the tests of whatever files it is asked for.

Requests come as lines of JSON on file descriptor 4, answers go to 3; what tests print goes where it always goes.
Works with pytest 7.0 and newer.
"""

import faulthandler
import json
import os
import re
import signal
import sys

import pytest

OWN_PROCESS = os.getpid()
OPTIONS = json.loads(os.environ.pop("CAELUM_PYTEST", "{}"))


def say(message):
    # A test that forks would otherwise go on talking from its child.
    if os.getpid() != OWN_PROCESS:
        return
    data = (json.dumps(message) + "\n").encode("utf-8", "replace")
    while data:
        data = data[os.write(3, data) :]


def requests():
    with os.fdopen(os.dup(4), "r", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


class Between(pytest.Item):
    """Stands for the next test where that is not known: what belongs to the session stays set up."""

    def runtest(self):
        raise AssertionError("never run")


class Driver:
    def __init__(self):
        self.broken = {}
        self.skipped = {}
        self.reports = []
        self.retries = 0

    def pytest_collectreport(self, report):
        file = os.path.join(OPTIONS["root"], report.nodeid.split("::")[0])
        if report.failed:
            self.broken.setdefault(absolute(report, file), failure_of(report))
        elif report.skipped:
            self.skipped.setdefault(absolute(report, file), reason_of(report))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        if session.config.option.collectonly:
            return None
        files = {}
        for item in session.items:
            files.setdefault(str(item.path), []).append(item)
        say({"type": "ready"})
        between = Between.from_parent(session, name="caelum")
        for request in requests():
            if request["type"] == "list":
                self.list(files)
            elif request["type"] == "tests":
                items = files.get(request["file"], [])
                say({"type": "listed", "units": [{"file": str(item.path), "selection": [item.nodeid]} for item in items]})
            else:
                self.run(request["units"], files, between)
            say({"type": "idle"})
        session._setupstate.teardown_exact(None)
        return True

    def list(self, files):
        units = [
            {"file": file, "tests": len(items), "splittable": len(items) > 1}
            for file, items in files.items()
            if file not in self.broken
        ]
        others = [file for file in {**self.broken, **self.skipped} if file not in files or file in self.broken]
        say({"type": "listed", "units": units + [{"file": file} for file in dict.fromkeys(others)]})

    def run(self, units, files, between):
        for unit in units:
            identity, file = unit["unit"], unit["file"]
            say({"type": "started", "unit": identity})
            if file in self.broken:
                say({"type": "ended", "unit": identity, "end": "broken", "failure": self.broken[file]})
                continue
            items = files.get(file, [])
            if "selection" in unit:
                wanted = set(unit["selection"])
                items = [item for item in items if item.nodeid in wanted or without_parameters(item.nodeid) in wanted]
            if file in self.skipped and not items:
                title = [os.path.basename(file)]
                say({"type": "test", "unit": identity, "title": title, "outcome": "skipped", "ms": 0, "reason": self.skipped[file]})
            elif not items:
                message = "pytest finds no such tests in this file"
                say({"type": "ended", "unit": identity, "end": "broken", "failure": {"message": message}})
                continue
            for item, following in zip(items, items[1:] + [between]):
                self.run_item(identity, item, following)
            say({"type": "ended", "unit": identity, "end": "done"})

    def run_item(self, unit, item, following):
        self.reports = []
        self.retries = 0
        say({"type": "running", "unit": unit, "title": title_of(item)})
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        say({"type": "test", "unit": unit, "file": str(item.path), "title": title_of(item), **self.result()})

    def pytest_runtest_logreport(self, report):
        if report.outcome == "rerun":
            self.retries += 1
            self.reports = []
        else:
            self.reports.append(report)

    def result(self):
        failed = [report for report in self.reports if report.failed]
        skipped = [report for report in self.reports if report.skipped]
        result = {"outcome": "passed", "ms": 1000 * sum(getattr(report, "duration", 0) for report in self.reports)}
        if failed:
            result["outcome"] = "failed"
            result["failures"] = [failure_of(report) for report in failed]
        elif skipped:
            result["outcome"] = "skipped"
            result["reason"] = reason_of(skipped[0])
        elif not self.reports:
            result["outcome"] = "failed"
            result["failures"] = [{"message": "pytest reported nothing for this test"}]
        if self.retries:
            result["retries"] = self.retries
        output = "".join(text for report in self.reports[-1:] for name, text in report.sections if "Captured" in name)
        if output:
            result["output"] = output[:64000]
        return result


def absolute(report, file):
    path = getattr(report, "fspath", None)
    return str(path) if path and os.path.isabs(str(path)) else os.path.normpath(file)


CONTAINERS = tuple(
    kind for kind in (pytest.Session, pytest.File, pytest.Package, getattr(pytest, "Directory", None)) if kind
)


def title_of(item):
    names = [node.name for node in item.listchain() if not isinstance(node, CONTAINERS)]
    return [name for name in names if name != "()"] or [item.name]


def without_parameters(nodeid):
    return nodeid.split("[", 1)[0]


def failure_of(report):
    details = getattr(report, "longreprtext", "") or str(report.longrepr)
    crash = getattr(report.longrepr, "reprcrash", None)
    failure = {"message": first_line(crash.message if crash else last_error(details)), "details": details}
    if getattr(report, "when", None) in ("setup", "teardown"):
        failure["message"] = f"{report.when}: {failure['message']}"
    if crash and crash.path:
        failure["file"] = os.path.join(OPTIONS["root"], str(crash.path))
        failure["line"] = crash.lineno
    elif place := place_in_tree(details):
        failure["file"], failure["line"] = place
    return failure


def place_in_tree(details):
    """Where a file could not be loaded: the line that is no Python, or else the last of the tree's own on the stack."""
    wrong = re.findall(r'^E +File "(.+)", line (\d+)', details, re.MULTILINE)
    places = wrong or re.findall(r"^(\S.*\.py):(\d+): in ", details, re.MULTILINE)
    root = os.path.join(OPTIONS["root"], "")
    own = [(os.path.join(root, file), int(line)) for file, line in places]
    own = [(file, line) for file, line in own if file.startswith(root) and "site-packages" not in file]
    return own[-1] if own else None


def reason_of(report):
    if hasattr(report, "wasxfail"):
        return f"expected to fail: {report.wasxfail}" if report.wasxfail else "expected to fail"
    if isinstance(report.longrepr, tuple):
        return re.sub(r"^Skipped: ", "", report.longrepr[2])
    return str(report.longrepr or "")


def first_line(text):
    return text.strip().split("\n", 1)[0]


def last_error(details):
    errors = re.findall(r"^E +(.*\S)", details, re.MULTILINE)
    return errors[-1] if errors else details


def main():
    for descriptor in (3, 4):
        os.set_inheritable(descriptor, False)
    if hasattr(signal, "SIGUSR1"):
        # Works from any state of the interpreter, unlike a handler in Python.
        faulthandler.register(signal.SIGUSR1, file=os.fdopen(os.dup(2), "w"), all_threads=True)
    sys.path.insert(0, "")
    return pytest.main(OPTIONS["args"], plugins=[Driver()])


if __name__ == "__main__":
    sys.exit(main())
