"""Which encoders there are by name, and what each name means, known without importing any model library."""

from __future__ import annotations

import difflib
import importlib.util
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl

from core.encoders import EncoderDescription
from core.errors import ConfigurationError, EncoderUnavailable, shown

OPEN_CLIP = "open_clip"
TRANSFORMERS = "transformers"
TWO_TOWER = "two-tower"
TWO_TOWER_FILE = "two_tower.json"
RANDOM_WEIGHTS = "random"
POCKET_DIR = Path(__file__).parent / "pocket"

_COLOURS = 3
_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")
_FORMS = (
    "pocket, a name `vitrine encoders list` prints, open_clip:ARCHITECTURE/PRETRAINED, hf-hub:ORGANISATION/NAME, "
    "local-dir:PATH, or transformers:NAME_OR_PATH"
)

Pooling = Literal["mean", "cls", "last"]
POOLINGS: tuple[Pooling, ...] = ("mean", "cls", "last")
_CHOICES = ("pooling", "query_prefix", "passage_prefix")


@dataclass(frozen=True, slots=True)
class EncoderSpec:
    """How an encoder is loaded.

    Attributes
    ----------
    description: with `dim` 0 where only the hub knows it.
    location: in the family's own words: an architecture, `hf-hub:...`, `local-dir:...`, a folder, or a name on the hub.
    weights: open_clip's pretrained tag, `random`, or empty where the location says it all.
    pooling: of a text model; None to read it from the model's own files.
    query_prefix, passage_prefix: put before each text; None to read them from the model's own files.
    """

    description: EncoderDescription
    location: str
    weights: str = ""
    pooling: Pooling | None = None
    query_prefix: str | None = None
    passage_prefix: str | None = None

    @property
    def on_hub(self) -> bool:
        """Whether the weights are fetched when they are not in the cache of this machine."""
        if self.description.family == OPEN_CLIP:
            return self.location.startswith("hf-hub:") or self.weights not in ("", RANDOM_WEIGHTS)
        return not Path(self.location).is_dir()


def _clip(name: str, source: str, dim: int, licence: str, parameters: int) -> EncoderDescription:
    """Weights of both towers are published in four bytes each."""
    return EncoderDescription(name, OPEN_CLIP, dim, licence, parameters, 4 * parameters, source, photo=True, text=True)


def _words(name: str, source: str, dim: int, licence: str, parameters: int) -> EncoderDescription:
    return EncoderDescription(
        name, TRANSFORMERS, dim, licence, parameters, 4 * parameters, source, photo=False, text=True
    )


def _eyes(name: str, source: str, dim: int, parameters: int, size_bytes: int) -> EncoderDescription:
    return EncoderDescription(
        name, TRANSFORMERS, dim, "Apache-2.0", parameters, size_bytes, source, photo=True, text=False
    )


