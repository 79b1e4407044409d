"""What experiments look like on the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from api.encoding import whole_text
from core.experiments import ARMS_MAX, Arm, Experiment
from evaluation.experiments import MEANINGS, ArmResult, ExperimentReport
from evaluation.scoring import Figure

_FIGURES = "; ".join(f"{name}: {meaning}" for name, meaning in MEANINGS.items())


class ArmBody(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One way to order hits."""

    name: Annotated[str, Meta(description="of the arm")]
    share: Annotated[float, Meta(description="of the shoppers, above 0; all shares sum to 1 at most")]
    ranker: Annotated[str, Meta(description="id of a ranker, `none`, or empty for the one in service")] = ""
    personalize: Annotated[float, Meta(description="as of a search, for those that do not say")] | None = None
    diversity: Annotated[float, Meta(description="as of a search, for those that do not say")] | None = None

    def arm(self) -> Arm:
        """As the arm; raises `InvalidInput`."""
        return Arm(whole_text(self.name), self.share, whole_text(self.ranker), self.personalize, self.diversity)


class ExperimentBody(Struct, forbid_unknown_fields=True):
    """What an experiment compares."""

    arms: Annotated[list[ArmBody], Meta(description=f"2 to {ARMS_MAX}; the others are compared with the first")]


class ExperimentView(Struct):
    """One experiment."""

    id: str
    arms: list[ArmBody]
    started_at: str
    stopped_at: Annotated[str | None, Meta(description="null while it runs")]

    @classmethod
    def of(cls, experiment: Experiment) -> ExperimentView:
        """From the experiment."""
        return msgspec.convert(experiment.written(), cls)


class ExperimentList(Struct):
    """All experiments of the shop."""

    experiments: Annotated[list[ExperimentView], Meta(description="the latest first")]

    @classmethod
    def of(cls, experiments: Iterable[Experiment]) -> ExperimentList:
        """From the experiments."""
        return cls([ExperimentView.of(one) for one in experiments])


class FigureView(Struct):
    """A figure with the interval that 95 % of its resamples lie in; null where there is nothing to count."""

    value: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, figure: Figure) -> FigureView:
        """From the figure."""
        return cls(*(None if one != one else one for one in (figure.value, figure.low, figure.high)))


class ArmView(Struct):
    """What came of one arm."""

    name: str
    shoppers: Annotated[int, Meta(description="who were shown something")]
    pages: Annotated[int, Meta(description="searches that showed something")]
    figures: Annotated[dict[str, FigureView], Meta(description=_FIGURES)]
    differences: (
        Annotated[dict[str, FigureView], Meta(description="less those of the first arm; absent for the first")]
        | UnsetType
    ) = UNSET

    @classmethod
    def of(cls, arm: ArmResult) -> ArmView:
        """From the result."""
        differences = _views(arm.differences) if arm.differences else UNSET
        return cls(arm.name, arm.shoppers, arm.pages, _views(arm.figures), differences)


class ReportView(Struct):
    """An experiment and what came of it so far."""

    experiment: ExperimentView
    arms: list[ArmView]

    @classmethod
    def of(cls, report: ExperimentReport) -> ReportView:
        """From the report."""
        return cls(ExperimentView.of(report.experiment), [ArmView.of(arm) for arm in report.arms])


def _views(figures: Mapping[str, Figure]) -> dict[str, FigureView]:
    return {name: FigureView.of(figure) for name, figure in figures.items()}
