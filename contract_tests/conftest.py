"""Fixtures and reports of the suite: the server under test, the seed, the rules that broke."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, cast

import hypothesis
import pytest
from pluggy import Result

from contract_tests import covering
from contract_tests.catalogue import BrokenRuleError
from contract_tests.contact import obstacle
from contract_tests.generation import be_thorough, limit_shrinking
from contract_tests.live import Manners
from contract_tests.profile import (
    PRODUCTION_HOST,
    PROFILES,
    Profile,
    RefusedProfileError,
    choose,
    rate,
)
from contract_tests.reporting import Finding, Telling, coverage_told, github_annotations, page
from contract_tests.request_log import RequestLog
from contract_tests.server import (
    ServerUnderTest,
    from_environment,
    server_under_test,
)
from contract_tests.wire import Wire

DEFAULT_SEED = 1
BROKEN = "rule-broken"
UNCHECKED = "unchecked"
TALLIES = "tallies"
PROFILE = pytest.StashKey[Profile]()

ERRORS = "errors"
COVERED = "covered"
REQUESTS = "requests"
LAYERS = ("rules", "state", "shape")

_gathered: dict[str, list[str]] = {BROKEN: [], UNCHECKED: [], TALLIES: [], ERRORS: []}
_run_files: set[str] = set()
_began = time.monotonic()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--seed`, which decides all that is sent to a fresh server, and `--no-shrink`."""
    group = parser.getgroup("contract")
    group.addoption(
        "--seed",
        type=int,
        default=DEFAULT_SEED,
        help=f"seed of everything the contract suite generates (default {DEFAULT_SEED})",
    )
    group.addoption(
        "--profile",
        choices=list(PROFILES),
        help="gate (the default) for every push, nightly for ten times as many examples; every host"
        " but this machine is asked by live: slowly, harmlessly, and cleaned up after",
    )
    group.addoption(
        "--production",
        action="store_true",
        help=f"let the live profile ask {PRODUCTION_HOST}",
    )
    group.addoption(
        "--report",
        type=Path,
        help="write the run into this folder: index.html, and junit.xml",
    )
    group.addoption(
        "--requests",
        type=Path,
        help="write down what the raw clients of a run in one process send, without what the server"
        " made up: with the same seed, fresh servers get the same",
    )
    group.addoption(
        "--no-shrink",
        action="store_true",
        help="report the first failure of the contract suite as found, without making it small",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose the profile, and refuse what it forbids, before anything is sent."""
    named = from_environment(os.environ)
    try:
        profile = choose(
            config.getoption("profile"),
            named.base_url if named else "",
            production=bool(config.getoption("production")),
        )
    except RefusedProfileError as refused:
        raise pytest.UsageError(str(refused)) from None
    config.stash[PROFILE] = profile
    if config.option.report is not None and not hasattr(config, "workerinput"):
        config.option.xmlpath = config.option.xmlpath or str(config.option.report / "junit.xml")
    if config.option.requests is not None:
        if getattr(config.option, "numprocesses", None) or hasattr(config, "workerinput"):
            raise pytest.UsageError("--requests: the order of several processes means nothing")
        Wire.log = RequestLog(config.option.requests)
        config.add_cleanup(Wire.log.close)
    limit_shrinking(none=bool(config.getoption("no_shrink")))
    be_thorough(profile.thoroughness)
    if profile.is_live and named is not None:
        # One request at a time, from one process: the rate is a promise.
        config.option.dist, config.option.tx, config.option.numprocesses = "no", [], 0
        Wire.manners = Manners(named, rate(profile))
        signal.signal(signal.SIGTERM, _interrupt)
        # A shell's background job is born deaf to Ctrl+C, and would be killed without cleaning up.
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Meet a named server, and clean up what a killed run left there."""
    named = from_environment(os.environ)
    if named is None or hasattr(session.config, "workerinput"):
        return
    why = obstacle(named)
    if why is not None:
        pytest.exit(f"red: {why}", returncode=pytest.ExitCode.TESTS_FAILED)
    if Wire.manners is not None:
        Wire.manners.clean_up()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Clean up, hand over what a worker covered, or write the reports and judge the coverage."""
    _clean_up()
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[COVERED] = sorted(covering.seen)
        output[REQUESTS] = list(covering.requests.items())
        return
    telling = _telling(session.config)
    if _is_whole_run(session.config) and not telling.findings and not telling.errors:
        telling.errors.extend(_wrong_with_coverage(telling))
        if telling.errors:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
    folder: Path | None = session.config.option.report
    if folder is not None and covering.requests:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "index.html").write_text(page(telling), encoding="utf-8")


def _clean_up() -> None:
    """Delete what a live run made, however it ended; nothing but a kill stops that."""
    if Wire.manners is None:
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for who in Wire.manners.clean_up():
        _gathered[UNCHECKED].append(f"could not be deleted, the next run tries again: {who}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give every generated test of this suite the seed, and put off what takes long."""
    if config.stash[PROFILE].is_live:
        _leave_out_what_is_not_for_live_servers(config, items)
    items.sort(key=lambda item: item.get_closest_marker("late") is not None)
    for item in items:
        function: Callable[..., object] | None = getattr(item, "function", None)
        if function is None or "contract_tests" not in item.nodeid:
            continue
        if hypothesis.is_hypothesis_test(function):
            hypothesis.seed(_seed(config))(function)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, Result[pytest.TestReport], None]:
    """Put the rules that a test found broken on its report, which also crosses process borders."""
    outcome = yield
    if call.excinfo is not None:
        report = outcome.get_result()
        report.user_properties.extend(
            (BROKEN, Finding.of(broken, item.nodeid, _seed(item.config)).written())
            for broken in _rules_broken(call.excinfo.value)
        )


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Gather what the reports of all processes say."""
    _run_files.add(report.nodeid.partition("::")[0])
    for name, value in report.user_properties:
        if name in _gathered and str(value) not in _gathered[name]:
            _gathered[name].append(str(value))
    if report.failed and not any(name == BROKEN for name, _ in report.user_properties):
        _gathered[ERRORS].append(report.nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Gather what a worker of a parallel run covered."""
    told: dict[str, list[list[str]]] = getattr(node, "workeroutput", {})
    covering.seen.update((each[0], each[1], each[2]) for each in told.get(COVERED, []))
    covering.requests.update({each[0]: int(each[1]) for each in told.get(REQUESTS, [])})


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Name every broken rule with the requests that show it, and say what was done and not done."""
    telling = _telling(config)
    if _gathered[TALLIES]:
        terminalreporter.section("contract: requests and successes of each operation")
        for text in _gathered[TALLIES]:
            terminalreporter.write_line(text)
    for finding in telling.findings:
        terminalreporter.section("contract: broken")
        terminalreporter.write_line(finding.as_text())
    if telling.unchecked:
        terminalreporter.section("contract: could not be checked")
        for text in telling.unchecked:
            terminalreporter.write_line(text)
    for text in telling.errors:
        terminalreporter.write_line(f"error: {text}")
    if telling.requests:
        terminalreporter.section("contract: covered")
        terminalreporter.write_line(coverage_told(telling))
    if os.environ.get("GITHUB_ACTIONS"):
        for line in github_annotations(telling.findings):
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def seed(pytestconfig: pytest.Config) -> int:
    """The seed of everything that is generated."""
    return _seed(pytestconfig)


@pytest.fixture(scope="session")
def server() -> Iterator[ServerUnderTest]:
    """The server under test; every process of a parallel run has a mock of its own."""
    with server_under_test() as started:
        yield started


@pytest.fixture
def wire(server: ServerUnderTest) -> Iterator[Wire]:
    """A raw client with a story of its own."""
    with Wire(server) as client:
        yield client


def _interrupt(number: int, frame: object) -> None:
    """End as by Ctrl+C: pytest then still finishes its session."""
    del number, frame
    raise KeyboardInterrupt


def _leave_out_what_is_not_for_live_servers(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    kept = [item for item in items if item.get_closest_marker("live") is not None]
    left_out = [item for item in items if item not in kept]
    if not left_out:
        return
    items[:] = kept
    config.hook.pytest_deselected(items=left_out)
    files = sorted({item.nodeid.partition("::")[0].split("/")[-1] for item in left_out})
    _gathered[UNCHECKED].append(f"not asked of a live server: {', '.join(files)}")


def _telling(config: pytest.Config) -> Telling:
    named = from_environment(os.environ)
    return Telling(
        server=named.base_url if named else "mock servers of its own",
        profile=config.stash[PROFILE].name,
        seed=_seed(config),
        findings=[Finding.read(text) for text in _gathered[BROKEN]],
        unchecked=_gathered[UNCHECKED],
        covered=set(covering.seen),
        errors=_gathered[ERRORS],
        requests=covering.requests.total(),
        seconds=time.monotonic() - _began,
    )


def _wrong_with_coverage(telling: Telling) -> Iterator[str]:
    for item in covering.unexplained(telling.covered):
        yield f"not covered, and no reason in uncovered.toml: {' '.join(item)}"
    for reason in covering.needless(telling.covered):
        yield f"uncovered.toml gives a reason in vain: {reason.operation} {reason.name}"


def _is_whole_run(config: pytest.Config) -> bool:
    """Whether every test of the layers ran on servers of our own, so that all must be covered."""
    if from_environment(os.environ) is not None or config.option.keyword or config.option.markexpr:
        return False
    package = Path(__file__).parent
    files = {
        f"{package.name}/{layer}/{path.name}"
        for layer in LAYERS
        for path in (package / layer).glob("test_*.py")
    }
    return files <= _run_files and not any("::" in each for each in config.args)


def _seed(config: pytest.Config) -> int:
    chosen: int = config.option.seed
    return chosen


def _rules_broken(error: BaseException) -> Iterator[BrokenRuleError]:
    if isinstance(error, BrokenRuleError):
        yield error
    elif isinstance(error, BaseExceptionGroup):
        for member in cast("BaseExceptionGroup[BaseException]", error).exceptions:
            yield from _rules_broken(member)
    elif error.__cause__ is not None:
        yield from _rules_broken(error.__cause__)
