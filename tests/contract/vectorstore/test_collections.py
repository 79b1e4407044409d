from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import ForeignStore, InvalidFilter, InvalidInput, InvalidVector, NotFound, SchemaMismatch
from core.generations import IMAGE, LEXICAL, PHOTOS, TEXT, Generation
from core.indexing import Point, ViewQuery
from core.protocols import VectorStore
from core.vectors import ProductVectors
from tests.contract.vectorstore.builders import DATABASE, Collection, Engine, full_point, point, unit

pytestmark = pytest.mark.filterwarnings("ignore:(Payload indexes have no effect|Local mode)")


def test_a_new_collection_is_empty(store: VectorStore, generation: Generation) -> None:
    assert store.ensure(generation).points == 0
    assert store.count(generation.id) == 0
    assert store.product_ids(generation.id, None, 10) == ([], None)
    assert store.query(generation.id, [ViewQuery(IMAGE, unit(1), 10)], None) == [[]]
    store.drop(generation.id)


def test_ensuring_twice_keeps_every_point_and_the_epoch(collection: Collection) -> None:
    collection.put(point("a"), point("b"))
    before = collection.store.status(collection.id)
    again = collection.store.ensure(collection.generation)
    assert (again.points, again.epoch) == (2, before.epoch)


def test_writes_are_acknowledged_by_the_epoch_that_status_shows(collection: Collection) -> None:
    epoch = collection.store.status(collection.id).epoch
    assert collection.put(point("a")) == epoch
    assert collection.store.set_payloads(collection.id, {"a": (2, {"id": "a"})}) == epoch
    assert collection.store.delete(collection.id, ["a"]) == epoch


def test_a_collection_made_anew_says_so(store: VectorStore, generation: Generation) -> None:
    first = store.ensure(generation)
    store.drop(generation.id)
    second = store.ensure(generation)
    assert second.lost_all
    assert second.epoch != first.epoch or first.lost_all
    store.drop(generation.id)


def test_two_stores_of_one_database_see_the_same_points(engine: Engine, collection: Collection) -> None:
    other = engine.open(DATABASE)
    other.ensure(collection.generation)
    collection.put(point("a"))
    assert other.count(collection.id) == 1
    other.upsert(collection.id, [point("b")])
    assert collection.store.count(collection.id) == 2


def test_another_database_is_refused(engine: Engine, collection: Collection) -> None:
    collection.put(point("a"))
    stranger = engine.open("another-database")
    with pytest.raises(ForeignStore):
        stranger.ensure(collection.generation)
    assert collection.store.count(collection.id) == 1


def test_a_generation_with_another_dimension_is_refused(collection: Collection, engine: Engine) -> None:
    collection.put(point("a"))
    image, *others = collection.generation.views
    exchanged = replace(collection.generation, views=(replace(image, dim=image.dim + 1), *others))
    with pytest.raises(SchemaMismatch, match="image"):
        engine.open(DATABASE).ensure(exchanged)
    assert collection.store.count(collection.id) == 1


def test_a_generation_with_another_view_is_refused(collection: Collection, engine: Engine) -> None:
    image, *_ = collection.generation.views
    with pytest.raises(SchemaMismatch):
        engine.open(DATABASE).ensure(replace(collection.generation, views=(image,)))


def test_a_generation_without_pictures_has_no_photos(store: VectorStore, generation: Generation) -> None:
    words_only = replace(generation, views=generation.views[1:])
    store.ensure(words_only)
    photos = ProductVectors(multi={PHOTOS: unit(1)[None, :]})
    with pytest.raises(InvalidVector, match="photos"):
        store.upsert(words_only.id, [Point("a", 1, photos, {"id": "a"})])
    store.drop(words_only.id)


def test_dropping_takes_everything_and_dropping_nothing_is_no_error(store: VectorStore, generation: Generation) -> None:
    store.ensure(generation)
    store.upsert(generation.id, [point("a")])
    store.drop(generation.id)
    store.drop(generation.id)
    assert store.ensure(generation).points == 0
    store.drop(generation.id)


@pytest.mark.parametrize(
    "call",
    [
        lambda store: store.upsert("never-made", [point("a")]),
        lambda store: store.set_payloads("never-made", {"a": (1, {"id": "a"})}),
        lambda store: store.delete("never-made", ["a"]),
        lambda store: store.query("never-made", [ViewQuery(IMAGE, unit(1), 10)], None),
        lambda store: store.retrieve("never-made", ["a"]),
        lambda store: store.count("never-made"),
        lambda store: store.product_ids("never-made", None, 10),
        lambda store: store.index_field("never-made", "brand", "keyword"),
        lambda store: store.flush("never-made"),
        lambda store: store.status("never-made"),
    ],
)
def test_an_unknown_generation_is_not_found(store: VectorStore, call: object) -> None:
    with pytest.raises(NotFound, match="never-made"):
        call(store)  # type: ignore[operator]


def test_pages_of_product_ids_hold_each_product_once(collection: Collection) -> None:
    ids = [f"product {i}" for i in range(25)]
    collection.put(*(point(product_id) for product_id in ids))
    seen: list[str] = []
    cursor: str | None = None
    pages = 0
    while pages == 0 or cursor is not None:
        page, cursor = collection.store.product_ids(collection.id, cursor, 10)
        assert len(page) <= 10
        seen += page
        pages += 1
    assert sorted(seen) == sorted(ids)
    assert pages <= 4


@pytest.mark.parametrize("limit", [0, -1, 100_001, True])
def test_a_page_out_of_range_is_refused(untouched: Collection, limit: int) -> None:
    with pytest.raises(InvalidInput, match="limit"):
        untouched.store.product_ids(untouched.id, None, limit)


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("brand", "keyword"),
        ("attributes.colour", "keyword"),
        ("attributes.screen size", "number"),
        ("attributes.organic", "bool"),
        ("created_at", "datetime"),
        ("id", "keyword"),
    ],
)
def test_indexing_a_field_is_idempotent(untouched: Collection, field: str, kind: str) -> None:
    untouched.store.index_field(untouched.id, field, kind)
    untouched.store.index_field(untouched.id, field, kind)


def test_only_known_fields_and_kinds_are_indexed(untouched: Collection) -> None:
    with pytest.raises(InvalidFilter, match="colour"):
        untouched.store.index_field(untouched.id, "colour", "keyword")
    with pytest.raises(InvalidInput, match="geo"):
        untouched.store.index_field(untouched.id, "brand", "geo")


def test_flushing_keeps_everything(collection: Collection) -> None:
    collection.put(full_point("a", 1))
    collection.store.flush(collection.id)
    stored = collection.store.retrieve(collection.id, ["a"], vectors=[IMAGE, TEXT, PHOTOS], payload=True)["a"]
    assert stored.payload["title"] == "Product a"
    assert {name: vector.shape for name, vector in stored.vectors.items()} == {
        IMAGE: (32,),
        TEXT: (24,),
        PHOTOS: (2, 32),
    }


def test_the_lexical_vector_is_not_handed_out(untouched: Collection) -> None:
    with pytest.raises(InvalidVector, match="lexical"):
        untouched.store.retrieve(untouched.id, ["a"], vectors=[LEXICAL])
