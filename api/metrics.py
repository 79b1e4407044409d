"""What a Prometheus server scrapes: requests, search stages, and how far indexing is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from core.indexing import IndexProgress

MEDIA_TYPE = CONTENT_TYPE_LATEST
_REQUEST_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_STAGE_BUCKETS_S = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)


class Metrics:
    """The metrics of one application, in a registry of its own, so that two in one process do not mix.

    Parameters
    ----------
    progress: how many products are in which state; None while there is no index. Asked when metrics are read.
    """

    def __init__(self, progress: Callable[[], IndexProgress | None]) -> None:
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "vitrine_request_seconds",
            "Time from request to answer",
            ("route", "method", "status"),
            buckets=_REQUEST_BUCKETS_S,
            registry=self._registry,
        )
        self._stages = Histogram(
            "vitrine_search_stage_seconds",
            "Time of one stage of a search",
            ("stage",),
            buckets=_STAGE_BUCKETS_S,
            registry=self._registry,
        )
        self._records = Counter(
            "vitrine_products_received_total",
            "Products that were sent in",
            ("outcome",),
            registry=self._registry,
        )
        self._registry.register(_ProgressCollector(progress))

    def request(self, route: str, method: str, status: int, took_s: float) -> None:
        """Note one answered request."""
        self._requests.labels(route, method, str(status)).observe(took_s)

    def search(self, took_ms: Mapping[str, float]) -> None:
        """Note the stages of one search."""
        for stage, milliseconds in took_ms.items():
            self._stages.labels(stage).observe(milliseconds / 1_000)

    def received(self, accepted: int, unchanged: int, rejected: int) -> None:
        """Note what became of one batch of products."""
        for outcome, count in (("accepted", accepted), ("unchanged", unchanged), ("rejected", rejected)):
            self._records.labels(outcome).inc(count)

    def render(self) -> bytes:
        """Everything in Prometheus' text format; asks the catalogue, so call it in a thread."""
        return generate_latest(self._registry)


class _ProgressCollector(Collector):
    def __init__(self, progress: Callable[[], IndexProgress | None]) -> None:
        self._progress = progress

    def describe(self) -> list[Metric]:
        """Named here, so that registering does not ask the catalogue."""
        return [GaugeMetricFamily("vitrine_products", "Products of the serving index, by state", labels=("state",))]

    def collect(self) -> Iterator[Metric]:
        progress = self._progress()
        family = GaugeMetricFamily("vitrine_products", "Products of the serving index, by state", labels=("state",))
        if progress is not None:
            for state in ("pending", "leased", "indexed", "failed"):
                family.add_metric((state,), getattr(progress, state))
        yield family
