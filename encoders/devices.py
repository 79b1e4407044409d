"""Where an encoder runs and in which number format."""

from __future__ import annotations

import torch

from core.errors import ConfigurationError
from encoders.loading import Device, Precision


def choose_device(wanted: Device) -> torch.device:
    """The device to run on.

    Raises
    ------
    ConfigurationError: a device that this machine lacks.
    """
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        return torch.device(next(name for name, there in available.items() if there))
    if not available[wanted]:
        raise ConfigurationError(f"device: this machine has no {wanted}. Set VITRINE_DEVICE=auto or cpu")
    return torch.device(wanted)


def choose_dtype(device: torch.device, wanted: Precision) -> torch.dtype:
    """bfloat16 where the hardware multiplies it faster than float32, unless told otherwise."""
    if wanted != "auto":
        return torch.bfloat16 if wanted == "bfloat16" else torch.float32
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32
    return torch.bfloat16 if device.type == "cpu" and _cpu_multiplies_bfloat16() else torch.float32


def wait_for(device: torch.device) -> None:
    """Return when the device has done what it was given; the processor itself is never behind."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def _cpu_multiplies_bfloat16() -> bool:
    """Whether the CPU has AMX or AVX512-BF16; without them bfloat16 is emulated and slower."""
    describe = getattr(torch.cpu, "get_capabilities", None)
    if describe is None:  # Before torch 2.9 there is no way to ask.
        return False
    capabilities = describe()
    return bool(capabilities.get("amx_bf16") or capabilities.get("avx512_bf16"))
