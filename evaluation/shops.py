"""Temporary shops that are searched in an evaluation, kept between runs and never the user's own."""

from __future__ import annotations

import hashlib
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from catalog.opening import PHOTOS_FOLDER
from core import relevance
from core.generations import Generation
from core.incoming import IncomingProduct
from core.products import Product
from core.settings import Settings
from encoders.fingerprints import fingerprint
from encoders.photos import PhotoLimits
from evaluation.catalogue import CatalogueFile, with_photos
from evaluation.remembering import RememberingShelf
from evaluation.wording import Reword
from retrieval.accepting import with_stored_photos
from retrieval.indexing import index, prepare
from retrieval.relevance import calibrating
from retrieval.relevance.calibrating import QUERIES, calibrate_when_due
from retrieval.wiring import Vitrine, flush, open_vitrine, serving_generation
from words.analysis import Analyzer

# What is being done, how much of it is done, and of how much.
Progress = Callable[[str, int, int], None]

_BATCH = 500
_OTHERS_POLL_S = 0.5
_DONE_FILE = "complete"
_CALIBRATED_FILE = "calibrated-by"


@dataclass(frozen=True, slots=True)
class ShopPlan:
    """Which products a shop has.

    Attributes
    ----------
    file: where their photos are read from.
    products: all of them, without photos.
    reword: what of a product is indexed.
    """

    file: CatalogueFile
    products: tuple[Product, ...]
    reword: Reword


def shop_settings(settings: Settings, folder: Path) -> Settings:
    """The user's settings, but for where the data lies: all of it is in the folder."""
    own = {"data_dir": folder, "database_url": None, "qdrant_url": None, "qdrant_api_key": None, "broker_url": None}
    return settings.model_copy(update=own)


def open_shop(
    plan: ShopPlan, settings: Settings, cache_dir: Path, shelf: RememberingShelf, report: Progress
) -> Vitrine:
    """A shop with all these products indexed; close it when done.

    Parameters
    ----------
    settings: the user's; encoder, language and everything about searching is as they say.
    shelf: its encoders; it stays open when the shop is closed.
    report: how much is stored and indexed; not called when the shop was kept.

    Raises
    ------
    EncoderUnavailable, StoreError, InvalidSource: it cannot be built, and why.
    """
    folder = _folder(cache_dir, _key(plan, settings))
    v = replace(open_vitrine(shop_settings(settings, folder)), encoders=shelf.sharing())
    try:
        generation = serving_generation(v)
        if not (folder / _DONE_FILE).is_file():
            _build(v, generation, plan, report)
            shelf.save()
            (folder / _DONE_FILE).touch()
        _calibrate(v, generation, folder, report)
        calibrate_when_due(v, generation)
    except BaseException:
        v.close()
        raise
    return v


def _calibrate(v: Vitrine, generation: Generation, folder: Path, report: Progress) -> None:
    """Learn what is relevant in this shop, as its worker would; anew when the code that learns is another."""
    made_by = folder / _CALIBRATED_FILE
    learner = _learner()
    if made_by.is_file() and made_by.read_text() == learner:
        return
    asked = itertools.count(1)

    def go_on() -> bool:
        report("learning what is relevant", min(next(asked), QUERIES), QUERIES)
        return True

    v.catalog.generations.set_calibration(generation.id, {})
    calibrate_when_due(v, generation, go_on)
    made_by.write_text(learner)


def _learner() -> str:
    """Changes with the code of the models of relevance."""
    files = [*Path(calibrating.__file__).parent.glob("*.py"), Path(relevance.__file__)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(files))).hexdigest()


def _folder(cache_dir: Path, key: str) -> Path:
    """The folder of one shop. All of them share the files of the photos, which are named by what is in them."""
    photos = cache_dir / PHOTOS_FOLDER
    photos.mkdir(parents=True, exist_ok=True)
    folder = cache_dir / "shops" / key
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        (folder / PHOTOS_FOLDER).symlink_to(photos.absolute(), target_is_directory=True)
    return folder


def _key(plan: ShopPlan, settings: Settings) -> str:
    """Changes when the shop would be another one: other words or pictures, or others who read and look at them."""
    digest = hashlib.sha256()
    for product in sorted(map(plan.reword, plan.products), key=lambda product: product.id):
        digest.update(f"{product.id}\0{product.passage()}\0{product.payload_hash()}\n".encode())
    photos = plan.file.photos
    if photos is not None:
        about = photos.stat()
        digest.update(f"{photos.absolute()} {about.st_size} {about.st_mtime_ns} {plan.file.photo_column}".encode())
    for name in (settings.encoder, settings.text_encoder or settings.encoder):
        digest.update(fingerprint(name).encode())
    digest.update(f"{Analyzer(settings.language).name} {settings.precision}".encode())
    return digest.hexdigest()[:24]


def _build(v: Vitrine, generation: Generation, plan: ShopPlan, report: Progress) -> None:
    """Store and index everything; a shop that was left half built, or is being built by another run, is completed."""
    limits = PhotoLimits(v.settings.photo_bytes_max, v.settings.photo_pixels_max)
    wanted = frozenset(product.id for product in plan.products)
    job_id = v.catalog.jobs.open("evaluation")
    for number, batch in enumerate(_batches(with_photos(plan.file, wanted, limits))):
        report("storing", number * _BATCH, len(wanted))
        reworded = [replace(incoming, product=plan.reword(incoming.product)) for incoming in batch]
        v.catalog.products.store(with_stored_photos(v, reworded), job_id)
    v.catalog.jobs.close(job_id)
    while v.catalog.queue.progress(generation.id).waiting:
        items = v.catalog.queue.claim(generation.id, job_id, v.settings.claim_batch, v.settings.lease_s)
        if not items:
            time.sleep(_OTHERS_POLL_S)
            continue
        index(v, generation, job_id, prepare(v, generation, items))
        progress = v.catalog.queue.progress(generation.id)
        report("indexing", progress.indexed + progress.failed, len(wanted))
    flush(v, generation)


def _batches(products: Iterator[IncomingProduct]) -> Iterator[Sequence[IncomingProduct]]:
    while batch := list(islice(products, _BATCH)):
        yield batch
