"""Every kind by its name."""

from __future__ import annotations

from collections.abc import Mapping

from demo.kinds.accessories_and_home import ACCESSORIES_AND_HOME
from demo.kinds.dresses_and_trousers import DRESSES_AND_TROUSERS
from demo.kinds.kind import Kind
from demo.kinds.shoes_and_bags import SHOES_AND_BAGS
from demo.kinds.tops_and_coats import TOPS_AND_COATS

KINDS: Mapping[str, Kind] = {**TOPS_AND_COATS, **DRESSES_AND_TROUSERS, **SHOES_AND_BAGS, **ACCESSORIES_AND_HOME}
