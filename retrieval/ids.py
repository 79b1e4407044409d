"""New identifiers that sort by the time they were made."""

from __future__ import annotations

import secrets
import time


def new_id(prefix: str) -> str:
    """`prefix`, the time in milliseconds and 64 random bits, in hexadecimal: unique, and sortable by age."""
    return f"{prefix}{time.time_ns() // 1_000_000:011x}{secrets.token_hex(8)}"
