"""What the contract owes its readers: examples that hold, links that lead somewhere, evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

import pytest

from tests.openapi import contract
from tests.openapi.contract import Operation

every_operation = pytest.mark.parametrize(
    "operation", contract.operations(), ids=[each.id for each in contract.operations()]
)
ERROR_BODY = {"$ref": "#/components/schemas/ErrorBody"}


CALLS = """
POST   /session
GET    /session
DELETE /session
POST   /login
DELETE /login
POST   /users
GET    /users
GET    /users/v2
GET    /users/{user_id}
PUT    /users/{user_id}
DELETE /users/{user_id}
GET    /users/external/{external_id}
DELETE /users/external/{external_id}
GET    /users/by_login
GET    /users/by_email
GET    /users/by_facebook_id
GET    /users/by_twitter_id
GET    /users/by_phone
GET    /users/phone
GET    /users/by_full_name
GET    /users/by_tags
GET    /users/online
POST   /users/password/reset
GET    /users/password/reset
POST   /blobs
GET    /blobs
GET    /blobs/{blob_ref}
PUT    /blobs/{blob_ref}
DELETE /blobs/{blob_ref}
PUT    /blobs/{blob_id}/complete
POST   /blobs/{blob_id}/complete
GET    /blobs/{uid}/download
GET    /blobs/{uid}/object
"""


def test_has_every_call_and_no_other() -> None:
    expected = sorted(tuple(line.split()) for line in CALLS.strip().splitlines())
    assert sorted((each.method.upper(), each.path) for each in contract.operations()) == expected


def test_version_and_names() -> None:
    assert contract.document()["openapi"].startswith("3.1.")
    names = [each.id for each in contract.operations()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch("[a-z][A-Za-z0-9]+", name) for name in names)


@every_operation
def test_is_described(operation: Operation) -> None:
    assert operation.node["summary"]
    assert operation.node["description"]
    assert len(operation.node["tags"]) == 1
    for parameter in operation.parameters:
        assert parameter["description"], parameter["name"]
    for answer in operation.answers.values():
        assert answer.node["description"], answer.status


@every_operation
def test_names_its_security(operation: Operation) -> None:
    """Per operation: the generator does not read a global one."""
    schemes = contract.document()["components"]["securitySchemes"]
    assert "security" in operation.node
    alternatives = operation.node["security"]
    assert {name for alternative in alternatives for name in alternative} <= schemes.keys()
    # Nothing but the way in is open, and that by credentials of its own.
    assert bool(alternatives) == (operation.id != "createSession")
    if alternatives:
        # A token may be missing or dead, and the answer to that is known.
        assert {"401", "403"} <= operation.answers.keys()


@every_operation
def test_successes_tell_when_the_session_ends(operation: Operation) -> None:
    told = {"CB-Token-ExpirationDate", "Access-Control-Expose-Headers"}
    for answer in operation.answers.values():
        headers = answer.node.get("headers", {}).keys()
        if answer.status[0] == "3":
            assert headers == told | {"Location"}
        elif answer.status[0] == "2":
            assert headers == (set() if operation.id == "destroySession" else told)


def _schemas(node: object, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything below a node that says of which type a value is, with its place."""
    if isinstance(node, list):
        for number, inner in enumerate(cast("list[object]", node)):
            yield from _schemas(inner, f"{place}/{number}")
    elif isinstance(node, dict):
        schema = cast("dict[str, Any]", node)
        if isinstance(schema.get("type"), str | list):
            yield place, schema
        for key, inner in schema.items():
            if key not in {"example", "examples", "links"}:
                yield from _schemas(inner, f"{place}/{key}")


def _types(schema: dict[str, Any]) -> list[str]:
    types = schema["type"]
    return [each for each in ([types] if isinstance(types, str) else types) if each != "null"]


def test_every_value_is_of_one_type() -> None:
    """Null beside it is none; where there are two ways to write something, each says its own."""
    found = {place: _types(schema) for place, schema in _schemas(contract.document())}
    assert {place: types for place, types in found.items() if len(types) > 1} == {}


