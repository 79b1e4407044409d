"""All settings, in one frozen object: from the environment (`VITRINE_...`), from `vitrine.toml`, else the default."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from core.errors import ConfigurationError, shown
from core.events import TASTE_WEIGHTS
from core.origins import web_origin

ENV_PREFIX = "VITRINE_"
CONFIG_FILE = "vitrine.toml"
_OTHER_VARIABLES = frozenset({"VITRINE_CONFIG"})
_TEST_PREFIX = "VITRINE_TEST_"
_WEIGHT_MAX = 1_000


class Settings(BaseSettings):
    """Everything that can be set. Each field says its unit; secrets are masked wherever they are shown."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    data_dir: Path = Field(
        Path("vitrine-data"), description="folder of the embedded database, photo store and vector store"
    )
    database_url: SecretStr | None = Field(
        None, description="SQLAlchemy URL of the catalogue, e.g. postgresql+psycopg://...; default: SQLite in data_dir"
    )
    qdrant_url: str | None = Field(None, description="URL of a Qdrant server; default: the embedded engine in data_dir")
    qdrant_api_key: SecretStr | None = Field(None, description="key of the Qdrant server")
    broker_url: SecretStr | None = Field(
        None, description="redis://... or amqp://...; default: the worker that runs beside the API"
    )
    host: str = Field("127.0.0.1", description="address to listen on; anything but loopback needs api_key")
    port: int = Field(8000, ge=1, le=65535, description="TCP port to listen on")
    api_key: SecretStr | None = Field(
        None, min_length=1, description="bearer key that every request must carry; default: none needed"
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="origins of web pages that may call the API from a browser, with commas between them, "
        "e.g. https://shop.example,https://admin.shop.example; default: none but its own",
    )
    request_bytes_max: int = Field(64 * 2**20, ge=1, description="largest request body, in bytes")
    query_deadline_s: float = Field(
        10.0, gt=0, description="a search that takes longer is answered with 503, in seconds"
    )
    language: str = Field("english", description="language of the products' words: stemming, stop words, negations")
    encoder: str = Field(
        "pocket", description="encoder of photos and queries: see `vitrine encoders list`, or local-dir:PATH"
    )
    text_encoder: str | None = Field(None, description="encoder of the text view; default: the text tower of `encoder`")
    product_encoder: str | None = Field(
        None, description="two-tower:PATH, encoder of whole products for more like this; default: none"
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = Field("auto", description="where encoders run")
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="numbers encoders compute in; auto: bfloat16 where the hardware is faster in it"
    )
    encode_batch: int = Field(64, ge=1, le=4096, description="photos or texts in one forward pass")
    decode_threads: int = Field(
        min(8, os.cpu_count() or 1), ge=1, le=128, description="threads that decode photos while the encoder works"
    )
    photo_bytes_max: int = Field(20 * 2**20, ge=1, description="largest photo file, in bytes")
    photo_pixels_max: int = Field(100_000_000, ge=1, description="largest photo, in pixels")
    claim_batch: int = Field(256, ge=1, le=10_000, description="products a worker leases at once")
    lease_s: float = Field(
        120.0, gt=0, description="how long a worker holds products before others may take them, seconds"
    )
    attempts_max: int = Field(3, ge=1, description="how often a product is tried before it counts as failed")
    flush_every_s: float = Field(5.0, gt=0, description="longest time between fsyncs of the vector store, seconds")
    engine_idle_exit_s: float = Field(
        30.0, gt=0, description="the embedded engine's process ends this long after its last client left, seconds"
    )
    impressions_keep_days: float = Field(
        90.0, ge=0, description="how long it is kept what shoppers were shown, in days; 0: it is not noted"
    )
    taste_weights: Annotated[Mapping[str, float], NoDecode] = Field(
        TASTE_WEIGHTS,
        validate_default=True,
        description="how much each type of event says of a shopper's taste, e.g. like=4,view=0.5; those that are not "
        "named keep their default",
    )
    taste_half_life_days: float = Field(
        30.0, gt=0, description="an event says half as much of a taste when it is older by this, in days"
    )
    taste_dislikes: float = Field(
        0.3, ge=0, le=2, description="how strongly what a shopper dislikes repels, beside 1 for what he likes"
    )
    personalize: float = Field(
        0.3, ge=0, le=1, description="how much a known shopper's taste decides about the order of his searches"
    )
    fusion: Literal["weighted", "rrf"] = Field("weighted", description="how the scores of several views become one")
    search_depth: int = Field(100, ge=10, le=10_000, description="candidates taken from each view before fusion")

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        """A variable of the environment is one text; a file has a list."""
        return [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("taste_weights", mode="before")
    @classmethod
    def _weighed(cls, value: object) -> object:
        """As `cors_origins`: a text of `type=weight`, or a table."""
        if isinstance(value, str):
            pairs = [part.partition("=") for part in value.split(",") if part.strip()]
            if not all(equals for _, equals, _ in pairs):
                raise ValueError("must be written type=weight, with commas between them")
            value = {name.strip(): weight for name, _, weight in pairs}
        return {**TASTE_WEIGHTS, **value} if isinstance(value, Mapping) else value

    @field_validator("taste_weights")
    @classmethod
    def _of_known_types(cls, value: Mapping[str, float]) -> Mapping[str, float]:
        unknown = sorted(value.keys() - TASTE_WEIGHTS.keys())
        if unknown:
            raise ValueError(f"unknown type {unknown[0]!r}; types: {', '.join(TASTE_WEIGHTS)}")
        if not all(0 <= weight <= _WEIGHT_MAX for weight in value.values()):
            raise ValueError(f"weights must lie between 0 and {_WEIGHT_MAX:,}")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _as_browsers_send_them(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(web_origin(origin) for origin in value))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments go before the environment, the environment before the file."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=_config_file())

    @property
    def catalog_url(self) -> str:
        """The URL of the catalogue's database, with its password."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir.absolute() / 'catalog.db'}"

    @property
    def broker(self) -> str | None:
        """The broker's URL, with its password."""
        return None if self.broker_url is None else self.broker_url.get_secret_value()


@dataclass(frozen=True, slots=True)
class EffectiveSetting:
    """One setting as it is in force, fit to be printed."""

    name: str
    value: str
    origin: str
    description: str


def load_settings(overrides: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings from the environment and `vitrine.toml` (or the file `VITRINE_CONFIG` names).

    Raises
    ------
    ConfigurationError: an unknown key, a value that does not fit, a file that cannot be read; says where it came from.
    """
    chosen = os.environ.get("VITRINE_CONFIG")
    if chosen is not None and not Path(chosen).is_file():
        raise ConfigurationError(f"VITRINE_CONFIG names {shown(chosen)}, which is not a file")
    unknown = sorted(
        name
        for name in os.environ
        if name.startswith(ENV_PREFIX)
        and not name.startswith(_TEST_PREFIX)
        and name not in _OTHER_VARIABLES
        and name.removeprefix(ENV_PREFIX).lower() not in Settings.model_fields
    )
    if unknown:
        raise ConfigurationError(f"unknown setting {unknown[0]} in the environment. {_known_settings()}")
    try:
        return Settings(**dict(overrides or {}))
    except ValidationError as error:
        raise ConfigurationError(_explained(error, overrides or {})) from error
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{_config_file()} cannot be read: {error}") from error


def effective_settings(settings: Settings, overrides: Mapping[str, Any] | None = None) -> list[EffectiveSetting]:
    """Every setting with its value (secrets masked) and where it came from."""
    in_file = TomlConfigSettingsSource(Settings, toml_file=_config_file()).toml_data
    return [
        EffectiveSetting(
            name, _masked(getattr(settings, name)), _origin(name, overrides or {}, in_file), field.description or ""
        )
        for name, field in Settings.model_fields.items()
    ]


def _config_file() -> Path:
    return Path(os.environ.get("VITRINE_CONFIG", CONFIG_FILE))


def _origin(name: str, overrides: Mapping[str, Any], in_file: Mapping[str, Any]) -> str:
    if name in overrides:
        return "argument"
    variable = f"{ENV_PREFIX}{name.upper()}"
    if any(key.upper() == variable and value for key, value in os.environ.items()):
        return f"environment: {variable}"
    if name in in_file:
        return f"file: {_config_file()}"
    return "default"


def _masked(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    if isinstance(value, Mapping):
        return ",".join(f"{name}={weight:g}" for name, weight in value.items())
    return "********" if isinstance(value, SecretStr) else "" if value is None else str(value)


def _known_settings() -> str:
    return f"Settings: {', '.join(Settings.model_fields)}"


def _explained(error: ValidationError, overrides: Mapping[str, Any]) -> str:
    in_file = TomlConfigSettingsSource(Settings, toml_file=_config_file()).toml_data
    lines = []
    for problem in error.errors(include_url=False, include_input=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        if problem["type"] == "extra_forbidden":
            lines.append(f"unknown setting {name!r} ({_origin(name, overrides, in_file)}). {_known_settings()}")
        else:
            lines.append(f"{name}: {problem['msg']} ({_origin(name, overrides, in_file)})")
    return "; ".join(lines)
