"""Experiments over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Controller, Response, get, post, put
from litestar.params import JSONBody, PathParameter

from api.experiments.schemas import ExperimentBody, ExperimentList, ExperimentView, ReportView
from api.operations import ApiOperation, with_examples
from api.paths import decoded
from api.requests import ApiRequest
from evaluation.experiments import report_of
from retrieval.experimenting import start_experiment, stop_experiment

ExperimentId = Annotated[str, PathParameter(description="percent-encoded")]
_KIND = "experiment"

EXPERIMENTS: Mapping[str, Any] = {
    "more variety for half of the shoppers": {
        "arms": [{"name": "as-before", "share": 0.5}, {"name": "varied", "share": 0.5, "diversity": 0.3}]
    }
}


class ExperimentController(Controller):
    """Two rankers or settings side by side; each shopper always meets the same one."""

    path = "/v1/experiments"
    tags = ("experiments",)

    @get(operation_id="listExperiments", operation_class=ApiOperation, summary="All experiments of the shop")
    async def all(self, request: ApiRequest) -> Response[ExperimentList]:
        """Every experiment, the latest first."""
        service = request.service
        return await service.read(lambda: ExperimentList.of(service.v.catalog.experiments.all()))

    @put(
        "/{experiment_id:str}",
        operation_id="startExperiment",
        operation_class=with_examples(EXPERIMENTS),
        summary="Start an experiment",
    )
    async def start(
        self, request: ApiRequest, experiment_id: ExperimentId, data: JSONBody[ExperimentBody]
    ) -> Response[ExperimentView]:
        """One runs at a time, and it cannot be changed while it runs."""
        service = request.service
        name, arms = decoded(experiment_id, _KIND), tuple(arm.arm() for arm in data.arms)
        return await service.write(lambda: ExperimentView.of(start_experiment(service.v, name, arms)))

    @post(
        "/{experiment_id:str}/stop",
        operation_id="stopExperiment",
        operation_class=ApiOperation,
        summary="Stop an experiment",
        status_code=200,
    )
    async def stop(self, request: ApiRequest, experiment_id: ExperimentId) -> Response[ExperimentView]:
        """From a second later on, all shoppers meet the same again."""
        service = request.service
        name = decoded(experiment_id, _KIND)
        return await service.write(lambda: ExperimentView.of(stop_experiment(service.v, name)))

    @get(
        "/{experiment_id:str}/report",
        operation_id="reportExperiment",
        operation_class=ApiOperation,
        summary="What an experiment tells so far",
    )
    async def report(self, request: ApiRequest, experiment_id: ExperimentId) -> Response[ReportView]:
        """Clicks and purchases of every arm, with 95 % intervals over shoppers."""
        service, catalog = request.service, request.service.v.catalog
        name = decoded(experiment_id, _KIND)
        return await service.read(lambda: ReportView.of(report_of(catalog, catalog.experiments.get(name))))
