"""Pins name versions and hashes: they install from any registry, and name none."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


def _project() -> dict[str, Any]:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project: dict[str, Any] = document["project"]
    return project


def _pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.split("==") for line in lines if not line.startswith("#")]
    return {_canonical(name): version for name, version in pins}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_python_pins_are_names_and_versions() -> None:
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert line.startswith("#") or re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line)


def test_every_requirement_is_pinned_and_capped() -> None:
    project = _project()
    requirements: list[str] = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        requirements += extra
    for requirement in requirements:
        name = re.split(r"[\[<>=]", requirement)[0]
        if name != project["name"]:
            assert _canonical(name) in _pins(), name
            assert "<" in requirement or "==" in requirement, f"{requirement} has no cap"


def test_the_lock_of_node_tools_holds_no_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    tools = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    for path, package in lock["packages"].items():
        assert "resolved" not in package, path
        assert not path or re.match(r"sha\d+-", package["integrity"]), path
    for name, version in tools.items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text(encoding="utf-8")


def test_the_version_is_in_the_changelog_or_to_be() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in changelog or f"## [{_project()['version']}]" in changelog