_HUB = "https://huggingface.co/"
KNOWN: dict[str, EncoderSpec] = {
    spec.description.name: spec
    for spec in (
        EncoderSpec(
            _clip("clip-vit-b-32", f"{_HUB}laion/CLIP-ViT-B-32-laion2B-s34B-b79K", 512, "MIT", 151_277_313),
            "ViT-B-32",
            "laion2b_s34b_b79k",
        ),
        EncoderSpec(
            _clip("siglip-vit-b-16", f"{_HUB}timm/ViT-B-16-SigLIP", 768, "Apache-2.0", 203_155_970),
            "ViT-B-16-SigLIP",
            "webli",
        ),
        EncoderSpec(
            _clip("mobileclip-s1", f"{_HUB}apple/MobileCLIP-S1-OpenCLIP", 512, "LicenseRef-apple-amlr", 84_821_249),
            "MobileCLIP-S1",
            "datacompdr",
        ),
        EncoderSpec(
            _clip("marqo-ecommerce-b", f"{_HUB}Marqo/marqo-ecommerce-embeddings-B", 768, "Apache-2.0", 203_155_970),
            "hf-hub:Marqo/marqo-ecommerce-embeddings-B",
        ),
        EncoderSpec(
            _words("all-minilm-l6-v2", f"{_HUB}sentence-transformers/all-MiniLM-L6-v2", 384, "Apache-2.0", 22_713_216),
            "sentence-transformers/all-MiniLM-L6-v2",
            pooling="mean",
        ),
        EncoderSpec(
            _words("e5-small-v2", f"{_HUB}intfloat/e5-small-v2", 384, "MIT", 33_360_000),
            "intfloat/e5-small-v2",
            pooling="mean",
            query_prefix="query: ",
            passage_prefix="passage: ",
        ),
        EncoderSpec(
            _words("multilingual-e5-small", f"{_HUB}intfloat/multilingual-e5-small", 384, "MIT", 117_653_760),
            "intfloat/multilingual-e5-small",
            pooling="mean",
            query_prefix="query: ",
            passage_prefix="passage: ",
        ),
        EncoderSpec(
            _words(
                "paraphrase-multilingual-minilm-l12-v2",
                f"{_HUB}sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
                384,
                "Apache-2.0",
                117_653_760,
            ),
            "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
            pooling="mean",
        ),
        # Its file holds the classifier too, and the statistics of its normalisations.
        EncoderSpec(
            _eyes("resnet-50", f"{_HUB}microsoft/resnet-50", 2048, 23_508_032, 102_440_608), "microsoft/resnet-50"
        ),
        EncoderSpec(
            _eyes("dinov2-small", f"{_HUB}facebook/dinov2-small", 384, 22_056_576, 88_226_304), "facebook/dinov2-small"
        ),
        EncoderSpec(
            _eyes("dinov2-base", f"{_HUB}facebook/dinov2-base", 768, 86_580_480, 346_321_920), "facebook/dinov2-base"
        ),
    )
}


def known_encoders() -> tuple[EncoderDescription, ...]:
    """Descriptions of the encoders that have a name of their own, the built-in one first."""
    return (resolve("pocket").description, *(spec.description for spec in KNOWN.values()))


def open_clip_architectures() -> dict[str, int]:
    """Every architecture that open_clip lists, with the numbers in one of its vectors."""
    files = sorted(_open_clip_configs().glob("*.json"))
    return {path.stem: int(_read_json(path)["embed_dim"]) for path in files}


