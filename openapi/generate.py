"""Generate the client from the contract: `python openapi/generate.py [--check]`.

openapi-python-client does the parsing, the templates in `templates/` do the writing. In between
stands what the generator lacks: the generation-only overlay (a strict contract, a tolerant reader),
readable names, security by operation, and a refusal of everything that the templates could not
emit correctly. The output depends on nothing but the contract, this folder and the pinned tools.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from copy import deepcopy
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar, cast

import openapi_python_client
from attrs import define, field, frozen
from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError, PropertyError
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import AnyProperty, ModelProperty
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol, Value
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.responses import Response
from openapi_python_client.schema import Reference
from openapi_python_client.schema.untrusted_string import UntrustedString
from openapi_python_client.strings import PythonCode, PythonIdentifier
from ruamel.yaml import YAML

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "templates"
# Written beside what the generator itself writes.
OWN_FILES = ("_reading.py", "_writing.py", "transport.py")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
REDIRECTS = (301, 302, 303, 307, 308)
# Never shown by the repr of a model. `params` and `download_url` are signed links.
SECRET_NAMES = frozenset(
    {
        "token",
        "password",
        "old_password",
        "auth_key",
        "signature",
        "access_token",
        "secret",
        "params",
        "download_url",
    }
)
# Names that a generated class or function needs for itself.
RESERVED_FOR_MODELS = frozenset({"additional_properties", "cls", "from_dict", "to_dict"})
RESERVED_FOR_ARGUMENTS = frozenset({"body", "client"})

Node = dict[str, Any]


class GenerationError(Exception):
    """The contract, or its overlay, holds what cannot be generated correctly."""


# Reading the contract


def load(path: Path) -> Node:
    """Read a YAML file as the generator does.

    Args:
        path: The file.

    Returns:
        Its content.
    """
    yaml = cast("Any", YAML(typ="safe"))  # its methods are half typed
    return cast("Node", yaml.load(path))


def operations(contract: Node) -> Iterator[tuple[str, str, Node]]:
    """Go through the operations of a contract.

    Args:
        contract: The contract.

    Yields:
        Path, method and operation.
    """
    for path, item in contract["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


@frozen
class Overlay:
    """What is changed in the contract for generation alone.

    Beyond the list in overlay.yaml four rules hold for every schema:

    - Objects of requests are closed, so that our models refuse a misspelt key, which the server
      would ignore in silence.
    - Objects of answers are open, and their enumerations and constants are plain values: what a
      server adds tomorrow must not cost today's answer.
    - Defaults of requests are dropped: they are the server's, and a client that sent them would
      freeze those of its own day.
    - Alternatives that only say which keys go together are dropped: the generator takes them for
      types, and the server says it better in its refusal.

    Attributes:
        schemas: Tolerances by the name of the schema.
        names: Python names by name in the contract.
    """

    schemas: Mapping[str, Node] = field(factory=dict[str, Node])
    names: Mapping[str, str] = field(factory=dict[str, str])

    @classmethod
    def read(cls, path: Path) -> Overlay:
        """Read an overlay.

        Args:
            path: The file.

        Returns:
            The overlay.
        """
        content = load(path)
        return cls(content.get("schemas", {}), content.get("names", {}))

    def applied(self, contract: Node) -> Node:
        """Apply the overlay.

        Args:
            contract: The contract; it stays as it is.

        Returns:
            The contract to generate from.

        Raises:
            GenerationError: The overlay names what is not there, or a schema would have to be open
                and closed at once.
        """
        changed = deepcopy(contract)
        components = changed.get("components", {})
        for name, tolerance in self.schemas.items():
            self._tolerate(name, tolerance, components.get("schemas", {}).get(name))
        self._inline(changed)
        walk = _Walk(components)
        sent = walk.below(_request_roots(changed))
        answered = walk.below(_response_roots(changed))
        for schema in (*sent, *answered):
            for key in ("anyOf", "oneOf"):
                if key in schema and all(part.keys() == {"required"} for part in schema[key]):
                    del schema[key]
        for schema in sent:
            schema.pop("default", None)
            if "properties" in schema:
                if any(schema is other for other in answered):
                    raise GenerationError(
                        f"one schema for requests and answers cannot be closed and open: {schema}"
                    )
                schema.setdefault("additionalProperties", False)
        for schema in answered:
            if schema.get("additionalProperties") is False:
                del schema["additionalProperties"]
            if any(schema is other for other in sent):
                continue
            _forget_known_values(schema)
        return changed

    @staticmethod
    def _tolerate(name: str, tolerance: Node, schema: Node | None) -> None:
        unknown = tolerance.keys() - {
            "reason",
            "required",
            "properties",
            "wrapped_in",
            "also_read",
        }
        if schema is None or unknown or not tolerance.get("reason"):
            raise GenerationError(f"overlay of {name}: no such schema, no reason, or {unknown}")
        for key, changed in tolerance.get("properties", {}).items():
            if key not in schema["properties"]:
                raise GenerationError(f"overlay of {name}: the contract has no key {key}")
            schema["properties"][key] = changed
        promised: list[str] = schema.get("required", [])
        required: list[str] = tolerance.get("required", promised)
        if not set(required) <= set(promised):
            raise GenerationError(f"overlay of {name}: it may only require less")
        schema["required"] = required
        if "wrapped_in" in tolerance:
            schema["x-wrapped-in"] = tolerance["wrapped_in"]
        if "also_read" in tolerance:
            schema["x-also-read"] = tolerance["also_read"]

    @staticmethod
    def _inline(contract: Node) -> None:
        # So that all else looks in one place; and the generator forgets the description of a
        # parameter that it finds by reference.
        components = contract.get("components", {})
        known = components.get("parameters", {})
        for path, item in contract["paths"].items():
            shared = item.pop("parameters", [])
            for _, _, operation in operations({"paths": {path: item}}):
                own = [_resolved(one, known) for one in operation.get("parameters", [])]
                places = {(one["name"], one["in"]) for one in own}
                inherited = [_resolved(one, known) for one in shared]
                operation["parameters"] = [
                    *(one for one in inherited if (one["name"], one["in"]) not in places),
                    *own,
                ]
                operation["responses"] = {
                    status: _resolved(response, components.get("responses", {}))
                    for status, response in operation["responses"].items()
                }
                if "requestBody" in operation:
                    operation["requestBody"] = _resolved(
                        operation["requestBody"], components.get("requestBodies", {})
                    )


def _resolved(node: Node, known: Mapping[str, Node]) -> Node:
    return deepcopy(_referred(node, known)) if "$ref" in node else node


def _referred(node: Node, known: Mapping[str, Node]) -> Node:
    name: str = node["$ref"].rpartition("/")[2]
    if name not in known:
        raise GenerationError(f"nothing is at {node['$ref']}")
    return known[name]


def _forget_known_values(schema: Node) -> None:
    values = schema.pop("enum", None)
    if values is None and "const" in schema:
        values = [schema.pop("const")]
    if not values:
        return
    if "type" not in schema:
        json_types = {str: "string", bool: "boolean", int: "integer", type(None): "null"}
        schema["type"] = sorted({json_types[type(value)] for value in values})
        if len(schema["type"]) == 1:
            schema["type"] = schema["type"][0]
    shown = ", ".join(f"`{value}`" for value in values if value is not None)
    schema["description"] = f"{schema.get('description', '').strip()} Known: {shown}.".strip()


def _request_roots(contract: Node) -> Iterator[Node]:
    for _, _, operation in operations(contract):
        for parameter in operation["parameters"]:
            if "schema" in parameter:
                yield parameter["schema"]
        contents = operation.get("requestBody", {}).get("content", {})
        yield from (media["schema"] for media in contents.values() if "schema" in media)


def _response_roots(contract: Node) -> Iterator[Node]:
    for _, _, operation in operations(contract):
        for response in operation["responses"].values():
            contents = response.get("content", {})
            yield from (media["schema"] for media in contents.values() if "schema" in media)


class _Walk:
    def __init__(self, components: Node) -> None:
        self.schemas: Mapping[str, Node] = components.get("schemas", {})

    def below(self, roots: Iterator[Node]) -> list[Node]:
        """Find every schema that can be reached, each once, components in place."""
        found: dict[int, Node] = {}
        waiting = list(roots)
        while waiting:
            schema = waiting.pop()
            if "$ref" in schema:
                schema = _referred(schema, self.schemas)
            if id(schema) in found:
                continue
            found[id(schema)] = schema
            for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
                waiting.extend(schema.get(key, []))
            waiting.extend(schema.get("properties", {}).values())
            for key in ("items", "additionalProperties"):
                waiting.extend([schema[key]] if isinstance(schema.get(key), dict) else [])
        return list(found.values())


# What the templates need to know beyond what the generator tells them


@define
class TolerantItem(PropertyProtocol):
    """An item of a list in an answer: what the contract says, or `Unreadable`."""

    name: UntrustedString
    required: bool
    default: Value | None
    python_name: PythonIdentifier
    description: UntrustedString | None
    example: UntrustedString | None
    item: PropertyProtocol

    def get_base_type_string(self) -> PythonCode:
        """Get the code of the type.

        Returns:
            The code.
        """
        return PythonCode(f"{self.item.get_type_string().as_unembedded_code()} | Unreadable")

    def convert_value(self, value: Any) -> Value | PropertyError | None:
        """Refuse a default; items have none.

        Args:
            value: The default.

        Returns:
            None, or what is wrong.
        """
        return None if value is None else PropertyError(detail="an item has no default")


@define
class RedirectAnswer(NoneProperty):
    """An answer whose point is its `Location` header."""

    _type_string: ClassVar[str] = "Redirect"


@define
class BytesAnswer(NoneProperty):
    """An answer that is bytes."""

    _type_string: ClassVar[str] = "bytes"


@frozen
class SecuritySchemeFacts:
    """Where a credential goes."""

    location: str
    name: str


@frozen
class OperationFacts:
    """What the generator does not keep of an operation."""

    operation_id: str
    path: str
    deprecated: bool
    security: str
    joined: frozenset[str]


def security_schemes(contract: Node) -> dict[str, SecuritySchemeFacts]:
    """Read where credentials go.

    Args:
        contract: The contract.

    Returns:
        The facts by name of the scheme.

    Raises:
        GenerationError: A scheme is no key in a header or the query.
    """
    found: dict[str, SecuritySchemeFacts] = {}
    for name, scheme in contract.get("components", {}).get("securitySchemes", {}).items():
        if scheme["type"] != "apiKey" or scheme["in"] not in {"header", "query"}:
            raise GenerationError(f"security scheme {name}: only keys in header or query are known")
        found[name] = SecuritySchemeFacts(scheme["in"], scheme["name"])
    return found


def check_operation(label: str, operation: Node) -> None:
    """Refuse what the templates would emit wrongly or not at all.

    Args:
        label: The operation for messages.
        operation: The operation, its parameters inlined.

    Raises:
        GenerationError: There is such a thing.
    """
    if "operationId" not in operation:
        raise GenerationError(f"{label}: no operationId")
    for parameter in operation["parameters"]:
        named = f"{label}: parameter {parameter['name']}"
        if "schema" not in parameter:
            raise GenerationError(f"{named}: only parameters with a schema are known")
        if parameter["in"] == "cookie":
            raise GenerationError(f"{named}: cookies are not known")
        usual = "form" if parameter["in"] == "query" else "simple"
        if parameter.get("style", usual) != usual:
            raise GenerationError(f"{named}: style {parameter['style']} is not known")
    contents = operation.get("requestBody", {}).get("content", {})
    if contents and list(contents) != ["application/json"]:
        raise GenerationError(f"{label}: a body is JSON and nothing else, not {list(contents)}")
    for status, response in operation["responses"].items():
        documented = response.get("content", {})
        if len(documented) > 1 or any("schema" not in one for one in documented.values()):
            raise GenerationError(f"{label}: {status} needs one content type, with a schema")


def _facts(contract: Node, config: Config, data: GeneratorData) -> dict[str, OperationFacts]:
    endpoints: dict[str, Endpoint] = {}
    for collection in data.endpoint_collections_by_tag.values():
        for endpoint in collection.endpoints:
            if endpoint.name in endpoints:
                raise GenerationError(f"{collection.tag}: a second operation named {endpoint.name}")
            endpoints[endpoint.name] = endpoint
    facts: dict[str, OperationFacts] = {}
    for path, method, operation in operations(contract):
        label = f"{method.upper()} {path}"
        name = PythonIdentifier(operation["operationId"], config.field_prefix)
        if name not in endpoints:
            raise GenerationError(f"{label}: the generator dropped the operation")
        everywhere: list[Node] = contract.get("security", [])
        security: list[Node] = operation.get("security", everywhere)
        facts[name] = OperationFacts(
            operation_id=operation["operationId"],
            path=path,
            deprecated=operation.get("deprecated", False),
            security=repr(tuple(tuple(alternative) for alternative in security)),
            joined=frozenset(
                one["name"] for one in operation["parameters"] if one.get("explode") is False
            ),
        )
        _name_arguments(label, endpoints[name], operation, config)
    return facts


def _models_of(prop: PropertyProtocol) -> Iterator[ModelProperty]:
    if isinstance(prop, ModelProperty):
        yield prop
    elif isinstance(prop, ListProperty):
        yield from _models_of(prop.inner_property)
    elif isinstance(prop, TolerantItem):
        yield from _models_of(prop.item)
    elif isinstance(prop, UnionProperty):
        for inner in prop.inner_properties:
            yield from _models_of(inner)


def _name_arguments(label: str, endpoint: Endpoint, operation: Node, config: Config) -> None:
    """Make `id[in][]` an argument `id_in`, and give each its own description."""
    descriptions = {one["name"]: one.get("description") for one in operation["parameters"]}
    taken: set[str] = {"body"} if endpoint.bodies else set()
    for parameter in (
        *endpoint.path_parameters,
        *endpoint.query_parameters,
        *endpoint.header_parameters,
    ):
        wire_name = parameter.name.get_untrusted_value()
        if "[" in wire_name:
            readable = re.sub(r"[\[\]]+", "_", wire_name).strip("_")
            parameter.set_python_name(UntrustedString(readable), config)
        listed = isinstance(parameter, ListProperty) and parameter in endpoint.query_parameters
        if not listed and not _is_scalar(parameter):
            raise GenerationError(f"{label}: {wire_name} is neither a value nor a list of values")
        if parameter.python_name in taken | RESERVED_FOR_ARGUMENTS:
            raise GenerationError(f"{label}: a second argument named {parameter.python_name}")
        taken.add(parameter.python_name)
        if descriptions[wire_name]:
            parameter.description = UntrustedString(descriptions[wire_name])


def _is_scalar(prop: PropertyProtocol) -> bool:
    if isinstance(prop, UnionProperty):
        return all(_is_scalar(inner) for inner in prop.inner_properties)
    return not isinstance(prop, (ListProperty, ModelProperty, FileProperty, AnyProperty))


def _prepare_models(data: GeneratorData, names: Mapping[str, str], config: Config) -> None:
    for model in data.models:
        properties = (*(model.required_properties or ()), *(model.optional_properties or ()))
        taken: set[str] = set()
        for prop in properties:
            renamed = names.get(prop.name.get_untrusted_value())
            if renamed is not None:
                prop.set_python_name(UntrustedString(renamed), config)
            if prop.python_name in taken | RESERVED_FOR_MODELS:
                raise GenerationError(
                    f"{model.class_info.name}: the name {prop.python_name} is taken"
                )
            taken.add(prop.python_name)
            declared = (model.data.properties or {}).get(prop.name)
            if isinstance(declared, Reference):
                # The generator would take the description of what is referred to.
                beside: Node = declared.model_extra or {}
                if "description" in beside:
                    prop.description = UntrustedString(beside["description"])
            if model.additional_properties is not None:
                _tolerate_items(prop)


def _tolerate_items(prop: PropertyProtocol) -> None:
    """Let one odd item of a list of models be itself instead of the end of the whole list."""
    if isinstance(prop, UnionProperty):
        for inner in prop.inner_properties:
            _tolerate_items(inner)
    if not isinstance(prop, ListProperty):
        return
    inner = prop.inner_property
    _tolerate_items(inner)
    if isinstance(inner, (ModelProperty, UnionProperty)) and any(_models_of(inner)):
        prop.inner_property = TolerantItem(
            name=inner.name,
            required=True,
            default=None,
            python_name=inner.python_name,
            description=inner.description,
            example=None,
            item=inner,
        )


def _prepare_response(response: Response) -> None:
    """Say what an answer is where the generator only knows `Any`."""
    prop = response.prop
    about: Node = {
        "name": prop.name,
        "required": True,
        "default": None,
        "python_name": prop.python_name,
        "description": None,
        "example": None,
    }
    status = response.status_code.range
    if status is not None and status[0] == status[1] and status[0] in REDIRECTS:
        response.prop = RedirectAnswer(**about)
    elif response.source["attribute"] == "None":
        response.prop = NoneProperty(**about)
    elif response.source["attribute"] == "response.content":
        response.prop = BytesAnswer(**about)
    else:
        _tolerate_items(prop)


# Generating


def build(spec: Path, overlay: Path, output: Path) -> None:
    """Generate the client into a folder of its own.

    Args:
        spec: The contract.
        overlay: What is changed for generation alone.
        output: A folder that does not exist yet; its name is the package's.

    Raises:
        GenerationError: The generator warned of something, or would emit something wrong.
    """
    config_file = ConfigFile.load_from_path(HERE / "config.yaml")
    config_file.package_name_override = output.name
    config = Config.from_sources(
        config_file,
        MetaType.NONE,
        document_source=spec,
        file_encoding="utf-8",
        overwrite=False,
        output_path=output,
    )
    changes = Overlay.read(overlay)
    contract = changes.applied(load(spec))
    for path, method, operation in operations(contract):
        check_operation(f"{method.upper()} {path}", operation)
    data = GeneratorData.from_dict(deepcopy(contract), config=config)
    if isinstance(data, GeneratorError):
        raise GenerationError(_told(data))
    _fail_on([*data.errors])
    for collection in data.endpoint_collections_by_tag.values():
        _fail_on(collection.parse_errors)
        for endpoint in collection.endpoints:
            for response in endpoint.responses:
                _prepare_response(response)
    _prepare_models(data, changes.names, config)
    project = Project(openapi=data, config=config, custom_template_path=TEMPLATES)
    told: Any = {
        "operations": _facts(contract, config, data),
        "secret_names": SECRET_NAMES,
        "security_schemes": security_schemes(contract),
    }
    project.env.globals.update(told)
    project.config.overwrite = True
    output.mkdir(parents=True)
    for name in OWN_FILES:
        (output / name).write_text(project.env.get_template(f"{name}.jinja").render(), "utf-8")
    (output / "py.typed").write_bytes(b"")
    # The hooks call the ruff of this very environment, whether it is activated or not.
    programs = str(Path(sys.executable).parent)
    if os.environ.get("PATH", "").split(os.pathsep)[0] != programs:
        os.environ["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", "")])
    with redirect_stdout(StringIO()):  # it tells of a temporary folder that nobody knows
        errors = project.build()
    _fail_on(errors)


def _told(error: GeneratorError) -> str:
    return f"{error.level.value}: {error.header} {error.detail or ''}".strip()


def _fail_on(errors: Sequence[GeneratorError]) -> None:
    if errors:
        raise GenerationError("\n".join(_told(error) for error in errors))


def content_of(folder: Path) -> dict[str, bytes]:
    """Read a folder.

    Args:
        folder: The folder; it may be missing.

    Returns:
        The bytes of every file by its path, without Python's caches.
    """
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def differences(wanted: Mapping[str, bytes], found: Mapping[str, bytes]) -> list[str]:
    """Compare two folders.

    Args:
        wanted: What should be there.
        found: What is there.

    Returns:
        A line for every file that is missing, extra or changed.
    """
    lines = [f"missing: {name}" for name in wanted.keys() - found.keys()]
    lines += [f"extra: {name}" for name in found.keys() - wanted.keys()]
    both = wanted.keys() & found.keys()
    lines += [f"changed: {name}" for name in both if wanted[name] != found[name]]
    return sorted(lines)


def replace(output: Path, wanted: Mapping[str, bytes]) -> None:
    """Make a folder hold exactly some files.

    Args:
        output: The folder.
        wanted: The files.

    Raises:
        GenerationError: The folder holds something that was not generated here.
    """
    if output.exists() and any(output.iterdir()) and not (output / "api").is_dir():
        raise GenerationError(f"{output} is no generated client; it stays as it is")
    for name in content_of(output).keys() - wanted.keys():
        (output / name).unlink()
    for name, content in wanted.items():
        target = output / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_bytes() != content:
            target.write_bytes(content)
    for folder in sorted(output.rglob("*"), reverse=True):
        if folder.is_dir() and folder.name != "__pycache__" and not content_of(folder):
            shutil.rmtree(folder)


def template_lines() -> list[tuple[str, int, int]]:
    """Count how far our templates are from the generator's.

    Returns:
        For each of our templates its name, its lines that the stock template lacks (all of them if
        there is none), and the stock template's lines that it dropped.
    """
    stock = files(openapi_python_client) / "templates"
    counted: list[tuple[str, int, int]] = []
    for path in sorted(TEMPLATES.rglob("*.jinja")):
        name = path.relative_to(TEMPLATES).as_posix()
        theirs = stock / name
        before = theirs.read_text("utf-8").splitlines() if theirs.is_file() else []
        changes = list(difflib.ndiff(before, path.read_text("utf-8").splitlines()))
        added = sum(line.startswith("+ ") for line in changes)
        counted.append((name, added, sum(line.startswith("- ") for line in changes)))
    return counted


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The command line, without the program's name.

    Returns:
        The exit code: 1 if `--check` found a difference or something cannot be generated.
    """
    parser = argparse.ArgumentParser(description="Generate the client from the contract.")
    parser.add_argument("--check", action="store_true", help="only compare, exit 1 on a difference")
    parser.add_argument("--spec", type=Path, default=HERE / "connectycube.yaml")
    parser.add_argument("--overlay", type=Path, default=HERE / "overlay.yaml")
    parser.add_argument("--output", type=Path, default=HERE.parent / "generated_client")
    parser.add_argument(
        "--template-lines", action="store_true", help="only count lines that differ from stock"
    )
    chosen = parser.parse_args(arguments)
    if chosen.template_lines:
        counted = template_lines()
        for name, added, dropped in counted:
            print(f"{name}: +{added} -{dropped}")
        print(f"in all: +{sum(one[1] for one in counted)} -{sum(one[2] for one in counted)}")
        return 0
    output: Path = chosen.output.resolve()
    try:
        with tempfile.TemporaryDirectory() as temporary:
            fresh = Path(temporary) / output.name
            build(chosen.spec, chosen.overlay, fresh)
            wanted = content_of(fresh)
        if not chosen.check:
            replace(output, wanted)
            print(f"{output.name}: {len(wanted)} files")
            return 0
    except GenerationError as error:
        print(f"not generated: {error}", file=sys.stderr)
        return 1
    found = differences(wanted, content_of(output))
    for line in found:
        print(f"{output.name} is not what the contract and the templates make: {line}")
    if found:
        return 1
    print(f"{output.name}: {len(wanted)} files, all as generated")
    return 0


if __name__ == "__main__":
    sys.exit(main())
