from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import ConfigurationError
from core.settings import Settings, effective_settings, load_settings


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VITRINE_DATA_DIR", raising=False)


def write(text: str, name: str = "vitrine.toml") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_set_gives_the_defaults() -> None:
    settings = load_settings()
    assert settings.port == 8000
    assert settings.host == "127.0.0.1"
    assert settings.data_dir == Path("vitrine-data")
    assert {entry.origin for entry in effective_settings(settings)} == {"default"}


def test_arguments_go_before_the_environment_and_it_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write("port = 1\nencode_batch = 2\nlease_s = 3.5\n")
    monkeypatch.setenv("VITRINE_PORT", "11")
    monkeypatch.setenv("VITRINE_ENCODE_BATCH", "12")
    overrides = {"port": 21}
    settings = load_settings(overrides)
    assert (settings.port, settings.encode_batch, settings.lease_s) == (21, 12, 3.5)
    origins = {entry.name: entry.origin for entry in effective_settings(settings, overrides)}
    assert origins["port"] == "argument"
    assert origins["encode_batch"] == "environment: VITRINE_ENCODE_BATCH"
    assert origins["lease_s"] == "file: vitrine.toml"
    assert origins["host"] == "default"


def test_the_file_may_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("port = 1")
    monkeypatch.setenv("VITRINE_CONFIG", str(write("port = 2", "other.toml")))
    assert load_settings().port == 2


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_CONFIG", "nowhere.toml")
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml"):
        load_settings()


@pytest.mark.parametrize("text", ["port = ", "= 3", "[", "\x00"])
def test_a_broken_file_is_named(text: str) -> None:
    write(text)
    with pytest.raises(ConfigurationError, match=r"vitrine\.toml cannot be read"):
        load_settings()


def test_an_unknown_key_of_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_PROT", "1")
    with pytest.raises(ConfigurationError, match=r"VITRINE_PROT.*Settings: data_dir"):
        load_settings()


def test_an_unknown_key_of_the_file_is_refused() -> None:
    write("prot = 1")
    with pytest.raises(ConfigurationError, match=r"prot.*file: vitrine\.toml.*Settings: data_dir"):
        load_settings()


def test_an_unknown_argument_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="prot"):
        load_settings({"prot": 1})


def test_variables_of_tests_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_TEST_QDRANT_URL", "http://localhost:6333")
    assert load_settings().qdrant_url is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "many"),
        ("ENCODE_BATCH", "0"),
        ("LEASE_S", "0"),
        ("LEASE_S", "nan"),
        ("QUERY_DEADLINE_S", "-1"),
        ("DEVICE", "tpu"),
        ("FUSION", "sum"),
        ("SEARCH_DEPTH", "9"),
    ],
)
def test_a_value_that_does_not_fit_names_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"VITRINE_{name}", value)
    with pytest.raises(ConfigurationError, match=rf"{name.lower()}: .*environment: VITRINE_{name}"):
        load_settings()


def test_every_wrong_value_is_reported_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_PORT", "0")
    monkeypatch.setenv("VITRINE_DEVICE", "tpu")
    with pytest.raises(ConfigurationError, match=r"port: .*device: "):
        load_settings()


SECRETS = {
    "VITRINE_API_KEY": "s3cret-api",
    "VITRINE_QDRANT_API_KEY": "s3cret-qdrant",
    "VITRINE_DATABASE_URL": "postgresql://u:s3cret-db@h/d",
    "VITRINE_BROKER_URL": "redis://:s3cret-broker@h",
}


def test_secrets_are_masked_wherever_settings_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    shown = {entry.name: entry.value for entry in effective_settings(settings)}
    for name in SECRETS:
        assert shown[name.removeprefix("VITRINE_").lower()] == "********"
    assert "s3cret" not in f"{shown} {settings!r} {settings} {settings.model_dump_json()}"
    assert settings.catalog_url == SECRETS["VITRINE_DATABASE_URL"]
    assert settings.broker == SECRETS["VITRINE_BROKER_URL"]


def test_an_error_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("VITRINE_PORT", "s3cret-port")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert "s3cret" not in str(caught.value)


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_API_KEY", "")
    monkeypatch.setenv("VITRINE_PORT", "")
    settings = load_settings()
    assert settings.api_key is None
    assert settings.port == 8000
    assert {entry.origin for entry in effective_settings(settings)} == {"default"}


def test_an_empty_key_in_the_file_is_refused() -> None:
    write('api_key = ""')
    with pytest.raises(ConfigurationError, match="api_key"):
        load_settings()


def test_the_catalogue_lies_in_the_data_folder_unless_it_is_elsewhere(tmp_path: Path) -> None:
    assert load_settings({"data_dir": tmp_path}).catalog_url == f"sqlite:///{tmp_path / 'catalog.db'}"
    assert load_settings().broker is None


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1


def test_every_setting_is_documented() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        if name.endswith("_s"):
            assert "second" in field.description or "long" in field.description or "in s" in field.description


@pytest.mark.parametrize("given", ["like=9,view=0", {"like": 9, "view": 0}])
def test_weights_that_are_not_named_keep_their_default(given: object) -> None:
    weights = load_settings({"taste_weights": given}).taste_weights
    assert (weights["like"], weights["view"], weights["purchase"]) == (9.0, 0.0, 6.0)


@pytest.mark.parametrize("given", ["like", "smile=3", "like=-1", "like=nan", "like=much", 7])
def test_weights_that_cannot_be_are_refused(given: object) -> None:
    with pytest.raises(ConfigurationError, match="taste_weights"):
        load_settings({"taste_weights": given})


def test_weights_are_shown_as_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_TASTE_WEIGHTS", "dislike=2.5")
    shown = {entry.name: entry.value for entry in effective_settings(load_settings())}
    assert load_settings({"taste_weights": shown["taste_weights"]}).taste_weights["dislike"] == 2.5
