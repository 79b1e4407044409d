"""Out-of-catalogue queries: things that this shop does not sell, to which nothing is the right answer."""

from __future__ import annotations

import random
from collections.abc import Sequence

from core.products import Product
from core.queries import SearchQuery
from evaluation.attributes import Attributes
from evaluation.queries import DEPTH, JudgedQuery
from words.analysis import Analyzer

# From as many walks of life as possible, so that hardly a shop sells more than a few of them.
_THINGS = (
    "xylophone, trombone, accordion, violin, harpsichord, bassoon, drum kit, church organ, ukulele, bagpipes, "
    "chainsaw, lawn mower, excavator, forklift, cement mixer, angle grinder, spirit level, wheelbarrow, scaffolding, "
    "plasterboard, roof tiles, drainpipe, radiator, boiler, septic tank, fuse box, circuit breaker, extension lead, "
    "tractor, combine harvester, motorcycle, caravan, bulldozer, gearbox, spark plugs, windscreen wipers, tow bar, "
    "helicopter, sailboat, outboard motor, hot air balloon, locomotive, ambulance, "
    "refrigerator, dishwasher, microwave oven, toaster, vacuum cleaner, tumble dryer, air conditioner, rice cooker, "
    "laser printer, graphics card, router, keyboard, hard drive, projector, oscilloscope, soldering iron, telescope, "
    "microscope, stapler, filing cabinet, shredder, whiteboard, envelopes, "
    "mattress, bunk bed, bookcase, dining table, wardrobe, staircase, chandelier, bathtub, toilet seat, kitchen sink, "
    "aquarium, hamster cage, dog food, cat litter, horse saddle, beehive, goldfish, parrot, chicken coop, "
    "cheddar cheese, frozen pizza, olive oil, spaghetti, salmon fillet, potatoes, sourdough bread, instant noodles, "
    "maple syrup, mustard, cucumber, broccoli, breakfast cereal, baking powder, "
    "fertiliser, greenhouse, garden hose, compost, tulip bulbs, apple tree, hedge trimmer, garden gnome, "
    "wheelchair, crutches, stethoscope, blood pressure monitor, hearing aid, dentures, cough syrup, syringe, "
    "crossword puzzle, encyclopedia, chess set, jigsaw puzzle, board game, billiard table, trampoline, "
    "fire extinguisher, smoke alarm, padlock, letterbox, tombstone, fireworks, "
    "car insurance, mortgage, flight to tokyo, concert tickets, driving lessons, plumber, "
    "uranium, dinosaur skeleton, space shuttle, submarine, windmill"
)


def out_of_catalogue_queries(
    products: Sequence[Product], attributes: Attributes | None, analyzer: Analyzer, count: int, seed: int
) -> tuple[JudgedQuery, ...]:
    """Things of which no word stands in the catalogue, each alone and with an adjective that the catalogue has."""
    chance = random.Random(f"out of catalogue {seed}")
    known: set[str] = set()
    for product in products:
        terms = analyzer.terms(product.passage())
        known.update((*terms.words, *terms.variants))
    things = [text for text in _THINGS.split(", ") if not known & set(analyzer.terms(text).words)]
    chance.shuffle(things)
    adjectives = _adjectives(attributes)
    texts = []
    for thing in things:
        texts.append(thing)
        if adjectives:
            texts.append(f"{chance.choice(adjectives)} {thing}")
    return tuple(
        JudgedQuery(text, SearchQuery(text=text, limit=DEPTH, include_unavailable=True), frozenset())
        for text in texts[:count]
    )


def _adjectives(attributes: Attributes | None) -> list[str]:
    """Values of the column that is named most, each as often as products have it."""
    column = None if attributes is None else attributes.colour
    return [] if column is None else [value.lower() for name in sorted(column.values) for value in column.values[name]]
