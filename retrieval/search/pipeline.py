"""A search from the query to the answer: looking for something, or browsing."""

from __future__ import annotations

from core.hits import SearchAnswer
from core.queries import SearchQuery
from retrieval.experiments import as_in, ranker_for
from retrieval.ids import new_id
from retrieval.rules import Rules
from retrieval.search.browsing import browse
from retrieval.search.cursors import read_cursor, write_cursor
from retrieval.search.finding import Finding
from retrieval.search.own_filters import check_attributes
from retrieval.search.personal import asking_profile, without_hidden
from retrieval.search.ruling import ruling_of
from retrieval.search.timing import StageClock
from retrieval.wiring import Vitrine, answering_generation


def search(v: Vitrine, query: SearchQuery, rules: Rules | None = None) -> SearchAnswer:
    """Answer one query over the serving generation.

    Parameters
    ----------
    rules: other rules than the shop's own.

    Raises
    ------
    InvalidQuery, InvalidFilter, InvalidPhoto: what was asked cannot be answered, and why.
    NotFound: the product that was asked with does not exist.
    """
    clock = StageClock()
    with clock.stage("total"):
        with clock.stage("generation"):
            generation = answering_generation(v)
            check_attributes(v.catalog, query.filter)
            current = v.rules.current() if rules is None else rules
            arm = v.experiments.arm_of(query.user_id)
            ranker = ranker_for(v.rankers, generation, arm, query)
        profile = asking_profile(v, generation, query, clock)
        asked = as_in(arm, query)
        finding = None if query.browses else Finding(v, generation, asked, clock, current, profile, ranker)
        ruling = without_hidden(ruling_of(current, query, ""), profile) if finding is None else finding.ruling
        after = read_cursor(query, generation.id, ruling.digest)
        listing = browse(v, query, after, clock, ruling) if finding is None else finding.page(after)
        following = listing.following
        cursor = None if following is None else write_cursor(query, generation.id, following, ruling.digest)
    return SearchAnswer(
        listing.hits,
        new_id("q"),
        clock.took_ms,
        listing.total,
        listing.relation,
        cursor,
        listing.facets,
        None if finding is None else finding.wanted.did_you_mean,
        None if finding is None else finding.wanted.searched_for,
        ruling.rule_ids,
        0 if after is None else after.shown,
        generation.id,
        "" if ranker is None else ranker.id,
    )
