"""What an import has come to."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from cli.exit_codes import DONE, INCOMPLETE
from cli.progress import duration, rate
from cli.rejections import rejection_json
from cli.terminal import Terminal, table

if TYPE_CHECKING:
    from catalog.product_rows import StoredProduct
    from cli.indexing import IndexingReport
    from retrieval.importing import ImportProgress
    from retrieval.wiring import Vitrine

LINES_SHOWN = 20


@dataclass
class ImportResult:
    """An import with its indexing; `indexing` is None when it was not waited for."""

    progress: ImportProgress
    stored_s: float
    indexing: IndexingReport | None = None
    failures: list[StoredProduct] = field(default_factory=list)
    failed: int = 0
    took_s: float = 0.0

    def note_failures(self, v: Vitrine) -> None:
        """Look up which of this import's products could not be indexed."""
        self.failed = v.catalog.jobs.get(self.progress.job_id).progress.failed
        if self.failed:
            self.failures = v.catalog.products.failures(LINES_SHOWN)

    @property
    def exit_code(self) -> int:
        """Whether everything went in."""
        return INCOMPLETE if self.progress.rejected or self.failed else DONE

    @property
    def nothing_changed(self) -> bool:
        """Every product was known like this, and nothing had been left over from before."""
        idle = self.indexing is None or not (self.indexing.encoded_photos or self.indexing.encoded_texts)
        return bool(self.progress.unchanged) and not self.progress.accepted and not self.progress.deleted and idle


def show_summary(terminal: Terminal, result: ImportResult) -> None:
    """Print what was taken, what was encoded, and what was not possible, with its reasons."""
    if terminal.as_json:
        terminal.result(_summary_json(result))
        return
    progress = result.progress
    terminal.result(None, table("", ("", ""), _counts(result)))
    if progress.rejections:
        rows = [(r.index, r.product_id, r.field, r.value, r.reason) for r in progress.rejections[:LINES_SHOWN]]
        terminal.result(None, "", table("Rejected", ("line", "id", "field", "value", "reason"), rows))
        if progress.rejected > LINES_SHOWN:
            terminal.say(f"... and {progress.rejected - LINES_SHOWN:,} more; --rejected FILE.jsonl keeps them.")
    if result.failures:
        lost = [(p.product.id, p.product.title, p.error) for p in result.failures]
        terminal.result(None, "", table("Could not be indexed", ("id", "title", "reason"), lost))
        terminal.say("`vitrine products failed` lists them; `vitrine products retry` tries them again.")
    if result.nothing_changed:
        terminal.say("Nothing changed: nothing encoded.")
    elif result.indexing is None:
        terminal.say("Stored. `vitrine serve` or `vitrine worker` indexes what waits.")


def _counts(result: ImportResult) -> list[tuple[str, str]]:
    progress, indexing = result.progress, result.indexing
    rows = [
        ("accepted", f"{progress.accepted:,}"),
        ("unchanged", f"{progress.unchanged:,}"),
        ("rejected", f"{progress.rejected:,}"),
    ]
    if progress.deleted:
        rows.append(("deleted", f"{progress.deleted:,}"))
    if progress.photos_missing:
        rows.append(("photos missing", f"{progress.photos_missing:,}"))
    if indexing is not None:
        rows.append(("failed", f"{result.failed:,}"))
        rows.append(("encoded here", f"{indexing.encoded_photos:,} photos, {indexing.encoded_texts:,} texts"))
        rows.append(("in the index", f"{indexing.indexed:,} products"))
    took = f"{duration(result.took_s)}, {rate(progress.read, result.took_s)} (reading {duration(result.stored_s)}"
    rows.append(("took", took + (f", then indexing {duration(indexing.took_s)})" if indexing else ")")))
    return rows


def _summary_json(result: ImportResult) -> dict[str, Any]:
    progress, indexing = result.progress, result.indexing
    return {
        "job_id": progress.job_id,
        "columns": dict(progress.columns),
        "attributes": list(progress.attributes),
        "read": progress.read,
        "accepted": progress.accepted,
        "unchanged": progress.unchanged,
        "rejected": progress.rejected,
        "deleted": progress.deleted,
        "photos_missing": progress.photos_missing,
        "failed": result.failed,
        "indexing": None if indexing is None else asdict(indexing),
        "nothing_changed": result.nothing_changed,
        "took_s": round(result.took_s, 3),
        "products_per_s": round(progress.read / result.took_s, 1) if result.took_s else 0.0,
        "rejections": [rejection_json(rejection) for rejection in progress.rejections],
        "failures": [{"id": p.product.id, "title": p.product.title, "reason": p.error} for p in result.failures],
    }
