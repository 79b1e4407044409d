"""A search as a person means it, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.errors import InvalidQuery
from core.events import NAME_CHARS_MAX
from core.examples import EXAMPLES_MAX, Example
from core.facets import FACETS_MAX, FacetRequest
from core.filters import Filter
from core.numbers import is_finite_number

LIMIT_MAX = 1_000
TEXT_CHARS_MAX = 4_000
CURSOR_CHARS_MAX = 4_000
PARTS = ("text", "image")
RELEVANCE = "relevance"
NEWEST = "newest"
POPULAR = "popular"
AUTO, OFF = "auto", "off"
SORTS = (RELEVANCE, "price", "-price", NEWEST, "oldest", POPULAR)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What to look for: words, pictures, products, or words together with them; else what to browse.

    Without any of them the products that fulfil `filter` are listed, all of them if only `sort` or `facets` is given.

    Attributes
    ----------
    text: words; blank counts as absent.
    images: photos and products to find the like of, at most 8; products among them are not among the hits.
    unlike: photos and products that the hits shall not be like, at most 8; products among them are not among the hits.
    weights: of the parts `text` and `image`, finite, at least 0, not all zero; missing ones are 1.
    limit: 1 to 1,000 hits.
    include_unavailable: also products that cannot be bought now.
    explain: with the signals of every hit.
    facets: fields to count over everything that was found; at most 20, each once.
    sort: `relevance`, `price`, `-price` (dearest first), `newest`, `oldest` or `popular` (what shoppers did most with
        of late first). What has no price, or no event, comes last. Where nothing is looked for, `relevance` is
        `newest`.
    cursor: where the page before has ended.
    cutoff: `auto` ends the hits where they are no longer relevant, `off` nowhere, a number from 0 to 1 at that
        relevance.
    collapse: products of one group take one place among the hits, that of the first of them; and the product that was
        asked with stands for its whole group. False: each takes a place of its own.
    diversity: from 0, where relevance alone orders the hits, to 1, where each is as unlike those before it as can be.
    user_id, session_id: the shopper who asks, in the words of events; empty where nobody is known.
    personalize: from 0, where relevance alone orders the hits, to 1, where the shopper's taste alone orders what is
        relevant; needs `user_id`. None: as the settings say.

    Raises
    ------
    InvalidQuery: nothing to look for, or only what is not wanted; too many examples, or one that is wanted and
        unwanted; a limit out of range, weights that cannot be, an unknown order, diversity in an order that is not that
        of relevance, names that no shopper can have.
    """

    text: str = ""
    images: tuple[Example, ...] = ()
    unlike: tuple[Example, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    filter: Filter | None = None
    limit: int = 20
    include_unavailable: bool = False
    explain: bool = False
    facets: tuple[FacetRequest, ...] = ()
    sort: str = RELEVANCE
    cursor: str | None = None
    cutoff: str | float = AUTO
    collapse: bool = True
    diversity: float = 0.0
    user_id: str = ""
    session_id: str = ""
    personalize: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", " ".join(self.text.split()))
        self._check_examples()
        if self.browses and self.filter is None and self.sort == RELEVANCE and not self.facets:
            raise InvalidQuery(
                "is empty",
                field="query",
                remedy="Give words, a picture or a product to look for, or a filter to browse",
            )
        if len(self.text) > TEXT_CHARS_MAX:
            raise InvalidQuery(f"is longer than {TEXT_CHARS_MAX} characters", field="text", value=self.text)
        if any("\ud800" <= char <= "\udfff" for char in self.text):
            raise InvalidQuery("is no valid Unicode", field="text", value=self.text, remedy="Send it as UTF-8")
        limit: object = self.limit
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= LIMIT_MAX:
            raise InvalidQuery(
                f"must be between 1 and {LIMIT_MAX}", field="limit", value=self.limit, remedy="Ask for fewer hits"
            )
        self._check_weights()
        self._check_listing()
        self._check_cutoff()
        self._check_diversity()
        self._check_shopper()

    def _check_examples(self) -> None:
        for part in ("images", "unlike"):
            examples: tuple[Example, ...] = getattr(self, part)
            if len(examples) > EXAMPLES_MAX:
                raise InvalidQuery(f"has {len(examples)} pictures, at most {EXAMPLES_MAX} are taken", field=part)
            placed = tuple(example.standing_at(f"{part}[{i}]") for i, example in enumerate(examples))
            object.__setattr__(self, part, placed)
        if self.unlike and self.browses:
            raise InvalidQuery(
                "names only what is not wanted",
                field="unlike",
                remedy="Say what to look for as well, in words or images",
            )
        wanted = {example.product_id for example in self.images if example.is_product}
        for example in self.unlike:
            if example.is_product and example.product_id in wanted:
                raise InvalidQuery("is wanted as well", field=example.place, value=example.product_id)

    def _check_weights(self) -> None:
        for part, weight in self.weights.items():
            if part not in PARTS:
                raise InvalidQuery("unknown part", field="weights", value=part, remedy=f"Parts: {', '.join(PARTS)}")
            if not is_finite_number(weight) or weight < 0:
                raise InvalidQuery("must be a number of at least 0", field=f"weights.{part}", value=weight)
        present = [self.weight("text")] * bool(self.text) + [self.weight("image")] * self.has_image
        if not any(present) and not self.browses:
            raise InvalidQuery("are all zero", field="weights", remedy="Give one part a weight above 0")

    def _check_cutoff(self) -> None:
        within = is_finite_number(self.cutoff) and 0 <= float(self.cutoff) <= 1
        if self.cutoff not in (AUTO, OFF) and not within:
            raise InvalidQuery(
                "must be a number from 0 to 1", field="cutoff", value=self.cutoff, remedy=f"Or write {AUTO} or {OFF}"
            )

    def _check_diversity(self) -> None:
        if not (is_finite_number(self.diversity) and 0 <= self.diversity <= 1):
            raise InvalidQuery("must be a number from 0 to 1", field="diversity", value=self.diversity)
        if self.diversity and (self.browses or self.sort != RELEVANCE):
            raise InvalidQuery(
                "needs hits in the order of relevance",
                field="diversity",
                value=self.diversity,
                remedy="Look for words, a picture or a product, and leave out sort; or leave out diversity",
            )

    def _check_shopper(self) -> None:
        for part in ("user_id", "session_id"):
            name: str = getattr(self, part)
            if len(name) > NAME_CHARS_MAX:
                raise InvalidQuery(f"is longer than {NAME_CHARS_MAX} characters", field=part, value=name)
            if not name.isprintable():
                raise InvalidQuery("must be a text of characters that can be seen", field=part, value=name)

        if self.personalize is None:
            return
        if not (is_finite_number(self.personalize) and 0 <= self.personalize <= 1):
            raise InvalidQuery("must be a number from 0 to 1", field="personalize", value=self.personalize)
        if not self.user_id:
            raise InvalidQuery(
                "needs to know the shopper", field="personalize", value=self.personalize, remedy="Name him in user_id"
            )

    def _check_listing(self) -> None:
        if self.sort not in SORTS:
            raise InvalidQuery("unknown order", field="sort", value=self.sort, remedy=f"Orders: {', '.join(SORTS)}")
        if len(self.facets) > FACETS_MAX:
            raise InvalidQuery(f"has {len(self.facets)} fields, at most {FACETS_MAX} are allowed", field="facets")
        fields = [request.field for request in self.facets]
        twice = next((name for name in fields if fields.count(name) > 1), None)
        if twice is not None:
            raise InvalidQuery("is asked for twice", field="facets", value=twice, remedy="Name every field once")
        if self.cursor is not None and not 0 < len(self.cursor) <= CURSOR_CHARS_MAX:
            raise InvalidQuery(
                "is no cursor", field="cursor", value=self.cursor, remedy="Send `next` of the answer before, as it was"
            )

    @property
    def browses(self) -> bool:
        """Whether nothing is looked for, so that a filter alone decides."""
        return not self.text and not self.has_image

    @property
    def has_image(self) -> bool:
        """Whether a picture or a product is looked for."""
        return bool(self.images)

    @property
    def wanted_ids(self) -> tuple[str, ...]:
        """Ids of the products to find the like of, each once."""
        return _ids_of(self.images)

    @property
    def example_ids(self) -> tuple[str, ...]:
        """Ids of all products that were given as examples, wanted or not, each once."""
        return _ids_of((*self.images, *self.unlike))

    def weight(self, part: str) -> float:
        """The weight of `text` or `image`."""
        return float(self.weights.get(part, 1.0))


def _ids_of(examples: tuple[Example, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(example.product_id for example in examples if example.product_id is not None))


def parse_cutoff(text: str) -> str | float:
    """A cut-off that was typed: a number where it is one, else the word as it is, for `SearchQuery` to judge."""
    try:
        return float(text)
    except ValueError:
        return text.strip()
