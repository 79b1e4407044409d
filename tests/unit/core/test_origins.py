from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import ConfigurationError
from core.origins import web_origin
from core.settings import Settings, effective_settings, load_settings


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://shop.example", "https://shop.example"),
        (" HTTPS://Shop.Example/ ", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://shop.example:80", "http://shop.example"),
        ("http://shop.example:443", "http://shop.example:443"),
        ("http://localhost:5173", "http://localhost:5173"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("https://xn--mller-kva.example", "https://xn--mller-kva.example"),
    ],
)
def test_an_origin_is_written_as_browsers_send_it(written: str, sent: str) -> None:
    assert web_origin(written) == sent


@pytest.mark.parametrize("written", ["*", "https://*.shop.example", "https://*"])
def test_a_wildcard_is_refused_because_it_lets_strangers_in(written: str) -> None:
    with pytest.raises(ValueError, match="strangers"):
        web_origin(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "null",
        "shop.example",
        "ftp://shop.example",
        "https://",
        "https://shop.example/path",
        "https://shop.example?q",
        "https://user@shop.example",
        "https://shop.example:0",
        "https://shop.example:65536",
        "https://müller.example",
        "https://shop.example\nhttps://evil.example",
    ],
)
def test_what_is_no_origin_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(ValueError, match=r"https://shop\.example, without a path"):
        web_origin(written)


def test_a_variable_lists_origins_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_CORS_ORIGINS", "https://shop.example/, http://localhost:3000,https://shop.example,")
    settings = load_settings()
    assert settings.cors_origins == ("https://shop.example", "http://localhost:3000")
    shown = {entry.name: entry for entry in effective_settings(settings)}["cors_origins"]
    assert shown.value == "https://shop.example,http://localhost:3000"
    assert shown.origin == "environment: VITRINE_CORS_ORIGINS"


def test_a_file_lists_origins_as_a_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("vitrine.toml").write_text('cors_origins = ["https://shop.example", "http://localhost:3000"]\n')
    assert load_settings().cors_origins == ("https://shop.example", "http://localhost:3000")


def test_nobody_is_let_in_by_default() -> None:
    assert load_settings().cors_origins == ()
    assert Settings.model_fields["cors_origins"].description


@pytest.mark.parametrize("value", ["*", "https://shop.example,*", "shop.example"])
def test_a_wrong_origin_names_the_variable(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("VITRINE_CORS_ORIGINS", value)
    with pytest.raises(ConfigurationError, match=r"cors_origins: .*environment: VITRINE_CORS_ORIGINS"):
        load_settings()
