"""What cannot be run where the tests run: the images and the compose files, linted, parsed and held against Vitrine."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.settings import Settings, load_settings
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
FILES = ("compose.yaml", "compose.gpu.yaml")
SECRETS = ("VITRINE_API_KEY", "POSTGRES_PASSWORD", "QDRANT_API_KEY", "REDIS_PASSWORD")
_VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def compose(name: str = "compose.yaml") -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / name).read_text())


def services() -> dict[str, dict[str, Any]]:
    return compose()["services"]


def example() -> dict[str, str]:
    """`.env.example` as Docker reads it."""
    lines = (line for line in (DEPLOY / ".env.example").read_text().splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def filled() -> dict[str, str]:
    return example() | {name: f"secret{number}" for number, name in enumerate(SECRETS)}


def interpolated(text: str, variables: Mapping[str, str]) -> str:
    """With `${NAME}`, `${NAME:-default}` and `${NAME:?message}` replaced as compose does it."""

    def value(found: re.Match[str]) -> str:
        name, operator, other = found.groups()
        if variables.get(name):
            return variables[name]
        assert operator != "?", f"{name}: {other}"
        return other or ""

    return _VARIABLE.sub(value, text)


def environment_of(service: str, *files: str) -> dict[str, str]:
    """What a container of the service is started with, besides what its image sets."""
    merged = filled()
    for file in files or ("compose.yaml",):
        declared = compose(file)["services"].get(service, {}).get("environment", {})
        merged |= {name: interpolated(str(value), filled()) for name, value in declared.items()}
    return merged


def dockerfile() -> str:
    return (DEPLOY / "Dockerfile").read_text()


def settings_named_in(text: str) -> set[str]:
    return {name.removeprefix("VITRINE_").lower() for name in re.findall(r"\bVITRINE_[A-Z_]+\b", text)}


@pytest.mark.parametrize("name", [*FILES, "Dockerfile", ".env.example", "README.md"])
def test_every_setting_that_is_named_exists(name: str) -> None:
    assert settings_named_in((DEPLOY / name).read_text()) <= set(Settings.model_fields)


@pytest.mark.parametrize(
    ("service", "files"), [("api", FILES[:1]), ("worker", FILES[:1]), ("migrate", FILES[:1]), ("worker", FILES)]
)
def test_vitrine_starts_with_the_environment_that_compose_gives_it(
    service: str, files: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment_of(service, *files).items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.catalog_url == "postgresql+psycopg://vitrine:secret1@postgres:5432/vitrine"
    assert settings.qdrant_url == "http://qdrant:6333"
    assert settings.broker == "redis://:secret3@redis:6379/0"
    assert settings.data_dir == Path("/data")
    assert settings.device == ("cuda" if len(files) == 2 else "auto")
    if service == "api":
        assert settings.api_key is not None
        assert (settings.host, settings.port) == ("0.0.0.0", 8000)


def test_a_secret_that_is_not_filled_in_stops_compose() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    demanded = {name for name, operator, _ in _VARIABLE.findall(text) if operator == "?"}
    assert demanded == set(SECRETS)
    assert [example()[name] for name in SECRETS] == [""] * len(SECRETS)


def test_every_variable_of_compose_is_explained_and_every_explained_one_is_used() -> None:
    used = {name for file in FILES for name, _, _ in _VARIABLE.findall((DEPLOY / file).read_text())}
    assert used <= set(example())
    assert {name for name in example() if not name.startswith("VITRINE_")} <= used


def test_api_and_workers_share_the_photo_store() -> None:
    for service in ("api", "worker"):
        assert services()[service]["volumes"] == ["photos:/data"]
        assert environment_of(service)["VITRINE_DATA_DIR"] == "/data"
    assert "VOLUME /data" in dockerfile()


def test_every_volume_that_is_mounted_is_declared() -> None:
    named = {mount.partition(":")[0] for service in services().values() for mount in service.get("volumes", [])}
    assert named == set(compose()["volumes"])


def test_whoever_is_waited_for_can_say_that_it_is_healthy() -> None:
    for name, service in services().items():
        for other, condition in service.get("depends_on", {}).items():
            assert other in services(), name
            if condition["condition"] == "service_healthy":
                assert "test" in services()[other]["healthcheck"], other
            else:
                assert (condition["condition"], other) == ("service_completed_successfully", "migrate")
                assert services()[other]["restart"] == "no"
    assert "HEALTHCHECK" in dockerfile().partition("AS api")[2]


def test_only_the_api_can_be_reached_and_from_this_machine_alone_unless_that_is_changed() -> None:
    assert [name for name, service in services().items() if "ports" in service] == ["api"]
    assert [interpolated(port, example()) for port in services()["api"]["ports"]] == ["127.0.0.1:8000:8000"]


def test_images_are_pinned_and_name_no_registry() -> None:
    images = [service["image"] for service in services().values() if "build" not in service]
    assert all(re.fullmatch(r"(\w+/)?\w+:v?\d[\w.-]*", image) for image in images), images
    bases = re.findall(r"^FROM (\S+)", dockerfile(), re.MULTILINE)
    assert set(bases) == {"python:3.11-slim", "runtime"}


def test_the_server_of_qdrant_is_as_new_as_the_client() -> None:
    [client] = re.findall(r"^qdrant-client==(\d+\.\d+)", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    assert services()["qdrant"]["image"].startswith(f"qdrant/qdrant:v{client}.")


def test_what_is_built_exists_as_a_stage() -> None:
    stages = re.findall(r"^FROM \S+ AS (\w+)", dockerfile(), re.MULTILINE)
    for service in ("api", "worker", "migrate"):
        build = services()[service]["build"]
        assert (DEPLOY / build["context"]).resolve() == ROOT
        assert (ROOT / build["dockerfile"]).is_file()
        assert build["target"] in stages
    assert stages[-1] == "api"


def test_the_images_do_not_run_as_root() -> None:
    users = re.findall(r"^USER (\S+)", dockerfile().partition("AS runtime")[2], re.MULTILINE)
    assert users == ["10001"]
    assert f"useradd --uid {users[0]} " in dockerfile()


def test_the_builder_gets_every_package_of_the_wheel_and_nothing_private() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*"
    files = {"constraints.txt", "pyproject.toml", "LICENSE", "README.md"}
    assert {line.removeprefix("!") for line in lines if line.startswith("!")} == {*wheel["packages"], *files}
    assert "**/__pycache__" in lines


def test_the_dockerfile_passes_the_linter() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([linter, "--no-color", DEPLOY / "Dockerfile"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("files", [FILES[:1], FILES])
def test_docker_itself_understands_the_compose_files(files: tuple[str, ...], tmp_path: Path) -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True).returncode:
        pytest.skip("docker compose is not installed")
    for name in FILES:
        shutil.copy(DEPLOY / name, tmp_path)
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in filled().items()))
    named = [part for file in files for part in ("--file", file)]
    done = subprocess.run(
        [docker, "compose", *named, "config", "--quiet"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