def resolve(name: str) -> EncoderSpec:
    """What an encoder's name means; looks at local files, never at the network.

    Raises
    ------
    ConfigurationError: no such name; says which are near.
    EncoderUnavailable: a folder that holds no model.
    """
    if name == "pocket":
        return _pocket()
    if name in KNOWN:
        return KNOWN[name]
    scheme, _, rest = name.partition(":")
    if scheme == "open_clip" and rest:
        return _open_clip(name, rest)
    if scheme == "hf-hub" and rest:
        return _hub(name, rest)
    if scheme == "local-dir" and rest:
        return _folder(Path(rest))
    if scheme == "transformers" and rest:
        return _transformers(name, rest)
    if scheme == TWO_TOWER and rest:
        return _two_tower(Path(rest))
    near = difflib.get_close_matches(name, ["pocket", *KNOWN], n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise ConfigurationError(f"encoder: there is none called {shown(name)}.{hint} An encoder is {_FORMS}")


def _pocket() -> EncoderSpec:
    spec = _folder(POCKET_DIR)
    description = replace(
        spec.description, name="pocket", licence="Apache-2.0", source="trained by scripts/train_pocket.py"
    )
    return replace(spec, description=description)


def _open_clip(name: str, rest: str) -> EncoderSpec:
    architecture, _, weights = rest.partition("/")
    folder = _open_clip_configs()
    config_file = folder / f"{architecture}.json"
    if not config_file.is_file():
        known = sorted(path.stem for path in folder.glob("*.json"))
        near = ", ".join(difflib.get_close_matches(architecture, known, n=3, cutoff=0.5)) or ", ".join(known[:5])
        raise ConfigurationError(
            f"encoder: open_clip has no architecture {shown(architecture)} (in {shown(name)}). Near or known: {near}"
        )
    if not weights:
        raise ConfigurationError(
            f"encoder: {shown(name)} names no weights. Write open_clip:{architecture}/PRETRAINED, for example "
            f"open_clip:ViT-B-32/laion2b_s34b_b79k, or open_clip:{architecture}/{RANDOM_WEIGHTS} to measure speed"
        )
    dim = int(_read_json(config_file)["embed_dim"])
    random = weights == RANDOM_WEIGHTS
    source = "random weights, for measuring speed" if random else f"open_clip {architecture} {weights}"
    return EncoderSpec(_unmeasured(name, OPEN_CLIP, dim, source, photo=True), architecture, weights)


def _hub(name: str, rest: str) -> EncoderSpec:
    if not _HUB_NAME.fullmatch(rest):
        raise ConfigurationError(f"encoder: {shown(name)} is not hf-hub:ORGANISATION/NAME")
    return EncoderSpec(_unmeasured(name, OPEN_CLIP, 0, f"{_HUB}{rest}", photo=True), name)


def _folder(path: Path) -> EncoderSpec:
    """A folder in open_clip's format, or else in that of transformers; absolute from now on, as it is remembered."""
    folder = path.expanduser().absolute()
    name = f"local-dir:{folder}"
    config = folder / "open_clip_config.json"
    if config.is_file():
        description = _unmeasured(name, OPEN_CLIP, _embed_dim(_read_json(config), name), str(folder), photo=True)
        return EncoderSpec(replace(description, size_bytes=_weights_bytes(folder)), name)
    if (folder / "config.json").is_file():
        return _transformers(name, str(folder))
    state = "holds neither open_clip_config.json nor config.json" if folder.is_dir() else "is not a folder"
    raise EncoderUnavailable(
        f"encoder: {shown(str(folder))} {state}. Put the files of an open_clip or transformers model there, or set "
        f"VITRINE_ENCODER=pocket"
    )


def _transformers(name: str, rest: str) -> EncoderSpec:
    location, _, query = rest.partition("?")
    folder = Path(location).expanduser()
    local = (folder / "config.json").is_file()
    if not local and not _HUB_NAME.fullmatch(location):
        raise EncoderUnavailable(
            f"encoder: {shown(location)} is neither a folder with a config.json nor a name on the hub"
        )
    source = str(folder.absolute()) if local else f"{_HUB}{location}"
    absolute = name.replace(location, source, 1) if local else name
    chosen = _choices(query, name)
    spec = EncoderSpec(
        _unmeasured(absolute, TRANSFORMERS, 0, source, photo=False),
        source if local else location,
        pooling=_pooling(chosen.get("pooling"), name),
        query_prefix=chosen.get("query_prefix"),
        passage_prefix=chosen.get("passage_prefix"),
    )
    if not local:
        return spec
    known = with_config(spec, _read_json(folder / "config.json"))
    return replace(known, description=replace(known.description, size_bytes=_weights_bytes(folder)))


def _two_tower(path: Path) -> EncoderSpec:
    """What `vitrine finetune two-tower` has written; only products reach it."""
    folder = path.expanduser().absolute()
    name = f"{TWO_TOWER}:{folder}"
    half_dim = _read_json(folder / TWO_TOWER_FILE).get("half_dim")
    if not isinstance(half_dim, int):
        raise EncoderUnavailable(f"encoder: {folder / TWO_TOWER_FILE} states no half_dim. Fine-tune the model anew")
    description = replace(_unmeasured(name, TWO_TOWER, 2 * half_dim, str(folder), photo=False), text=False)
    size = sum(path.stat().st_size for path in folder.rglob("*.safetensors"))
    return EncoderSpec(replace(description, size_bytes=size), str(folder))


def _choices(query: str, name: str) -> dict[str, str]:
    """What stands behind the question mark of a name, written as in the address of a web page."""
    try:
        chosen = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    except ValueError:
        chosen = {query: ""}
    unknown = sorted(set(chosen) - set(_CHOICES))
    if unknown:
        raise ConfigurationError(
            f"encoder: {shown(unknown[0])} in {shown(name)} is none of {', '.join(_CHOICES)}. For example "
            "?pooling=mean&query_prefix=query:%20&passage_prefix=passage:%20"
        )
    return chosen


def _pooling(wanted: str | None, name: str) -> Pooling | None:
    chosen = next((pooling for pooling in POOLINGS if pooling == wanted), None)
    if wanted is not None and chosen is None:
        known = ", ".join(f"pooling={pooling}" for pooling in POOLINGS)
        raise ConfigurationError(f"encoder: {shown(wanted)} in {shown(name)} is none of {known}")
    return chosen


def _unmeasured(name: str, family: str, dim: int, source: str, photo: bool) -> EncoderDescription:
    return EncoderDescription(name, family, dim, "unknown", 0, 0, source, photo=photo, text=True)


def with_config(spec: EncoderSpec, config: dict[str, Any]) -> EncoderSpec:
    """The spec with what the model's configuration tells as its publisher wrote it: its dimension, photos or words.

    Raises
    ------
    EncoderUnavailable: a configuration that does not tell, or of a model that is no encoder of one kind.
    """
    described = spec.description
    if described.family == OPEN_CLIP:
        return replace(spec, description=replace(described, dim=_embed_dim(config, described.name)))
    if "text_config" in config and "vision_config" in config:
        raise EncoderUnavailable(
            f"encoder: {shown(described.name)} has two towers ({shown(config.get('model_type'))}). CLIP and its like "
            "are loaded through open_clip: use a folder or a hub name in its format, local-dir:PATH or hf-hub:ORG/NAME"
        )
    if config.get("is_encoder_decoder"):
        raise EncoderUnavailable(
            f"encoder: {shown(described.name)} writes texts ({shown(config.get('model_type'))}) instead of embedding "
            "them. Choose a model of the kind of BERT, or one that sentence-transformers lists"
        )
    if config.get("num_channels", _COLOURS) != _COLOURS:
        raise EncoderUnavailable(
            f"encoder: {shown(described.name)} looks at {config['num_channels']} colours. Choose a model for photos in "
            "three"
        )
    # Every vision model says how many colours or pixels it looks at, and no text model does.
    sees = "num_channels" in config or "image_size" in config
    known = replace(described, dim=_hidden_size(config, described.name), photo=sees, text=not sees)
    return replace(spec, description=known)


def _embed_dim(config: dict[str, Any], name: str) -> int:
    model = config.get("model_cfg")
    if isinstance(model, dict) and isinstance(model.get("embed_dim"), int):
        return int(model["embed_dim"])
    raise EncoderUnavailable(f"encoder: the open_clip_config.json of {shown(name)} states no embed_dim in model_cfg")


def _hidden_size(config: dict[str, Any], name: str) -> int:
    """The width of what the model gives; a convolutional one has several, and gives the last."""
    for key in ("hidden_size", "d_model", "dim", "n_embd"):
        if isinstance(config.get(key), int):
            return int(config[key])
    widths = config.get("hidden_sizes")
    if isinstance(widths, list) and widths and isinstance(widths[-1], int):
        return int(widths[-1])
    raise EncoderUnavailable(f"encoder: the config.json of {shown(name)} states no hidden_size")


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EncoderUnavailable(f"encoder: {path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise EncoderUnavailable(f"encoder: {path} holds no JSON object")
    return content


def _weights_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for pattern in ("*.safetensors", "*.bin", "*.pt") for path in folder.glob(pattern))


def _open_clip_configs() -> Path:
    """Where open_clip describes its architectures; found without importing it."""
    found = importlib.util.find_spec("open_clip")
    if found is None or not found.submodule_search_locations:
        raise EncoderUnavailable("encoder: the package open_clip is not installed. Install open_clip_torch")
    return Path(found.submodule_search_locations[0]) / "model_configs"
