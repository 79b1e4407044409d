"""What `vitrine doctor` looks at. Each check is a function of the settings and never changes the shop's data."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shlex
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import CatalogUnavailable, VitrineError

if TYPE_CHECKING:
    from catalog.opening import Catalog
    from core.settings import Settings

OK, WARN, FAIL = "ok", "warn", "fail"
DISK_LOW_BYTES = 5 * 2**30
DISK_FULL_BYTES = 200 * 2**20
CONNECT_TIMEOUT_S = 1.0

_PACKAGES = (
    "torch",
    "open_clip_torch",
    "transformers",
    "qdrant-edge-py",
    "sqlalchemy",
    "litestar",
    "pillow",
    "pyarrow",
)
_TORCH_BROKEN = "2.13.0"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check has found: `ok`, `warn` or `fail`, and what to do unless it is well."""

    check: str
    status: str
    found: str
    remedy: str = ""


def all_findings(settings: Settings) -> Iterator[Finding]:
    """Every check in turn; one that goes wrong is a finding and does not keep the others from running."""
    checks: dict[str, Callable[[Settings], Iterator[Finding]]] = {
        "versions": _versions,
        "data_dir": _data_dir,
        "database": _database,
        "left over": _left_over,
        "encoder": _encoders,
        "broker": _broker,
        "address": _address,
    }
    for name, check in checks.items():
        try:
            yield from check(settings)
        except VitrineError as error:
            yield Finding(name, FAIL, str(error), "Follow the message")
        except Exception as error:  # noqa: BLE001 - a check that breaks is itself what the doctor has to report
            yield Finding(name, FAIL, f"{type(error).__name__}: {error}", "This check itself broke; please report it")


def _versions(settings: Settings) -> Iterator[Finding]:
    del settings
    python = platform.python_version()
    old = sys.version_info < (3, 11)
    yield Finding("python", FAIL if old else OK, python, "Use Python 3.11 or newer" if old else "")
    for package in _PACKAGES:
        try:
            version = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            yield Finding(package, FAIL, "is not installed", "Install Vitrine anew: pip install vitrine")
            continue
        broken = package == "torch" and version.partition("+")[0] == _TORCH_BROKEN
        yield Finding(
            package,
            FAIL if broken else OK,
            version,
            f"torch {_TORCH_BROKEN} breaks torchvision; take another" if broken else "",
        )


def _data_dir(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir.absolute()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    state = "exists" if there == folder else f"will be made in {there}"
    try:
        with tempfile.NamedTemporaryFile(dir=there, prefix=".vitrine-doctor-"):
            yield Finding("data_dir", OK, f"{folder}, {state} and can be written to")
    except OSError as error:
        yield Finding(
            "data_dir",
            FAIL,
            f"{folder}: {error.strerror}",
            "Give this user the right to write, or set VITRINE_DATA_DIR",
        )
    free = shutil.disk_usage(there).free
    status = FAIL if free < DISK_FULL_BYTES else WARN if free < DISK_LOW_BYTES else OK
    yield Finding(
        "disk", status, f"{free / 2**30:,.1f} GiB free", "" if status == OK else "Make room, or set VITRINE_DATA_DIR"
    )


def _database(settings: Settings) -> Iterator[Finding]:
    from catalog.opening import open_catalog

    if settings.database_url is None and not Path(settings.data_dir / "catalog.db").exists():
        yield Finding("database", OK, "SQLite, will be made at the first import or start")
        yield Finding("vector store", OK, "will be made with the first product")
        return
    try:
        catalog = open_catalog(settings.catalog_url, settings.data_dir, migrate=False)
    except CatalogUnavailable as error:
        yield Finding("database", FAIL, str(error), "Check VITRINE_DATABASE_URL, or run `vitrine migrate`")
        return
    try:
        catalog.ping()
        kind = "SQLite" if settings.database_url is None else "the database of VITRINE_DATABASE_URL"
        yield Finding("database", OK, f"{kind}, schema up to date, {catalog.products.count():,} products")
        yield from _store(settings, catalog)
    finally:
        catalog.close()


def _store(settings: Settings, catalog: Catalog) -> Iterator[Finding]:
    from vectorstore.opening import open_store

    generation = catalog.generations.serving()
    if generation is None:
        yield Finding("vector store", OK, "will be made with the first product")
        return
    store = open_store(settings, catalog.database_id, catalog.shop)
    try:
        points = store.ensure(generation).points
    finally:
        store.close()
    engine = "embedded engine" if settings.qdrant_url is None else settings.qdrant_url
    progress = catalog.queue.progress(generation.id)
    waiting = f", {progress.waiting:,} wait, {progress.failed:,} failed"
    remedy = "`vitrine products failed` says why, `vitrine products retry` tries again" if progress.failed else ""
    yield Finding("vector store", WARN if progress.failed else OK, f"{engine}, {points:,} products{waiting}", remedy)


def _left_over(settings: Settings) -> Iterator[Finding]:
    from vectorstore.embedded.leftovers import left_over

    for folder in left_over(settings.data_dir.absolute()):
        yield Finding(
            "left over",
            WARN,
            f"{folder.path}: {folder.what}, {folder.disk_bytes / 2**20:,.1f} MiB",
            "Nothing reads it any more. When nobody wants to look into it, delete it: "
            f"rm -r {shlex.quote(str(folder.path))}",
        )


def _encoders(settings: Settings) -> Iterator[Finding]:
    from encoders import EncoderOptions, load_encoder
    from encoders.devices import choose_device

    names = dict.fromkeys(filter(None, (settings.encoder, settings.text_encoder)))
    yield Finding("device", OK, f"{choose_device(settings.device)}, {os.cpu_count()} processors")
    for name in names:
        began_s = time.perf_counter()
        encoder = load_encoder(name, EncoderOptions(device=settings.device, batch_size=1))
        known = encoder.description
        loaded_s = time.perf_counter() - began_s
        yield Finding(
            "encoder",
            OK,
            f"{known.name}: {known.family}, {known.dim} numbers, {known.size_bytes / 2**20:,.0f} MiB, "
            f"licence {known.licence or 'unknown'}, loaded in {loaded_s:.1f} s",
        )


def _broker(settings: Settings) -> Iterator[Finding]:
    if settings.broker is None:
        yield Finding("broker", OK, "none; the worker runs beside the API")
        return
    if importlib.util.find_spec("celery") is None:
        yield Finding("broker", FAIL, "celery is not installed", "pip install 'vitrine[redis]' or 'vitrine[rabbitmq]'")
        return
    from workers.celery_app import IndexMessages

    # Sending a wake is the one thing the broker is for, and one too many harms nothing.
    IndexMessages(settings).send()
    yield Finding("broker", OK, "takes messages")


def _address(settings: Settings) -> Iterator[Finding]:
    loopback = settings.host in ("localhost", "::1") or settings.host.startswith("127.")
    if not loopback and settings.api_key is None:
        yield Finding("address", FAIL, f"{settings.host} without a key", "Set VITRINE_API_KEY, or listen on 127.0.0.1")
        return
    where = f"{settings.host}:{settings.port}"
    if _answers(settings):
        yield Finding(
            "address", WARN, f"{where} is in use", "If it is not `vitrine serve`, set VITRINE_PORT to another port"
        )
    else:
        yield Finding("address", OK, f"{where} is free")


def _answers(settings: Settings) -> bool:
    try:
        with socket.create_connection((settings.host, settings.port), timeout=CONNECT_TIMEOUT_S):
            return True
    except OSError:
        return False
