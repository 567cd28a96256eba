"""Traces: what a client asked, written so that it can be asked again of another server.

What the server gave (tokens, ids, uids) stands in later requests as the place that it came from:
``{{3:/session/token}}`` is what the answer to the fourth request has there. A trace holds no token,
and nothing of what went to the object store.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from contract_tests.decoded import is_array, is_object
from contract_tests.drift.shapes import HEADERS, Answer
from contract_tests.recording import Recorded
from contract_tests.server import ServerUnderTest

Json = dict[str, Any]

_SENT = ("cb-token", "cb-authkey", "content-type")
_PLACE = re.compile(r"\{\{(\d+):([^}]*)\}\}")
_GIVEN = re.compile(r"[0-9A-Fa-f]{24,40}|(?<=/)\d+(?=[/?.]|$)")
"""What may be a token or a uid, anywhere, or an id in a path."""
_HIDDEN = re.compile(r"[0-9A-F]{36}|[0-9a-f]{40}")


@dataclass(frozen=True)
class Step:
    """One request of a trace, and the answer that it got when it was recorded.

    Attributes:
        method: The method.
        target: Path and query, with places in the place of what a server gave.
        headers: The headers that matter, likewise.
        body: The body, likewise.
        recorded: The answer, without tokens.
    """

    method: str
    target: str
    headers: dict[str, str]
    body: str
    recorded: Answer

    def as_json(self) -> Json:
        """Write the step as a line of a trace's file holds it."""
        answer = self.recorded
        told = {"status": answer.status, "headers": answer.headers, "body": answer.body.decode()}
        return {
            "method": self.method,
            "target": self.target,
            "headers": self.headers,
            "body": self.body,
            "answer": told,
        }


def written(recorded: Iterable[Recorded], server: ServerUnderTest) -> list[Step]:
    """Write what was recorded as a trace.

    Args:
        recorded: The requests, in order; those with bodies that are no text are left out.
        server: The server that they went to, whose keys are replaced.

    Returns:
        The trace.
    """
    places: dict[str, str] = {}
    steps: list[Step] = []

    def placed(text: str) -> str:
        named = text.replace(server.auth_key, "{{auth_key}}")
        named = named.replace(
            f'"application_id":{server.application_id}', '"application_id":{{application_id}}'
        )
        return _GIVEN.sub(lambda found: places.get(found[0], found[0]), named)

    for number, each in enumerate(recorded):
        headers = {name: placed(value) for name, value in each.headers if name in _SENT}
        compact = json.dumps(json.loads(each.body), separators=(",", ":")) if each.body else ""
        answer = Answer(each.status, _kept(each.answer_headers), _without_tokens(each.answer))
        steps.append(Step(each.method, placed(each.target), headers, placed(compact), answer))
        for pointer, value in _leaves("", _decoded(each.answer)):
            places.setdefault(str(value), f"{{{{{number}:{pointer}}}}}")
    return steps


def save(steps: Sequence[Step], file: Path) -> None:
    """Write a trace to a file, a line of JSON for each step."""
    lines = [json.dumps(step.as_json(), ensure_ascii=False) for step in steps]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def load(file: Path) -> list[Step]:
    """Read a trace from a file.

    Raises:
        ValueError: It holds none.
    """
    try:
        return [_step(json.loads(line)) for line in file.read_text("utf-8").splitlines()]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{file} holds no trace: {error!r}") from None


def replayed(steps: Sequence[Step], server: ServerUnderTest) -> list[Answer]:
    """Ask a server what a trace asks.

    Args:
        steps: The trace.
        server: The server, with keys of its own.

    Returns:
        Its answers, one for each step. What it did not give is asked for by the name it has there.
    """
    answers: list[Answer] = []
    bodies: list[Any] = []

    def filled(text: str) -> str:
        keyed = text.replace("{{auth_key}}", server.auth_key)
        keyed = keyed.replace("{{application_id}}", str(server.application_id))
        return _PLACE.sub(lambda found: _at(bodies[int(found[1])], found[2].split("/")[1:]), keyed)

    with httpx2.Client(base_url=server.base_url, trust_env=False, timeout=30) as http:
        for step in steps:
            headers = {name: filled(value) for name, value in step.headers.items()}
            content = filled(step.body).encode() or None
            answer = http.request(
                step.method, filled(step.target), headers=headers, content=content
            )
            pairs = [(name.lower(), value) for name, value in answer.headers.multi_items()]
            answers.append(Answer(answer.status_code, _kept(pairs), answer.content))
            bodies.append(_decoded(answer.content))
    return answers


def _step(line: Json) -> Step:
    told: Json = line["answer"]
    answer = Answer(told["status"], told["headers"], told["body"].encode())
    return Step(line["method"], line["target"], line["headers"], line["body"], answer)


def _kept(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: value for name, value in headers if name in HEADERS}


def _without_tokens(body: bytes) -> bytes:
    return _HIDDEN.sub(lambda found: "0" * len(found[0]), body.decode("utf-8", "replace")).encode()


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _leaves(pointer: str, value: Any) -> Iterator[tuple[str, str | int]]:
    """Find what an answer gives that a later request may name."""
    if is_object(value):
        for name, inner in value.items():
            yield from _leaves(f"{pointer}/{name}", inner)
    elif is_array(value):
        for number, inner in enumerate(value):
            yield from _leaves(f"{pointer}/{number}", inner)
    elif isinstance(value, str) or pointer.rpartition("/")[2] in {"id", "user_id", "blob_id"}:
        yield pointer, value


def _at(value: Any, names: Sequence[str]) -> str:
    """Find what stands at a place in an answer; of an answer without it, something of no use."""
    if not names:
        return str(value)
    name, rest = names[0], names[1:]
    if is_object(value) and name in value:
        return _at(value[name], rest)
    if is_array(value) and name.isdecimal() and int(name) < len(value):
        return _at(value[int(name)], rest)
    return f"missing-{name}"
