"""The shop's merchandising rules over HTTP."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, Response, delete, get, post, put
from litestar.params import JSONBody, PathParameter

from api.encoding import whole_text
from api.operations import ApiOperation, with_examples
from api.paths import decoded
from api.requests import ApiRequest
from api.rules.examples import PREVIEWS, RULES
from api.rules.schemas import PreviewRequest, PreviewResponse, RuleBody, RuleList, RuleView
from api.search.reading import query_of
from core.errors import InvalidInput
from core.queries import SearchQuery
from core.rules import Rule
from retrieval.previewing import preview
from retrieval.rules import put_rules

RuleId = Annotated[str, PathParameter(description="percent-encoded")]
_KIND = "rule"


class RuleController(Controller):
    """What the shop wants shown first, later, not at all, or alone. A change counts a second later at most."""

    path = "/v1/rules"
    tags = ("search",)

    @get(operation_id="listRules", operation_class=ApiOperation, summary="All rules of the shop")
    async def all(self, request: ApiRequest) -> Response[RuleList]:
        """Every rule, by id."""
        service = request.service
        return await service.read(lambda: RuleList.of(service.v.catalog.rules.all()))

    @get("/{rule_id:str}", operation_id="getRule", operation_class=ApiOperation, summary="One rule")
    async def one(self, request: ApiRequest, rule_id: RuleId) -> Response[RuleView]:
        """As it is kept."""
        service = request.service
        name = decoded(rule_id, _KIND)
        return await service.read(lambda: RuleView.of(service.v.catalog.rules.get(name)))

    @put(
        "/{rule_id:str}",
        operation_id="putRule",
        operation_class=with_examples(RULES),
        summary="Make or change one rule",
    )
    async def put(self, request: ApiRequest, rule_id: RuleId, data: JSONBody[RuleBody]) -> Response[RuleView]:
        """Keep a rule, in place of the one of that name if there is one."""
        service = request.service
        rule = data.rule(decoded(rule_id, _KIND))

        def work() -> RuleView:
            put_rules(service.v.catalog, service.v.rules.analyzer, [rule])
            return RuleView.of(rule)

        return await service.write(work)

    @delete("/{rule_id:str}", operation_id="deleteRule", operation_class=ApiOperation, summary="Delete one rule")
    async def remove(self, request: ApiRequest, rule_id: RuleId) -> None:
        """Forget a rule."""
        service = request.service
        name = decoded(rule_id, _KIND)
        await service.writes.run(lambda: service.v.catalog.rules.delete(name))

    @post(
        "/preview",
        operation_id="previewRule",
        operation_class=with_examples(PREVIEWS),
        summary="What a rule would do to a search",
        status_code=200,
    )
    async def try_out(self, request: ApiRequest, data: JSONBody[PreviewRequest]) -> Response[PreviewResponse]:
        """Search without and with a rule that need not be kept, beside the shop's other rules."""
        service = request.service
        return await service.read(lambda: PreviewResponse.of(preview(service.v, _query(data), _rule(data))))


def _query(data: PreviewRequest) -> SearchQuery:
    try:
        return query_of(data.query)
    except InvalidInput as error:
        raise error.at("query") from error


def _rule(data: PreviewRequest) -> Rule:
    try:
        return data.rule.rule(whole_text(data.id))
    except InvalidInput as error:
        raise error if error.field == "id" else error.at("rule") from error
