"""Loading by name: lazily, and with a remedy when the hub is out of reach."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.encoders import EncoderDescription
from encoders import describe_encoder

ROOT = Path(__file__).parents[3]


def run_python(code: str, **environment: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=600,
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_and_describing_loads_no_model_library() -> None:
    code = (
        "import sys, encoders, encoders.photos, encoders.decoding, encoders.batching\n"
        "encoders.describe_encoder('pocket')\n"
        "encoders.describe_encoder('open_clip:ViT-B-32/openai')\n"
        "print(sorted({'torch', 'open_clip', 'transformers', 'huggingface_hub'} & set(sys.modules)))"
    )
    assert run_python(code).strip() == "[]"


def test_a_description_needs_no_loading() -> None:
    description = describe_encoder("clip-vit-b-32")
    assert isinstance(description, EncoderDescription)
    assert (description.dim, description.licence) == (512, "MIT")


_TRY = """
from core.errors import EncoderUnavailable
from encoders import describe_encoder, load_encoder

def complain(act, names):
    for name in names:
        try:
            act(name)
        except EncoderUnavailable as error:
            print(error)
"""


def assert_all_name_the_remedy(said: str, count: int) -> None:
    complaints = [line for line in said.splitlines() if line.startswith("encoder ")]
    assert len(complaints) == count
    for complaint in complaints:
        assert "the model hub cannot be reached" in complaint
        assert "local-dir:FOLDER" in complaint
        assert "VITRINE_ENCODER=pocket" in complaint


@pytest.mark.parametrize(
    "environment", [{"HF_HUB_OFFLINE": "1"}, {"HF_ENDPOINT": "http://127.0.0.1:9"}], ids=["offline", "unreachable"]
)
def test_a_configuration_on_a_hub_out_of_reach_is_explained_with_a_remedy(
    environment: dict[str, str], tmp_path: Path
) -> None:
    code = _TRY + "complain(describe_encoder, ['hf-hub:nobody/nothing', 'transformers:no/such'])"
    assert_all_name_the_remedy(run_python(code, HF_HOME=str(tmp_path), **environment), 2)


def test_weights_on_a_hub_out_of_reach_are_explained_with_a_remedy(tmp_path: Path) -> None:
    # Importing the model libraries takes longer than all the rest, so one process meets both kinds of absence.
    code = _TRY + (
        "names = ['hf-hub:nobody/nothing', 'clip-vit-b-32', 'all-minilm-l6-v2', 'transformers:no/such', 'resnet-50']\n"
        "complain(load_encoder, names)\n"
        "from huggingface_hub import constants\n"
        "constants.HF_HUB_OFFLINE = True\n"
        "complain(load_encoder, names)\n"
    )
    assert_all_name_the_remedy(run_python(code, HF_HOME=str(tmp_path), HF_ENDPOINT="http://127.0.0.1:9"), 10)
