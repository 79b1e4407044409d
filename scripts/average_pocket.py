"""Average two pocket models weight by weight, in one tower or in both.

    python -m scripts.average_pocket LAST SECOND --share 0.75 --tower text --out encoders/pocket

Between a model and one that was trained on from it there often lies one that is good at what either is good at:
Wortsman et al. 2022, "Robust fine-tuning of zero-shot models".
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import Tensor

from scripts.pocket_model import WEIGHTS_FILE

PREFIXES: Mapping[str, str] = {"photo": "visual.", "text": "text.", "both": ""}


def averaged(one: Mapping[str, Tensor], other: Mapping[str, Tensor], share: float, prefix: str) -> dict[str, Tensor]:
    """`share` of one and the rest of the other where a name begins with the prefix; elsewhere as in the first.

    Raises
    ------
    ValueError: the models are not of one architecture.
    """
    if {name: weight.shape for name, weight in one.items()} != {name: weight.shape for name, weight in other.items()}:
        raise ValueError("the weights of the two models have other names or shapes")

    def mean(name: str, weight: Tensor) -> Tensor:
        if not (name.startswith(prefix) and weight.is_floating_point()):
            return weight
        # The weights are stored in half precision.
        return (share * weight.float() + (1 - share) * other[name].float()).to(weight.dtype).contiguous()

    return {name: mean(name, weight) for name, weight in one.items()}


def main(arguments: list[str]) -> None:
    """The command; the new model's other files are those of the first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("one", type=Path, help="folder of a pocket model")
    parser.add_argument("other", type=Path, help="folder of another one")
    parser.add_argument("--share", type=float, required=True, help="of the first one, 0 to 1")
    parser.add_argument("--tower", choices=PREFIXES, default="both", help="what is averaged; the rest is the first's")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the average to")
    chosen = parser.parse_args(arguments)
    if not 0 <= chosen.share <= 1:
        parser.error(f"--share is {chosen.share}; it must lie between 0 and 1")
    one, other = (load_file(folder / WEIGHTS_FILE) for folder in (chosen.one, chosen.other))
    weights = averaged(one, other, chosen.share, PREFIXES[chosen.tower])
    if chosen.out.resolve() != chosen.one.resolve():
        shutil.copytree(chosen.one, chosen.out, dirs_exist_ok=True)
    save_file(weights, chosen.out / WEIGHTS_FILE, metadata={"format": "pt"})


if __name__ == "__main__":
    main(sys.argv[1:])
