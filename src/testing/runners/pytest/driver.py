"""One pytest that stays up and runs the tests of whatever files it is asked for.

As long as nobody wants anything it collects, file after file; from then on a file is collected when it is first wanted: a
host that runs a part of a suite need not load all of it. Where something besides pytest itself has a say in what is
collected, and for a list, everything is collected at once.

Requests come as lines of JSON on file descriptor 4, answers go to 3; what tests print goes where it always goes.
Works with pytest 7.0 and newer.
"""

import faulthandler
import json
import os
import re
import select
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


def is_wanted():
    """Whether a request waits. Pipes can be asked everywhere but on Windows, where nothing is collected ahead."""
    return os.name == "nt" or bool(select.select([4], [], [], 0)[0])


class Wanted(Exception):
    """There is something better to do than to collect ahead."""


class Between(pytest.Item):
    """Stands for the next test where that is not known: what belongs to the session stays set up."""

    def runtest(self):
        raise AssertionError("never run")


# What looks at all tests together: a file may then have others alone.
OVER_ALL_TESTS = ("pytest_collection", "pytest_collection_modifyitems", "pytest_collection_finish")
OVER_EARLIER_RUNS = ("lf", "failedfirst", "newfirst", "stepwise")
# Those that look at one test after the other, or only put them in order.
EACH_TEST_ALONE = ("_pytest.", "_hypothesis_pytestplugin", "pytest_benchmark.", "pytest_asyncio.", "pytest_django.")


def files_stand_alone(config):
    if any(config.getoption(name, default=None) for name in OVER_EARLIER_RUNS):
        return False
    hooks = [hook for name in OVER_ALL_TESTS for hook in getattr(config.hook, name).get_hookimpls()]
    return all(hook.function.__module__.startswith(EACH_TEST_ALONE) for hook in hooks)


class Driver:
    def __init__(self):
        self.session = None
        # Collected so far, by file.
        self.items = {}
        self.has_all = False
        self.is_ahead = False
        self.broken = {}
        self.skipped = {}
        # Of a folder or of the session itself.
        self.last_failure = None
        self.reports = []
        self.retries = 0

    def pytest_collectreport(self, report):
        file = os.path.join(OPTIONS["root"], report.nodeid.split("::")[0])
        if report.failed:
            self.last_failure = failure_of(report)
            self.broken.setdefault(absolute(report, file), self.last_failure)
        elif report.skipped:
            self.skipped.setdefault(absolute(report, file), reason_of(report))

    def pytest_collectstart(self, collector):
        if self.is_ahead and isinstance(collector, pytest.File) and is_wanted():
            raise Wanted

    def pytest_sessionstart(self, session):
        self.session = session
        if not session.config.option.collectonly and files_stand_alone(session.config):
            # All that other plugins do around the collection is done; there is nothing in it yet.
            session.perform_collect = lambda *args, **options: []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        if session.config.option.collectonly:
            return None
        if session.__dict__.pop("perform_collect", None) is None:
            self.keep_items()
            self.has_all = True
        else:
            self.collect_ahead()
        between = Between.from_parent(session, name="caelum")
        for request in requests():
            # What stands in the way of a list has to be known before it is promised.
            if request["type"] == "list":
                self.collect_all()
            say({"type": "ready"})
            if request["type"] == "list":
                self.list()
            elif request["type"] == "tests":
                items = self.items_of(request["file"])
                say({"type": "listed", "units": [{"file": str(item.path), "selection": [item.nodeid]} for item in items]})
            else:
                self.run(request["units"], between)
            say({"type": "idle"})
        session._setupstate.teardown_exact(None)
        return True

    def collect(self, args):
        config = self.session.config
        given = config.args
        config.args = args
        # What was found before counts as seen, and would be passed over.
        getattr(config.pluginmanager, "_duplicatepaths", set()).clear()
        try:
            # With all that pytest and its plugins do around it: rewriting of assertions, filters of warnings.
            config.hook.pytest_collection(session=self.session)
        finally:
            config.args = given
        self.keep_items()

    def keep_items(self):
        found = {}
        for item in self.session.items:
            found.setdefault(str(item.path), []).append(item)
        self.items.update(found)

    def collect_all(self):
        if not self.has_all:
            self.collect(self.session.config.args)
            self.has_all = True

    def collect_ahead(self):
        if is_wanted():
            return
        # If a file takes this process down now, nobody's tests are to blame: the next process asks first.
        say({"type": "ready"})
        config = self.session.config
        self.is_ahead = True
        try:
            self.collect_all()
        except Wanted:
            # Up to here files are whole, and nobody has chosen among their tests.
            config.hook.pytest_collection_modifyitems(session=self.session, config=config, items=self.session.items)
            self.keep_items()
        except Exception:
            # Whoever asks for the list is told.
            self.broken.clear()
            self.skipped.clear()
        finally:
            self.is_ahead = False

    def items_of(self, file):
        if self.has_all or file in self.items or file in self.broken or file in self.skipped:
            return self.items.get(file, [])
        self.last_failure = None
        try:
            self.collect([file])
            if not files_stand_alone(self.session.config):
                # The `conftest.py` of a folder has a say in what is collected.
                self.collect_all()
        except Exception as error:
            told = {"message": first_line(str(error)) or repr(error), "details": str(error)}
            self.last_failure = self.last_failure or told
        if file not in self.items and file not in self.skipped and self.last_failure:
            self.broken.setdefault(file, self.last_failure)
        return self.items.get(file, [])

    def list(self):
        units = [
            {"file": file, "tests": len(items), "splittable": len(items) > 1}
            for file, items in self.items.items()
            if file not in self.broken
        ]
        others = [file for file in {**self.broken, **self.skipped} if file not in self.items or file in self.broken]
        say({"type": "listed", "units": units + [{"file": file} for file in dict.fromkeys(others)]})

    def run(self, units, between):
        for unit in units:
            identity, file = unit["unit"], unit["file"]
            say({"type": "started", "unit": identity})
            items = self.items_of(file)
            if file in self.broken:
                say({"type": "ended", "unit": identity, "end": "broken", "failure": self.broken[file]})
                continue
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
