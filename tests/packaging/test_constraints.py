"""The pinned versions are complete, fit the declared ranges, and name no place to fetch them from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LINES = (ROOT / "constraints.txt").read_text().splitlines()
PINS = [Requirement(line) for line in LINES]
DECLARED = [
    *PROJECT["project"]["dependencies"],
    *PROJECT["project"]["optional-dependencies"]["server"],
    *PROJECT["dependency-groups"]["dev"],
]


def _versions(name: str) -> list[Version]:
    pins = [pin for pin in PINS if canonicalize_name(pin.name) == canonicalize_name(name)]
    return [Version(str(pin.specifier).removeprefix("==")) for pin in pins]


@pytest.mark.parametrize("declared", DECLARED)
def test_every_dependency_is_pinned_within_its_range(declared: str) -> None:
    requirement = Requirement(declared)
    versions = _versions(requirement.name)
    assert versions
    assert all(requirement.specifier.contains(version) for version in versions)


def test_every_line_pins_one_version_and_names_no_address() -> None:
    assert [line for line in LINES if not re.match(r"[a-z0-9-]+==[0-9][\w.!+]*( ; .+)?$", line)] == []


def test_the_build_of_torch_that_breaks_torchvision_is_refused() -> None:
    torch = next(Requirement(text) for text in DECLARED if text.startswith("torch>"))
    assert not torch.specifier.contains("2.13.0")
    assert not torch.specifier.contains("2.13.0+cpu")


def test_every_layer_of_the_import_contract_is_a_package_of_the_wheel() -> None:
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    layers = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    assert sorted(name.strip() for layer in layers for name in layer.split("|")) == sorted(packages)
    assert PROJECT["tool"]["importlinter"]["root_packages"] == packages == PROJECT["tool"]["mypy"]["packages"]


def test_the_changelog_knows_the_version_or_collects_for_the_next() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text()
    assert f"## [{PROJECT['project']['version']}]" in changelog or "## [Unreleased]" in changelog
