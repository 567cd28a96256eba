"""The shipped client and the contract say the same, and the client reads more than it promises."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generated_client import (
    UNSET,
    Headers,
    InvalidData,
    RawResponse,
    Redirect,
    Request,
    UnexpectedResponse,
    models,
)
from openapi import generate

CONTRACT = generate.load(Path(generate.__file__).parent / "connectycube.yaml")
COMPONENTS: Any = CONTRACT["components"]
OPERATIONS = {
    operation["operationId"]: (path, method, operation)
    for path, method, operation in generate.operations(CONTRACT)
}
JSON = Headers({"Content-Type": "application/json; charset=utf-8"})


def resolved(node: Any) -> Any:
    while "$ref" in node:
        _, _, kind, name = node["$ref"].split("/")
        node = COMPONENTS[kind][name]
    return node


def module_of(operation_id: str) -> ModuleType:
    operation = OPERATIONS[operation_id][2]
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation_id)
    return import_module(f"generated_client.api.{operation['tags'][0]}.{snake}")


def examples_of(media: Any) -> Iterator[tuple[str, Any]]:
    for name, example in media.get("examples", {}).items():
        yield name, resolved(example)["value"]


def parameters_of(operation: Any) -> list[Any]:
    return [resolved(parameter) for parameter in operation.get("parameters", [])]


def example_of(parameter: Any) -> Any:
    if "example" in parameter:
        return parameter["example"]
    return next(iter(parameter["examples"].values()))["value"]


def readable(name: str) -> str:
    python = name.replace("][", "_").replace("[", "_").replace("]", "").strip("_")
    return f"{python}_" if python == "filter" else python


# Requests


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_requests_are_those_of_the_contract(operation_id: str) -> None:
    path, method, operation = OPERATIONS[operation_id]
    module = module_of(operation_id)
    parameters = parameters_of(operation)
    arguments = {readable(one["name"]): example_of(one) for one in parameters}
    request: Request
    if "requestBody" not in operation:
        request = module._build_request(**arguments)
        assert (request.content, request.headers) == (None, ())
    else:
        media = operation["requestBody"]["content"]["application/json"]
        body_type = inspect.signature(module.sync).parameters["body"].annotation
        _, first = next(examples_of(media))
        for _, example in examples_of(media):
            body = getattr(models, body_type).from_dict(example)
            sent: Request = module._build_request(**arguments, body=body)
            assert json.loads(cast("bytes", sent.content)) == example
            assert dict(sent.headers) == {"Content-Type": "application/json"}
        body = getattr(models, body_type).from_dict(first)
        request = module._build_request(**arguments, body=body)
    url = path
    for one in parameters:
        if one["in"] == "path":
            url = url.replace("{" + one["name"] + "}", str(example_of(one)))
    assert (request.method.lower(), request.url) == (method, url)
    assert request.operation_id == operation_id
    assert request.security == tuple(tuple(one) for one in operation["security"])
    wanted: list[tuple[str, str]] = []
    for one in parameters:
        if one["in"] == "query":
            value_or_list = example_of(one)
            listed = resolved(one["schema"]).get("type") == "array"
            values: list[Any] = value_or_list if listed else [value_or_list]
            wanted += [
                (one["name"], json.dumps(value) if isinstance(value, bool) else str(value))
                for value in values
            ]
    assert list(request.query) == wanted


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_every_function_tells_of_itself(operation_id: str) -> None:
    operation = OPERATIONS[operation_id][2]
    module = module_of(operation_id)
    for name in ("sync", "sync_detailed", "asyncio", "asyncio_detailed"):
        text = inspect.getdoc(getattr(module, name)) or ""
        assert text.startswith(operation["summary"])
        assert ("calls this operation deprecated" in text) == operation.get("deprecated", False)
        for section in ("Args:", "Returns:", "Raises:"):
            assert f"\n{section}\n" in text
        for status in operation["responses"]:
            assert f"\n    {status}: `" in text
        for argument in inspect.signature(getattr(module, name)).parameters:
            assert f"\n    {argument}: " in text


# Answers


def answers() -> Iterator[tuple[str, str, str, Any]]:
    for operation_id, (_, _, operation) in OPERATIONS.items():
        for status, answer in operation["responses"].items():
            for media in resolved(answer).get("content", {}).values():
                for name, example in examples_of(media):
                    yield operation_id, status, name, example


@pytest.mark.parametrize(
    ("operation_id", "status", "example"),
    [
        pytest.param(operation_id, int(status), example, id=f"{operation_id}-{status}-{name}")
        for operation_id, status, name, example in answers()
    ],
)
def test_examples_are_read_and_written_back(operation_id: str, status: int, example: Any) -> None:
    answer = RawResponse(status, JSON, json.dumps(example).encode())
    parsed = module_of(operation_id)._parse_response(answer)
    assert parsed.to_dict() == example
    assert parsed.additional_properties == {}


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_answers_without_a_body(operation_id: str) -> None:
    parse = module_of(operation_id)._parse_response
    for status, answer in OPERATIONS[operation_id][2]["responses"].items():
        if "content" not in resolved(answer):
            there = RawResponse(int(status), Headers({"Location": "https://store.example/x"}), b"")
            expected = Redirect("https://store.example/x") if status[0] == "3" else None
            assert parse(there) == expected


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_other_statuses_are_refused(operation_id: str) -> None:
    documented = OPERATIONS[operation_id][2]["responses"]
    for status in (*range(200, 600), 999):
        if str(status) not in documented:
            with pytest.raises(UnexpectedResponse):
                module_of(operation_id)._parse_response(RawResponse(status, JSON, b"{}"))


# Older servers

OLD_USER = {
    "id": 2190000,
    "login": "Alice",
    "full_name": "Alice Made",
    "email": None,
    "custom_data": "",
    "avatar": "",
    "blob_id": None,
    "created_at": "2020-10-13T09:05:01Z",
    "updated_at": "2020-10-21T07:51:09Z",
}


def parse(operation_id: str, body: object, status: int = 200) -> Any:
    answer = RawResponse(status, JSON, json.dumps(body).encode())
    return module_of(operation_id)._parse_response(answer)


def test_old_users() -> None:
    user = parse("getUser", {"user": OLD_USER}).user
    assert (user.object_id, user.is_guest, user.avatar) == (UNSET, UNSET, "")
    assert user.to_dict() == OLD_USER


@pytest.mark.parametrize("tags", [None, "a,b", ["a", "b"], []])
def test_tags_as_text_or_list(tags: object) -> None:
    assert parse("getUser", {"user": {"id": 1, "user_tags": tags}}).user.user_tags == tags


def test_wrapped_items_of_the_second_version() -> None:
    page = {"limit": 10, "skip": 0, "total_entries": 2}
    answer = parse("findUsers", {**page, "items": [OLD_USER, {"user": OLD_USER}]})
    assert [type(item) for item in answer.items] == [models.User, models.User]
    assert answer.to_dict() == {**page, "items": [OLD_USER, OLD_USER]}


def test_the_misspelt_download_url() -> None:
    moment = "2023-08-25T11:29:29Z"
    blob = {"id": 1, "uid": "U", "content_type": "image/png", "name": "n", "size": 1}
    blob |= {"created_at": moment, "updated_at": moment, "public": False}
    access = {"id": 1, "blob_id": 1, "expires": moment, "object_access_type": "Read"}
    found = [
        parse("getBlobObject", {"blob": {**blob, "blob_object_access": {**access, key: "u"}}})
        for key in ("download_url", "dowload_url")
    ]
    assert [one.blob.blob_object_access.download_url for one in found] == ["u", "u"]
    with pytest.raises(
        UnexpectedResponse, match=r"blob\.blob_object_access\.download_url is missing"
    ):
        parse("getBlobObject", {"blob": {**blob, "blob_object_access": access}})


def test_a_session_without_a_token_is_of_no_use() -> None:
    with pytest.raises(UnexpectedResponse, match=r"session\.id is missing"):
        parse("createSession", {"session": {}}, 201)


# Rules that hold for everything

# A busy machine is no finding.
patiently = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
MODELS: dict[str, Any] = {
    name: schema
    for name, schema in COMPONENTS["schemas"].items()
    if schema.get("type") == "object" and name in models.__all__
}
ANSWERED = {name for name in MODELS if hasattr(getattr(models, name), "additional_properties")}


def written(schema: Any) -> st.SearchStrategy[Any]:
    """Everything that a schema of the contract allows, patterns and bounds aside."""
    schema = resolved(schema)
    kinds: Any = schema.get("type")
    if kinds == "object":
        return written_object(schema)
    if "const" in schema:
        return st.just(schema["const"])
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return st.one_of([written(part) for part in schema[several]])
    if isinstance(kinds, list):
        types = cast("list[str]", kinds)
        return st.one_of([written({**schema, "type": one}) for one in types])
    if kinds == "array":
        return st.lists(written(schema["items"]), max_size=3)
    if schema.get("format") == "date-time":
        return st.datetimes().map(lambda moment: f"{moment.isoformat(timespec='seconds')}Z")
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    simple = {
        "string": st.text(),
        "integer": st.integers(),
        "boolean": st.booleans(),
        "null": st.none(),
    }
    return simple[kinds]


def written_object(schema: Any) -> st.SearchStrategy[Any]:
    if "properties" not in schema:
        values = written(schema["additionalProperties"])
        return st.dictionaries(st.text(), values, min_size=1, max_size=3)
    required = set(schema.get("required", ()))
    properties = {name: written(part) for name, part in schema["properties"].items()}
    known = st.fixed_dictionaries(
        {name: part for name, part in properties.items() if name in required},
        optional={name: part for name, part in properties.items() if name not in required},
    )
    if not any(schema is MODELS[name] for name in ANSWERED):
        return known
    unknown = st.dictionaries(st.text().map(lambda text: f"x-{text}"), ANY_JSON, max_size=2)
    return st.tuples(known, unknown).map(lambda both: {**both[0], **both[1]})


@pytest.mark.parametrize("name", MODELS)
@patiently
@given(data=st.data())
def test_what_the_contract_allows_is_read_and_written_back(name: str, data: st.DataObject) -> None:
    value = data.draw(written(MODELS[name]))
    before = json.dumps(value)
    model = getattr(models, name).from_dict(value)
    assert model.to_dict() == value
    assert json.dumps(value) == before
    unknown = {key for key in value if key.startswith("x-")}
    assert set(getattr(model, "additional_properties", ())) == unknown


@pytest.mark.parametrize("name", models.__all__)
@patiently
@given(value=st.dictionaries(st.text() | st.sampled_from(["id", "errors", "user"]), ANY_JSON))
def test_everything_else_is_a_named_error(name: str, value: Mapping[str, Any]) -> None:
    model = getattr(models, name)
    if not hasattr(model, "from_dict"):
        return
    with suppress(InvalidData):
        model.from_dict(value)


def smallest(schema: Any) -> Any:
    """The least that a schema asks for."""
    schema = resolved(schema)
    if "const" in schema:
        return schema["const"]
    if "properties" in schema:
        parts = schema["properties"]
        return {name: smallest(parts[name]) for name in schema.get("required", ())}
    if "anyOf" in schema or "oneOf" in schema:
        return smallest([*schema.get("anyOf", ()), *schema.get("oneOf", ())][0])
    if schema.get("format") == "date-time":
        return "2023-08-25T11:29:29Z"
    if not isinstance(schema["type"], str):
        return None
    values: dict[str, Any] = {"string": "x", "integer": 1, "boolean": True, "array": []}
    return values.get(schema["type"])


@pytest.mark.parametrize(
    ("name", "key"),
    [(name, key) for name, schema in MODELS.items() for key in schema["properties"]],
)
def test_a_wrong_type_is_named(name: str, key: str) -> None:
    value = {**smallest(MODELS[name]), key: object()}
    with pytest.raises(InvalidData) as caught:
        getattr(models, name).from_dict(value)
    assert caught.value.key == key
    assert "object" in caught.value.problem or "shapes" in caught.value.problem


@pytest.mark.parametrize("name", sorted(MODELS.keys() - ANSWERED))
def test_requests_refuse_unknown_keys(name: str) -> None:
    with pytest.raises(InvalidData, match="misspelt is not a key of this model"):
        getattr(models, name).from_dict({**smallest(MODELS[name]), "misspelt": 1})
