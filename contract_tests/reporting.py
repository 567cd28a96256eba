"""What a run has to tell, on one HTML page, as JUnit, and as annotations on GitHub."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from string import Template

from contract_tests import covering
from contract_tests.catalogue import BrokenRuleError
from contract_tests.contract import operations
from contract_tests.covering import Item

ANNOTATION_LENGTH = 3000


@dataclass(frozen=True)
class Finding:
    """A broken rule, as it goes into reports.

    Attributes:
        rule: The rule's name.
        sentence: What it says.
        why: What was seen instead.
        evidence: The requests that show it, as curl commands with variables for credentials.
        test: The test that found it.
        seed: The seed of the run.
    """

    rule: str
    sentence: str
    why: str
    evidence: str
    test: str
    seed: int

    @classmethod
    def of(cls, broken: BrokenRuleError, test: str, seed: int) -> Finding:
        """Take what a broken rule tells.

        Args:
            broken: The broken rule.
            test: The test that found it.
            seed: The seed of the run.

        Returns:
            The finding.
        """
        shown = "\n".join(item.as_report() for item in broken.evidence)
        return cls(broken.rule.name, broken.rule.sentence, broken.why, shown, test, seed)

    @classmethod
    def read(cls, text: str) -> Finding:
        """Read what `written` wrote, in another process."""
        return cls(**json.loads(text))

    def written(self) -> str:
        """Write it such that it can cross the border of a process."""
        return json.dumps(self.__dict__)

    @property
    def command(self) -> str:
        """The command that finds it again."""
        return f"python -m contract_tests --seed {self.seed} '{self.test}'"

    def as_text(self) -> str:
        """Write it for a terminal."""
        return (
            f"rule broken: {self.rule}\n  {self.sentence}\n  seen: {self.why}\n{self.evidence}\n"
            f"  again: {self.command}"
        )

    def as_annotation(self) -> str:
        """Write it as GitHub's runner wants errors told."""
        file = self.test.partition("::")[0]
        message = _escaped(f"{self.sentence}\nSeen: {self.why}\n{self.evidence}\n{self.command}")
        title = _escaped(f"rule broken: {self.rule}").replace(":", "%3A").replace(",", "%2C")
        return f"::error file={file},title={title}::{message[:ANNOTATION_LENGTH]}"


@dataclass
class Telling:
    """What a run has to tell.

    Attributes:
        findings: The broken rules.
        unchecked: What could not be checked, and why.
        covered: What of the contract was covered.
        errors: Tests that failed for another reason than a broken rule.
        server: The server's address.
        profile: The profile's name.
        seed: The seed.
        requests: How many requests the raw clients and schemathesis sent.
        seconds: How long it took.
    """

    server: str
    profile: str
    seed: int
    findings: list[Finding] = field(default_factory=list[Finding])
    unchecked: list[str] = field(default_factory=list[str])
    covered: set[Item] = field(default_factory=set[Item])
    errors: list[str] = field(default_factory=list[str])
    requests: int = 0
    seconds: float = 0.0

    @property
    def verdict(self) -> str:
        """One sentence."""
        if self.findings or self.errors:
            rules = sorted({finding.rule for finding in self.findings})
            return (
                f"The server broke {len(rules)} rules: {', '.join(rules)}."
                if rules
                else (f"{len(self.errors)} tests ended in an error.")
            )
        return "The server kept every rule that could be checked."


def github_annotations(findings: Iterable[Finding]) -> Iterator[str]:
    """Write findings as annotations.

    Args:
        findings: The findings.

    Yields:
        A line for each.
    """
    for finding in findings:
        yield finding.as_annotation()


def page(telling: Telling) -> str:
    """Write a run as one HTML page that needs nothing else.

    Args:
        telling: What the run has to tell.

    Returns:
        The page.
    """
    is_green = not telling.findings and not telling.errors
    return _PAGE.substitute(
        state="green" if is_green else "red",
        verdict=html.escape(telling.verdict),
        facts=html.escape(_facts(telling)),
        findings="".join(map(_finding, telling.findings)),
        errors=_list("Tests that ended in an error", telling.errors),
        unchecked=_list("Could not be checked", telling.unchecked),
        figures="".join(_figures(telling.covered)),
        grid="".join(_grid(telling.covered)),
        reasons="".join(
            f"<li>{html.escape(f'{each.kind} {each.name} of {each.operation}: {each.why}')}</li>"
            for each in covering.reasons()
        ),
    )


