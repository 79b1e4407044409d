"""The pocket model as a worker runs it, JPEG bytes in and vectors out, over the bare forward pass of its model."""

from __future__ import annotations

from benchmarks.context import Context
from benchmarks.measures import Measure, ratios
from encoders import EncoderOptions
from encoders.bench import FORWARD, BenchPlan, Stages, bench_encoder

_SIDE_PX = 224
_THREADS = 2


def measure(context: Context) -> list[Measure]:
    """Photos and texts; what is lost to decoding, moving pixels and tokens."""
    plan = BenchPlan(context.sized(512, 8), _SIDE_PX, context.rounds, _THREADS)
    result = bench_encoder("pocket", EncoderOptions(device="cpu"), plan, context.say)
    return [
        _share(f"{kind} of the pocket model over its bare forward pass; most goes into {stages.bottleneck}", stages)
        for kind, stages in (("photos", result.photos), ("texts", result.texts))
        if stages is not None
    ]


def _share(name: str, stages: Stages) -> Measure:
    """Seconds over seconds: how many times as long it takes as the model alone."""
    return ratios(name, stages.per_s[FORWARD], stages.per_s[stages.end_to_end])
