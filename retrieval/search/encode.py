"""First stage: from what a person means to one vector per view."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import InvalidQuery
from core.generations import REACHED_BY_TEXT, Generation, View
from core.queries import SearchQuery
from core.vectors import FloatArray, SparseVector
from retrieval.search.blending import Part, blended, repelled
from retrieval.search.candidates import AWAY
from retrieval.search.examples import Looks, embedded, looks_of
from retrieval.wiring import Vitrine

# How much words count beside photos of the same weight in one vector: photos show what is meant, the words change it.
# A product says in words as well what is meant, and there they count in full.
WORDS_BESIDE_PHOTOS = 0.4

QueryVectors = dict[str, FloatArray | SparseVector]


def encode_query(
    v: Vitrine, generation: Generation, query: SearchQuery, lexical: Mapping[str, float] | None = None
) -> QueryVectors:
    """One query vector for every view that the query reaches, by view name.

    Words and pictures that reach the same view become one vector. Where something is not wanted, there is another one
    that is turned away from it, by the view's name behind `away_`: the first tells what is relevant, the second the
    order.

    Parameters
    ----------
    lexical: texts with their weights, to be looked up by words instead of the query's own text.

    Raises
    ------
    NotFound: a product that serves as an example does not exist.
    InvalidPhoto: a picture cannot be used.
    InvalidQuery: no view is reached.
    """
    wanted, unwanted = looks_of(v, generation, query.images), looks_of(v, generation, query.unlike)
    vectors: QueryVectors = {}
    for view in generation.views:
        if view.lexical:
            vector: FloatArray | SparseVector | None = _lexical(v, view, query, lexical)
        else:
            vector = looked_for = _dense(v, view, query, wanted)
            if looked_for is not None and view.name in unwanted:
                vectors[f"{AWAY}{view.name}"] = repelled(looked_for, unwanted[view.name])
        if vector is not None:
            vectors[view.name] = vector
    if not vectors:
        raise InvalidQuery(
            "reaches nothing in this index",
            field="query",
            remedy="Search by words or by a product; its encoder has no eyes for pictures",
        )
    return vectors


def _lexical(v: Vitrine, view: View, query: SearchQuery, lexical: Mapping[str, float] | None) -> SparseVector | None:
    if not query.text or query.weight("text") == 0 or REACHED_BY_TEXT not in view.reached_by:
        return None
    terms = v.lexical.query(query.text) if lexical is None else v.lexical.weighted_query(lexical)
    return terms if len(terms) else None


def _dense(v: Vitrine, view: View, query: SearchQuery, wanted: Looks) -> FloatArray | None:
    parts: list[Part] = []
    # Pictures count together like one: more of them do not drown the words.
    look = blended(wanted.get(view.name, ()))
    if look is not None and query.weight("image") > 0:
        parts.append(Part(look, query.weight("image")))
    if query.text and query.weight("text") > 0 and REACHED_BY_TEXT in view.reached_by:
        words = embedded(v, view, lambda batcher: batcher.text(query.text))
        beside_photos = bool(parts) and not any(example.is_product for example in query.images)
        parts.append(Part(words, (WORDS_BESIDE_PHOTOS if beside_photos else 1.0) * query.weight("text")))
    return blended(parts)