def test_only_answers_hold_texts_without_limits() -> None:
    limits = {"enum", "const", "format", "pattern", "minLength", "maxLength"}
    free = {
        place.removeprefix("/components/schemas/")
        for place, schema in _schemas(contract.document())
        if "string" in _types(schema) and not schema.keys() & limits
    }
    user = (
        "login full_name email phone website twitter_id facebook_id external_id custom_data"
        " user_tags avatar"
    )
    blobs = ("Blob", "CreatedBlob", "UpdatedBlob", "BlobObject", "ListedBlob")
    assert free == {
        "ErrorBody/properties/errors/oneOf/0/items",
        "ErrorBody/properties/errors/oneOf/1/additionalProperties/items",
        "ListedBlob/properties/blob_status",
        *(f"User/properties/{name}" for name in user.split()),
        *(f"{blob}/properties/{name}" for blob in blobs for name in ("content_type", "name")),
    }


def test_every_number_tells_its_size() -> None:
    sizeless = [
        place
        for place, schema in _schemas(contract.document())
        if "integer" in _types(schema) and not schema.keys() & {"format", "const"}
    ]
    assert sizeless == []


@every_operation
def test_has_an_example_of_everything(operation: Operation) -> None:
    for parameter in operation.parameters:
        assert "example" in parameter or parameter.get("examples"), parameter["name"]
    if operation.request_content:
        assert operation.request_examples()
    for answer in operation.answers.values():
        if "content" in answer.node:
            assert answer.examples(), answer.status
        for name, header in answer.node.get("headers", {}).items():
            assert "example" in contract.resolve(header), f"{answer.status} {name}"


@every_operation
def test_examples_fit_their_schemas(operation: Operation) -> None:
    """Closed: an example may not even use a key that the schema does not name."""
    examples = [*operation.parameter_examples(), *operation.request_examples()]
    for answer in operation.answers.values():
        examples += [*answer.examples(), *contract.header_examples(answer)]
    found = {
        example.name: contract.problems(example.schema, example.value, closed=True)
        for example in examples
    }
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_a_closed_schema_finds_a_misspelt_key() -> None:
    """The check above is only worth something if it can fail, also past the session's condition."""
    response = {"$ref": "#/components/schemas/SessionResponse"}
    session = dict(contract.document()["components"]["examples"]["UserSession"]["value"]["session"])
    assert contract.problems(response, {"session": session}, closed=True) == []
    session["tokn"] = session["token"]
    assert contract.problems(response, {"session": session}) == []
    assert contract.problems(response, {"session": session}, closed=True) != []


@every_operation
def test_says_how_well_each_answer_is_known(operation: Operation) -> None:
    for answer in operation.answers.values():
        assert answer.evidence in contract.EVIDENCE, answer.status


@every_operation
def test_has_an_answer_for_success_and_for_trouble(operation: Operation) -> None:
    statuses = operation.answers.keys()
    assert any(status[0] in "23" for status in statuses)
    assert {"429", "503"} <= statuses
    if operation.request_content:
        assert "400" in statuses
    assert "default" not in statuses


@every_operation
def test_has_one_content_type_a_body(operation: Operation) -> None:
    assert len(operation.request_content) <= 1
    for answer in operation.answers.values():
        assert set(answer.node.get("content", {})) <= {"application/json"}, answer.status


@every_operation
def test_errors_have_the_one_envelope(operation: Operation) -> None:
    for answer in operation.answers.values():
        if answer.status[0] in "45":
            assert answer.schema == ERROR_BODY, answer.status
        else:
            assert answer.schema != ERROR_BODY, answer.status


