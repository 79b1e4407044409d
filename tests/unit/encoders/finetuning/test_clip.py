"""Fine-tuning of an open_clip model, for real on drawn products: it learns, goes on after a kill, and stops in time."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from core.errors import Conflict, EncoderUnavailable, InvalidInput
from encoders import load_encoder
from encoders.finetuning.clip import ClipTrainee
from encoders.finetuning.measuring import EXACT, IMAGE_TO_IMAGE, ITEM_TO_ITEM, TEXT_TO_IMAGE, Scores
from encoders.finetuning.outcome import Outcome, held_out_ids
from encoders.finetuning.products import Codes, Corpus, TrainingProduct
from encoders.finetuning.running import RUN_FOLDER, Task, fine_tune_clip
from encoders.finetuning.training import CHECKPOINT, Progress, Run
from encoders.loading import EncoderOptions
from encoders.registry import POCKET_DIR
from tests.unit.encoders.finetuning.conftest import PLAN, Watched, task

ROOT = Path(__file__).parents[4]
WEIGHTS = "open_clip_model.safetensors"

Finished = tuple[Outcome, Watched, Path]
Products = list[TrainingProduct]


def test_the_loss_falls_and_held_out_products_are_found_better(finished: Finished) -> None:
    outcome, watched, _ = finished
    first, last = watched.steps[1].loss, watched.steps[-1].loss
    assert last < first - 0.5
    changes = {change.name: change for change in outcome.changes}
    assert changes.keys() == {TEXT_TO_IMAGE, IMAGE_TO_IMAGE, ITEM_TO_ITEM, EXACT}
    better = changes[TEXT_TO_IMAGE]
    assert better.before is not None
    assert better.low is not None
    assert better.after > better.before + 0.2
    assert better.low > 0
    assert outcome.best_epoch > 0


def test_the_folder_is_a_model_that_every_command_loads(finished: Finished, products: Products) -> None:
    outcome, watched, out = finished
    encoder = load_encoder(outcome.name, EncoderOptions(device="cpu", precision="float32"))
    titles = [product.texts[0] for product in products[:5]]
    own = watched.runs[0].trainee._encoder  # type: ignore[attr-defined]  # The protocol hides what it is made of.
    np.testing.assert_allclose(encoder.embed_queries(titles), own.embed_queries(titles), atol=1e-5)
    prepared = [encoder.prepare_photo(products[0].photos[0])]
    np.testing.assert_allclose(encoder.embed_photos(prepared), own.embed_photos(prepared), atol=1e-5)
    assert not (out / RUN_FOLDER).exists()
    assert len({path.stat().st_mode for path in out.iterdir()}) == 1


def test_the_folder_tells_how_it_was_made(finished: Finished) -> None:
    outcome, _, out = finished
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["products"]["train"] + metrics["products"]["validation"] + metrics["products"]["held_out"] == 160
    assert [epoch["epoch"] for epoch in metrics["epochs"]] == list(range(len(metrics["epochs"])))
    assert metrics["best_epoch"] == outcome.best_epoch
    assert held_out_ids(out) == frozenset(metrics["held_out"])
    assert not set(metrics["held_out"]) & set(metrics["validation"])
    card = (out / "README.md").read_text()
    assert "./loss.svg" in card
    assert f"{outcome.changes[0].after:.3f}" in card
    assert (out / "loss.svg").read_text().count("<polyline") == 2


_KILLED = """
import signal, sys
from pathlib import Path
sys.path.insert(0, {root!r})
import torch
torch.set_num_threads(1)
from encoders.finetuning.running import Watching, fine_tune_clip
from tests.unit.encoders.finetuning.conftest import drawn, task
import os
def training(progress):
    if progress.step == {step}:
        os.kill(os.getpid(), signal.SIGKILL)
