"""The generator's own behaviour: reproducible, complete, and loud about what it cannot do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import openapi_python_client
import pytest
from ruamel.yaml import YAML

from openapi import generate
from tests.generated_client.conftest import GENERATE, HERE, TORTURE


def run(*arguments: str, **settings: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(GENERATE), *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, **settings)


def test_what_is_committed_is_what_is_generated() -> None:
    done = run("--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_same_bytes_from_anywhere(torture_folder: Path, tmp_path: Path) -> None:
    """Other folder, other hash seed, a stray ruff configuration, ruff not on the path."""
    (tmp_path / "ruff.toml").write_text("line-length = 40")
    again = tmp_path / torture_folder.name
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PATH": os.defpath}
    done = run(*TORTURE, "--output", str(again), cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stderr
    assert generate.content_of(again) == generate.content_of(torture_folder)


def test_drift_in_every_direction(torture_folder: Path, tmp_path: Path) -> None:
    output = tmp_path / torture_folder.name
    generate.replace(output, generate.content_of(torture_folder))
    assert run(*TORTURE, "--output", str(output), "--check").returncode == 0
    (output / "extra.py").write_text("")
    (output / "client.py").unlink()
    (output / "models" / "thing.py").write_bytes(
        (output / "models" / "thing.py").read_bytes().replace(b"\n", b"\n ", 1)
    )
    done = run(*TORTURE, "--output", str(output), "--check")
    assert done.returncode == 1
    assert [line.partition("make: ")[2] for line in done.stdout.splitlines()[-3:]] == [
        "changed: models/thing.py",
        "extra: extra.py",
        "missing: client.py",
    ]
    assert (output / "extra.py").exists()
    (output / "stale").mkdir()
    assert run(*TORTURE, "--output", str(output)).returncode == 0
    assert generate.content_of(output) == generate.content_of(torture_folder)
    assert not (output / "stale").exists()


def test_a_changed_contract_is_drift(tmp_path: Path) -> None:
    contract = (GENERATE.parent / "connectycube.yaml").read_text("utf-8")
    assert contract.count("        full_name:\n") >= 1
    changed = tmp_path / "contract.yaml"
    changed.write_text(contract.replace("        full_name:\n", "        whole_name:\n", 1))
    done = run("--check", "--spec", str(changed))
    assert done.returncode == 1
    assert "changed: models/" in done.stdout


def test_a_folder_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    done = run(*TORTURE, "--output", str(tmp_path))
    assert done.returncode == 1
    assert "is no generated client" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_output_passes_strict_typing(torture_folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--warn-unreachable"]
    command += ["--config-file", os.devnull, "--cache-dir", str(tmp_path), torture_folder.name]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=torture_folder.parent
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_output_has_no_suppressions_and_no_http_library(torture_folder: Path) -> None:
    shipped = GENERATE.parents[1] / "generated_client"
    for folder in (torture_folder, shipped):
        for name, content in generate.content_of(folder).items():
            for word in (b"type: ignore", b"noqa", b"pyright:", b"httpx", b"TODO"):
                assert word not in content, (name, word)


def test_every_operation_has_its_module() -> None:
    contract = generate.load(GENERATE.parent / "connectycube.yaml")
    wanted = {operation["operationId"] for _, _, operation in generate.operations(contract)}
    api = GENERATE.parents[1] / "generated_client" / "api"
    found = [path for path in api.rglob("*.py") if path.name != "__init__.py"]
    assert len(found) == len(wanted)


# What cannot be generated is refused


def edited(tmp_path: Path, edit: Callable[[Any], object]) -> Path:
    contract = generate.load(HERE / "torture.yaml")
    edit(contract)
    path = tmp_path / "edited.yaml"
    with path.open("w", encoding="utf-8") as stream:
        cast("Any", YAML(typ="safe")).dump(contract, stream)
    return path


def get_thing(contract: Any) -> Any:
    return contract["paths"]["/things/{thing_id}"]["get"]


def add_parameter(**parameter: object) -> Callable[[Any], object]:
    return lambda contract: get_thing(contract)["parameters"].append(
        {"in": "query", "schema": {"type": "string"}, **parameter}
    )


def add_property(name: str, schema: object, model: str = "Count") -> Callable[[Any], object]:
    return lambda contract: contract["components"]["schemas"][model]["properties"].update(
        {name: schema}
    )


def add_content(content_type: str, media: object) -> Callable[[Any], object]:
    return lambda contract: get_thing(contract)["responses"]["200"]["content"].update(
        {content_type: media}
    )


def add_body(content: object) -> Callable[[Any], object]:
    return lambda contract: get_thing(contract).update(requestBody={"content": content})


REFUSED: dict[str, tuple[Callable[[Any], object], str]] = {
    "two arguments of one name": (add_parameter(name="id_in"), "a second argument named id_in"),
    "an argument named as the body": (
        lambda contract: (
            add_parameter(name="body")(contract),
            add_body({"application/json": {"schema": {"type": "object"}}})(contract),
        ),
        "a second argument named body",
    ),
    "a cookie": (add_parameter(**{"name": "c", "in": "cookie"}), "cookies are not known"),
    "a deep object": (
        add_parameter(name="o", style="deepObject", schema={"type": "object"}),
        "style deepObject is not known",
    ),
    "an object in the query": (
        add_parameter(name="o", schema={"type": "object", "properties": {"a": {}}}),
        "o is neither a value nor a list of values",
    ),
    "a parameter by content": (
        lambda contract: get_thing(contract)["parameters"].append(
            {"name": "c", "in": "query", "content": {"application/json": {}}}
        ),
        "only parameters with a schema are known",
    ),
    "two operations of one name": (
        lambda contract: get_thing(contract).update(operationId="get_text"),
        "a second operation named get_text",
    ),
    "an operation without a name": (
        lambda contract: get_thing(contract).pop("operationId"),
        "no operationId",
    ),
    "a body of two types": (
        add_body({"application/json": {"schema": {}}, "text/plain": {"schema": {}}}),
        "a body is JSON and nothing else",
    ),
    "an upload": (
        add_body({"multipart/form-data": {"schema": {"type": "object"}}}),
        "a body is JSON and nothing else",
    ),
    "an answer of two types": (
        add_content("text/plain", {"schema": {"type": "string"}}),
        "200 needs one content type, with a schema",
    ),
    "an answer without a schema": (
        add_content("application/json", {}),
        "200 needs one content type, with a schema",
    ),
    "an unknown reference": (
        add_property("x", {"$ref": "#/components/schemas/Nowhere"}),
        "nothing is at #/components/schemas/Nowhere",
    ),
    "a key named as a method": (add_property("to_dict", {}), "the name to_dict is taken"),
    "two keys of one name": (
        add_property("object_id", {"type": "string"}, "Thing"),
        "Thing: the name object_id is taken",
    ),
    "an enumeration of two types": (
        add_property("x", {"enum": [1, "a"]}, "NewThing"),
        "Unable to process schema /components/schemas/NewThing",
    ),
    "one schema for requests and answers": (
        add_property("x", {"$ref": "#/components/schemas/Count"}, "NewThing"),
        "one schema for requests and answers",
    ),
    "another security scheme": (
        lambda contract: contract["components"]["securitySchemes"].update(
            basic={"type": "http", "scheme": "basic"}
        ),
        "security scheme basic",
    ),
    "an overlay of nothing": (
        lambda contract: contract["components"]["schemas"].update(
            Gone=contract["components"]["schemas"].pop("Thing")
        ),
        "overlay of Thing: no such schema",
    ),
    "an overlay that requires more": (
        lambda contract: contract["components"]["schemas"]["Thing"]["required"].remove("kind"),
        "overlay of Thing: it may only require less",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit, reason = REFUSED[name]
    output = tmp_path / "torture_client"
    spec = edited(tmp_path, edit)
    arguments = ["--spec", str(spec), *TORTURE[2:], "--output", str(output)]
    assert generate.main(arguments) == 1
    assert reason in capsys.readouterr().err
    assert not output.exists()


# The templates


def test_every_overridden_template_says_why() -> None:
    stock = files(openapi_python_client) / "templates"
    for path in generate.TEMPLATES.iterdir():
        overrides = (stock / path.name).is_file()
        opening = "{# Overrides stock: " if overrides else "{# Our own file, not an override: "
        first = path.read_text("utf-8").splitlines()[0]
        assert first.startswith(opening), path.name
        assert first.endswith("#}"), path.name


def test_template_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main(["--template-lines"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(list(generate.TEMPLATES.iterdir())) + 1
    assert lines[-1].startswith("in all: +")
