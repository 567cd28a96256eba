"""What schemathesis is told about this API; named as `hooks` in `schemathesis.toml`.

- Answers are closed: an unknown key fails (`overlay`).
- Every request that does not test the lack of a token is made with one (`stand_ins`), never
  renewed on a 401: an early expiry must show.
- Well-formed requests mostly name things that exist, and credentials that are right.
"""

# Schemathesis leaves the type arguments out of its own signatures.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import os
from functools import cache
from typing import Any
from urllib.parse import urlencode

import schemathesis
from schemathesis import Case, HookContext, Response
from schemathesis.auths import AuthContext
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase

from contract_tests.decoded import is_object
from contract_tests.server import BASE_URL_VARIABLE, ServerUnderTest, from_environment
from contract_tests.shape.overlay import close_answers
from contract_tests.shape.stand_ins import KEPT_AS_GENERATED, StandIns
from contract_tests.wire import Wire

TOKEN_HEADER = "CB-Token"
AUTH_KEY_HEADER = "CB-AuthKey"
LONGEST_QUERY = 16 * 1024
TOKEN_IN_QUERY = {"getBlob", "downloadBlob"}


@cache
def stand_ins(base_url: str) -> StandIns:
    """The people and files of this run."""
    return StandIns(wire(base_url))


@cache
def wire(base_url: str) -> Wire:
    """The client that makes them."""
    server: ServerUnderTest | None = from_environment({**os.environ, BASE_URL_VARIABLE: base_url})
    assert server is not None
    return Wire(server)


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict[str, Any]) -> None:
    """Close the answers."""
    del context
    close_answers(raw_schema)


@schemathesis.auth(refresh_interval=None)
class KeepersToken:
    """Puts the keeper's token on; `before_call` replaces it where somebody else should ask."""

    def get(self, case: Case[Any], context: AuthContext) -> str:
        """Answer the token."""
        del context
        return stand_ins(_base_url(case)).token

    def set(self, case: Case[Any], data: str, context: AuthContext) -> None:
        """Put the token on."""
        del context
        case.headers[TOKEN_HEADER] = data


@schemathesis.hook
def filter_query(context: HookContext, query: dict[str, Any] | None) -> bool:
    """Keep to lengths that HTTP servers read at all: beyond, it is not the API that refuses."""
    del context
    return query is None or len(urlencode(query, doseq=True)) <= LONGEST_QUERY


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Choose who asks, and let what is well-formed name something that exists."""
    del context, kwargs
    people = stand_ins(_base_url(case))
    if case.headers.get(TOKEN_HEADER) != people.token:
        return  # The lack of a good token is what this request is about.
    operation = _operation(case)
    path = case.path_parameters
    standing = people.for_operation(operation, path)
    case.headers[TOKEN_HEADER] = standing.token
    # In sequences the same step must end the same way each time, or schemathesis ends the phase.
    varies = case.meta is not None and case.meta.phase.name is not TestPhase.STATEFUL
    if varies and people.turn(operation, KEPT_AS_GENERATED) == KEPT_AS_GENERATED - 1:
        return
    if _is_well_formed(case, ParameterLocation.PATH):
        path.update({name: value for name, value in standing.path.items() if name in path})
    if _is_well_formed(case, ParameterLocation.QUERY):
        query = case.query
        query.update({name: value for name, value in standing.query.items() if name in query})
        standing.ask(query)
    if _is_well_formed(case, ParameterLocation.BODY) and is_object(case.body):
        standing.change(case.body)
    if varies:
        _other_credentials(case, people, operation)


@schemathesis.hook
def after_call(context: HookContext, case: Case[Any], response: Response) -> None:
    """Remember who signed up and which files were made: requests that follow act on them."""
    del context
    if response.status_code != 201:
        return
    people = stand_ins(_base_url(case))
    if _operation(case) == "signUp" and is_object(case.body):
        people.met(response.json()["user"], str(case.body["user"]["password"]))
    elif _operation(case) == "createBlob":
        people.made(response.json()["blob"])


def _other_credentials(case: Case[Any], people: StandIns, operation: str) -> None:
    """Now and then use the credential that the contract names beside the token's header."""
    if people.turn(f"{operation}, other credentials", 2) == 0:
        return
    if operation == "signUp":
        del case.headers[TOKEN_HEADER]
        case.headers[AUTH_KEY_HEADER] = wire(_base_url(case)).server.auth_key
    elif operation in TOKEN_IN_QUERY:
        case.query["token"] = case.headers.pop(TOKEN_HEADER)


def _is_well_formed(case: Case[Any], location: ParameterLocation) -> bool:
    return case.meta is not None and not case.meta.is_negative_at(location)


def _operation(case: Case[Any]) -> str:
    return str(case.operation.definition.raw["operationId"])


def _base_url(case: Case[Any]) -> str:
    return str(case.operation.schema.config.base_url or os.environ[BASE_URL_VARIABLE])
