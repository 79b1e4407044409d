"""The shop's synonyms over HTTP."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, Response, delete, get, put
from litestar.params import JSONBody, PathParameter

from api.operations import ApiOperation
from api.paths import decoded
from api.requests import ApiRequest
from api.service import Service
from api.synonyms.schemas import SynonymBody, SynonymList, SynonymView
from retrieval.synonyms import set_synonyms

RuleId = Annotated[str, PathParameter(description="percent-encoded")]
_KIND = "synonym rule"


class SynonymController(Controller):
    """Words that mean the same. A change counts for searches a second later at most, without indexing anything anew."""

    path = "/v1/synonyms"
    tags = ("search",)

    @get(operation_id="listSynonyms", operation_class=ApiOperation, summary="All synonyms of the shop")
    async def all(self, request: ApiRequest) -> Response[SynonymList]:
        """Every rule, by id."""
        return await _all(request.service)

    @put(operation_id="replaceSynonyms", operation_class=ApiOperation, summary="Replace all synonyms of the shop")
    async def replace(self, request: ApiRequest, data: JSONBody[SynonymList]) -> Response[SynonymList]:
        """All or nothing: one rule that cannot be refuses the whole list."""
        service = request.service
        await service.writes.run(lambda: set_synonyms(service.v.catalog, data.rules(), instead_of_all=True))
        return await _all(service)

    @put(
        "/{rule_id:str}", operation_id="putSynonym", operation_class=ApiOperation, summary="Make or change one synonym"
    )
    async def put(self, request: ApiRequest, rule_id: RuleId, data: JSONBody[SynonymBody]) -> Response[SynonymView]:
        """Words that stand for each other, or, with `means`, words that find something else as well."""
        service = request.service
        rule = data.rule(decoded(rule_id, _KIND))

        def work() -> SynonymView:
            set_synonyms(service.v.catalog, [rule], instead_of_all=False)
            return SynonymView.of(rule)

        return await service.write(work)

    @delete("/{rule_id:str}", operation_id="deleteSynonym", operation_class=ApiOperation, summary="Delete one synonym")
    async def remove(self, request: ApiRequest, rule_id: RuleId) -> None:
        """Forget a rule."""
        service = request.service
        await service.writes.run(lambda: service.v.catalog.synonyms.delete(decoded(rule_id, _KIND)))


async def _all(service: Service) -> Response[SynonymList]:
    return await service.read(lambda: SynonymList.of(service.v.catalog.synonyms.all()))
