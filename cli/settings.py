"""`vitrine settings`."""

from __future__ import annotations

from dataclasses import asdict

from cli.declaring import SharedOptions, command
from cli.terminal import Terminal, table


@command
def show_settings(options: SharedOptions, terminal: Terminal) -> None:
    """Print every setting, where it came from, and its meaning.

    Secrets are masked."""
    from core.settings import effective_settings, load_settings

    del options
    settings = effective_settings(load_settings())
    rows = [(f"VITRINE_{s.name.upper()}", s.value, s.origin, s.description) for s in settings]
    terminal.result([asdict(s) for s in settings], table("", ("setting", "value", "from", "meaning"), rows))