def test_the_envelope_is_described_once() -> None:
    schemas = contract.document()["components"]["schemas"]
    assert [name for name, each in schemas.items() if "errors" in each.get("properties", {})] == [
        "ErrorBody"
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"errors": ["Token is required"]},
        {"errors": {"base": ["Forbidden. Need user."]}},
        {"errors": {"login": ["has already been taken"], "email": ["is invalid"]}},
    ],
)
def test_the_envelope_takes_its_three_shapes(body: object) -> None:
    assert contract.problems(ERROR_BODY, body) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"errors": None},
        {"errors": "Token is required"},
        {"errors": {}},
        {"errors": []},
        {"errors": {"base": "Forbidden"}},
    ],
)
def test_the_envelope_takes_nothing_else(body: object) -> None:
    assert contract.problems(ERROR_BODY, body) != []


def test_no_component_is_unused() -> None:
    document = contract.document()
    used = set(contract.references(document))
    used |= {
        f"#/components/securitySchemes/{name}"
        for operation in contract.operations()
        for alternative in operation.node["security"]
        for name in alternative
    }
    declared = {
        f"#/components/{kind}/{name}"
        for kind, components in document["components"].items()
        for name in components
    }
    assert declared - used == set()


def _links(operation: Operation) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (status, name, contract.resolve(link))
        for status, answer in operation.answers.items()
        for name, link in answer.node.get("links", {}).items()
    ]


@every_operation
def test_links_lead_somewhere(operation: Operation) -> None:
    for status, name, link in _links(operation):
        target = contract.operation(link["operationId"])
        parameters = {parameter["name"]: parameter for parameter in target.parameters}
        for parameter, expression in link.get("parameters", {}).items():
            pointer = expression.removeprefix("$response.body#/").split("/")
            assert expression.startswith("$response.body#/"), f"{name}: {expression}"
            values = [
                _at(example.value, pointer)
                for example in operation.answers[status].examples()
                if _at(example.value, pointer) is not None
            ]
            assert values, f"{name}: no example has anything at {expression}"
            for value in values:
                assert contract.problems(parameters[parameter]["schema"], value) == [], name
        required = {name for name, parameter in parameters.items() if parameter["in"] == "path"}
        assert required <= link.get("parameters", {}).keys(), name


def _at(value: Any, pointer: list[str]) -> Any:
    for part in pointer:
        value = (contract.mapping(value) or {}).get(part)
    return value


@pytest.mark.parametrize(
    ("source", "targets"),
    [
        ("signUp", {"getUser", "updateUser", "deleteUser"}),
        ("createBlob", {"completeBlob", "downloadBlob", "deleteBlob"}),
        ("createSession", {"getSession", "destroySession", "login", "logout", "signUp"}),
        ("createSession", {"findUsers", "createBlob", "listBlobs", "listOnlineUsers"}),
    ],
)
def test_the_usual_ways_are_linked(source: str, targets: set[str]) -> None:
    linked = {link["operationId"] for _, _, link in _links(contract.operation(source))}
    assert targets <= linked


def test_v2_filters_are_explicit_parameters() -> None:
    """Bracketed names, since deepObject styles are sent wrongly by generated clients."""
    names = {parameter["name"] for parameter in contract.operation("findUsers").parameters}
    texts = ["login", "email", "full_name", "phone", "external_id", "facebook_id", "twitter_id"]
    expected = {"offset", "limit", "sort_asc", "sort_desc", "id", "id[in][]", "id[nin][]"}
    expected |= {f"{field}{suffix}" for field in texts for suffix in ("", "[start_with]")}
    expected |= {f"{field}[{operator}][]" for field in texts for operator in ("in", "nin")}
    expected |= {"user_tags", "user_tags[in][]", "user_tags[nin][]"}
    expected |= {
        f"{field}[{operator}]"
        for field in ("created_at", "updated_at", "last_request_at")
        for operator in ("gt", "lt", "gte", "lte")
    }
    assert names == expected


def test_the_readme_tells_the_share_of_assumed_answers() -> None:
    readme = (contract.ROOT / "README.md").read_text(encoding="utf-8")
    assert contract.evidence_line() in " ".join(readme.split())