def figures(covered: set[Item]) -> dict[str, tuple[int, int, int]]:
    """Count what was covered.

    Args:
        covered: What was covered.

    Returns:
        By kind: how many were covered, how many have a reason not to be, how many there are. An
        operation is covered when one of its successes is.
    """
    excuses = covering.reasons()
    counted: dict[str, tuple[int, int, int]] = {}
    met = {item[0] for item in covered if item[1] == covering.RESPONSE and item[2] < "4"}
    counted["operation"] = (len(met), 0, len(operations()))
    for kind in (covering.RESPONSE, covering.PARAMETER, covering.FIELD, covering.EXAMPLE):
        items = [item for item in covering.everything() if item[1] == kind]
        excused = [
            item
            for item in items
            if item not in covered and any(each.is_for(item) for each in excuses)
        ]
        counted[kind] = (sum(item in covered for item in items), len(excused), len(items))
    return counted


def coverage_told(telling: Telling) -> str:
    """Write in a few lines what was covered, and how fast.

    Args:
        telling: What the run has to tell.

    Returns:
        The lines.
    """
    lines = [
        f"{kind}s: {met} of {of}" + (f", {excused} more with a reason not to be" if excused else "")
        for kind, (met, excused, of) in figures(telling.covered).items()
    ]
    rate = telling.requests / telling.seconds if telling.seconds else 0
    lines.append(f"{telling.requests} requests, {rate:.0f} a second over all processes")
    return "\n".join(lines)


def _facts(telling: Telling) -> str:
    rate = telling.requests / telling.seconds if telling.seconds else 0
    return (
        f"{telling.server} · profile {telling.profile} · seed {telling.seed} ·"
        f" {telling.requests} requests in {telling.seconds:.0f} s ({rate:.0f} a second) ·"
        f" {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    )


def _finding(finding: Finding) -> str:
    return (
        f"<article><h3>{html.escape(finding.rule)}</h3><p>{html.escape(finding.sentence)}</p>"
        f"<p><b>Seen:</b> {html.escape(finding.why)}</p>"
        f"<pre>{html.escape(finding.evidence)}</pre>"
        f"<p>Find it again: <code>{html.escape(finding.command)}</code></p></article>"
    )


def _list(title: str, lines: Sequence[str]) -> str:
    items = "".join(f"<li><pre>{html.escape(line)}</pre></li>" for line in lines)
    return f"<h2>{title}</h2><ul>{items}</ul>" if lines else ""


def _figures(covered: set[Item]) -> Iterator[str]:
    for kind, (met, excused, of) in figures(covered).items():
        share = (met + excused) / of if of else 1
        yield (
            f"<tr><td>{kind}s</td><td>{met}</td><td>{excused}</td><td>{of}</td>"
            f"<td>{share:.0%}</td></tr>"
        )


def _grid(covered: set[Item]) -> Iterator[str]:
    excuses = covering.reasons()
    cells: Mapping[str, dict[str, list[str]]] = {each.id: {} for each in operations()}
    for item in covering.everything():
        operation_id, kind, name = item
        if item in covered:
            mark, why = "met", "covered"
        else:
            excuse = next((each for each in excuses if each.is_for(item)), None)
            mark, why = ("excused", excuse.why) if excuse else ("missed", "not covered")
        shown = f'<span class="{mark}" title="{html.escape(why)}">{html.escape(name)}</span>'
        cells[operation_id].setdefault(kind, []).append(shown)
    for operation in operations():
        row = cells[operation.id]
        columns = "".join(
            f"<td>{' '.join(row.get(kind, []))}</td>"
            for kind in (covering.RESPONSE, covering.PARAMETER, covering.FIELD, covering.EXAMPLE)
        )
        label = html.escape(operation.label)
        yield f"<tr><th>{operation.id}<br><small>{label}</small></th>{columns}</tr>"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


_PAGE = Template("""\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Contract tests: $state</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem }
h1.green::before { content: "● "; color: #1a7f37 }
h1.red::before { content: "● "; color: #cf222e }
table { border-collapse: collapse } th, td { border: 1px solid #8888; padding: .3rem .5rem }
th { text-align: left; vertical-align: top } td { vertical-align: top }
pre { overflow-x: auto; background: #8881; padding: .5rem; white-space: pre-wrap }
article { border-left: 4px solid #cf222e; margin: 1rem 0; padding-left: 1rem }
.met { color: #1a7f37 } .excused { color: #9a6700 } .missed { color: #cf222e; font-weight: bold }
</style>
<h1 class="$state">$verdict</h1>
<p>$facts</p>
$findings
$errors
$unchecked
<h2>Coverage of the contract</h2>
<table><tr><th></th><th>covered</th><th>with a reason</th><th>of</th><th></th></tr>$figures</table>
<p><span class="met">covered</span> · <span class="excused">not covered, for a reason</span> ·
<span class="missed">not covered</span></p>
<table><tr><th>operation</th><th>responses</th><th>parameters</th><th>fields of the body</th>
<th>examples</th></tr>$grid</table>
<h3>Reasons</h3>
<ul>$reasons</ul>
</html>
""")