watching = Watching(lambda n: None, lambda r: None, training)
fine_tune_clip(task({tiny!r}, Path({out!r}), every_s=0.0), drawn(160), list, watching)
"""


def test_a_killed_run_goes_on_to_the_same_result(
    tiny: str, finished: Finished, products: Products, tmp_path: Path
) -> None:
    out = tmp_path / "model"
    # In the middle of the second epoch.
    program = _KILLED.format(root=str(ROOT), tiny=tiny, out=str(out), step=8)
    killed = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not (out / WEIGHTS).exists()
    watched = Watched()
    outcome = fine_tune_clip(task(tiny, out), products, list, watched.watching())
    assert watched.runs[0].resumed
    assert watched.steps[0].step == 8
    assert (out / WEIGHTS).read_bytes() == (finished[2] / WEIGHTS).read_bytes()
    assert outcome.changes == finished[0].changes
    unbroken, gone_on = (json.loads((folder / "metrics.json").read_text()) for folder in (finished[2], out))
    assert gone_on["epochs"] == unbroken["epochs"]
    assert gone_on["losses"] == unbroken["losses"]


@pytest.mark.parametrize("epoch", [1, PLAN.epochs])
def test_an_epoch_whose_evaluation_was_stopped_is_evaluated_when_the_run_goes_on(
    tiny: str, finished: Finished, products: Products, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, epoch: int
) -> None:
    measure, measured = ClipTrainee.measure, 0

    def stopped(self: ClipTrainee, corpus: Corpus, rows: Codes) -> Scores:
        nonlocal measured
        measured += 1
        # The base model is measured twice before: on the held-out products, and on those of every evaluation.
        if measured == 2 + epoch:
            raise _Stopped
        return measure(self, corpus, rows)

    with monkeypatch.context() as patched:
        patched.setattr(ClipTrainee, "measure", stopped)
        with pytest.raises(_Stopped):
            fine_tune_clip(task(tiny, tmp_path, every_s=0.0), products, list, Watched().watching())
    watched = Watched()
    outcome = fine_tune_clip(task(tiny, tmp_path), products, list, watched.watching())
    assert watched.runs[0].resumed
    assert len(watched.steps) == (PLAN.epochs - epoch) * watched.runs[0].steps_per_epoch
    assert (outcome.best_epoch, outcome.changes) == (finished[0].best_epoch, finished[0].changes)
    assert (tmp_path / WEIGHTS).read_bytes() == (finished[2] / WEIGHTS).read_bytes()
    unbroken, gone_on = (json.loads((folder / "metrics.json").read_text()) for folder in (finished[2], tmp_path))
    assert gone_on["epochs"] == unbroken["epochs"]


def test_a_run_whose_base_was_replaced_is_not_gone_on_with(tiny: str, products: Products, tmp_path: Path) -> None:
    base = Path(shutil.copytree(tiny.removeprefix("local-dir:"), tmp_path / "base"))
    chosen = task(f"local-dir:{base}", tmp_path / "model", every_s=0.0)
    _stop_after(chosen, products, 1)
    weights = load_file(base / WEIGHTS)
    save_file({name: weight + 0.01 for name, weight in weights.items()}, base / WEIGHTS)
    with pytest.raises(Conflict, match=r"fingerprint of the base is .*--restart"):
        fine_tune_clip(chosen, products, list, Watched().watching())


def test_a_second_run_in_the_same_folder_is_refused_while_the_first_goes_on(
    tiny: str, finished: Finished, products: Products, tmp_path: Path
) -> None:
    watched = Watched()

    def second(progress: Progress) -> None:
        if progress.step == 1:
            with pytest.raises(Conflict, match="another fine-tuning is writing to --out"):
                fine_tune_clip(task(tiny, tmp_path, restart=True), products, list, Watched().watching())
        watched.steps.append(progress)

    fine_tune_clip(task(tiny, tmp_path), products, list, replace(watched.watching(), training=second))
    assert (tmp_path / WEIGHTS).read_bytes() == (finished[2] / WEIGHTS).read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in finished[2].iterdir()}


def test_a_run_of_another_kind_is_not_gone_on_with(tiny: str, products: Products, tmp_path: Path) -> None:
    _stop_after(task(tiny, tmp_path, every_s=0.0), products, 1)
    for plan, says in (
        (replace(PLAN, seed=8), "seed is 8, was 7"),
        (replace(PLAN, learning_rate=1e-3), "rate is 0.001"),
    ):
        with pytest.raises(Conflict, match=says):
            fine_tune_clip(task(tiny, tmp_path, plan), products, list, Watched().watching())
    with pytest.raises(Conflict, match="products is"):
        fine_tune_clip(task(tiny, tmp_path), products[1:], list, Watched().watching())


def test_a_finished_model_is_not_overwritten(tiny: str, finished: Finished, products: Products) -> None:
    with pytest.raises(Conflict, match="--restart"):
        fine_tune_clip(task(tiny, finished[2]), products, list, Watched().watching())


def test_a_model_is_not_written_over_its_base(tiny: str, products: Products) -> None:
    folder = Path(tiny.removeprefix("local-dir:"))
    with pytest.raises(Conflict, match="base model itself"):
        fine_tune_clip(task(tiny, folder), products, list, Watched().watching())


def test_a_loss_that_is_no_number_stops_training_and_keeps_the_last_good_state(
    tiny: str, products: Products, tmp_path: Path
) -> None:
    watched = Watched()

    def began(run: Run) -> None:
        watched.runs.append(run)

    def poison(progress: Progress) -> None:
        # What a rate that is far too high does after a while, done at a known step: the second of the second epoch.
        if progress.step == 6:
            with torch.no_grad():
                next(watched.runs[0].trainee.module.parameters()).fill_(torch.nan)

    watching = replace(watched.watching(), began=began, training=poison)
    with pytest.raises(InvalidInput, match=r"no number at step 7 .*--restart") as raised:
        fine_tune_clip(task(tiny, tmp_path / "model"), products, list, watching)
    assert str(tmp_path / "model") in str(raised.value)
    assert raised.value.field == "--learning-rate"
    vectors = load_encoder(f"local-dir:{tmp_path / 'model'}", EncoderOptions(device="cpu")).embed_queries(["red shoe"])
    assert np.isfinite(vectors).all()


def test_a_full_disk_leaves_the_checkpoint_before(tiny: str, products: Products, tmp_path: Path) -> None:
    _stop_after(task(tiny, tmp_path, every_s=0.0), products, 2)
    checkpoint = tmp_path / RUN_FOLDER / CHECKPOINT
    before = checkpoint.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    watched = Watched()

    def full(run: Run) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, limits[1]))

    try:
        with pytest.raises(InvalidInput, match="The one before is still there"):
            fine_tune_clip(task(tiny, tmp_path, every_s=0.0), products, list, replace(watched.watching(), began=full))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert checkpoint.read_bytes() == before
    assert sorted(path.name for path in checkpoint.parent.iterdir()) == ["best.pt", "checkpoint.pt", "photos.bin"]


def test_a_damaged_checkpoint_is_named(tiny: str, products: Products, tmp_path: Path) -> None:
    (tmp_path / RUN_FOLDER).mkdir()
    (tmp_path / RUN_FOLDER / CHECKPOINT).write_bytes(b"nothing of the kind")
    with pytest.raises(InvalidInput, match="--restart"):
        fine_tune_clip(task(tiny, tmp_path), products, list, Watched().watching())


@pytest.mark.parametrize(
    ("label", "says"),
    [
        (lambda _: None, "no product has it .*material, colour"),
        (lambda _: "shirt", "is 'shirt' for every product"),
        (str, "another one for every product"),
    ],
)
def test_labels_that_teach_nothing_are_refused(
    tiny: str, products: Products, tmp_path: Path, label: Callable[[int], str | None], says: str
) -> None:
    changed = [replace(product, label=label(at)) for at, product in enumerate(products)]
    with pytest.raises(InvalidInput, match=says) as raised:
        fine_tune_clip(task(tiny, tmp_path), changed, lambda: ["material", "colour"], Watched().watching())
    assert raised.value.field == "--label"


def test_products_without_usable_photos_are_left_out_and_counted(tiny: str, products: Products, tmp_path: Path) -> None:
    changed = [replace(products[0], photos=()), replace(products[1], photos=(b"no photo",)), *products[2:]]
    watched = Watched()
    fine_tune_clip(task(tiny, tmp_path, replace(PLAN, epochs=1)), changed, list, watched.watching())
    corpus = watched.runs[0].corpus
    assert (len(corpus), corpus.without_photo, corpus.bad_photos) == (158, 1, 1)
    assert watched.read == 160


def test_too_few_products_are_refused(tiny: str, products: Products, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"only 19 of 20 products .* 1 have no photo"):
        fine_tune_clip(
            task(tiny, tmp_path), [*products[:19], replace(products[19], photos=())], list, Watched().watching()
        )


def test_a_folder_that_is_no_model_is_refused(products: Products, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(EncoderUnavailable, match="neither open_clip_config"):
        fine_tune_clip(task(f"local-dir:{tmp_path / 'empty'}", tmp_path), products, list, Watched().watching())


def test_weights_of_another_architecture_are_refused(tiny: str, products: Products, tmp_path: Path) -> None:
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    (mixed / "open_clip_config.json").write_bytes((POCKET_DIR / "open_clip_config.json").read_bytes())
    (mixed / WEIGHTS).write_bytes((Path(tiny.removeprefix("local-dir:")) / WEIGHTS).read_bytes())
    with pytest.raises(EncoderUnavailable, match="cannot be loaded"):
        fine_tune_clip(task(f"local-dir:{mixed}", tmp_path / "out"), products, list, Watched().watching())


def test_half_precision_learns_as_well_and_its_weights_stay_whole(
    tiny: str, products: Products, tmp_path: Path
) -> None:
    short = task(tiny, tmp_path, replace(PLAN, epochs=1))
    half = replace(short, options=EncoderOptions(device="cpu", precision="bfloat16"))
    watched = Watched()
    fine_tune_clip(half, products, list, watched.watching())
    assert watched.steps[-1].loss < watched.steps[0].loss
    assert {weight.dtype for weight in watched.runs[0].trainee.module.parameters()} == {torch.float32}


def test_training_stops_when_nothing_gets_better(tiny: str, products: Products, tmp_path: Path) -> None:
    still = replace(PLAN, epochs=9, learning_rate=0.0, weight_decay=0.0, patience=2)
    watched = Watched()
    ended = fine_tune_clip(task(tiny, tmp_path, still), products, list, watched.watching())
    assert (ended.epochs, ended.best_epoch) == (2, 0)
    for change in ended.changes:
        assert change.before == pytest.approx(change.after, abs=1e-6)


class _Stopped(Exception):
    pass


def _stop_after(chosen: Task, products: Products, step: int) -> None:
    def training(progress: Progress) -> None:
        # The checkpoint of a step is written after it was told.
        if progress.step > step:
            raise _Stopped

    watching = replace(Watched().watching(), training=training)
    with pytest.raises(_Stopped):
        fine_tune_clip(chosen, products, list, watching)
