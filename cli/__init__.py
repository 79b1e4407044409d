"""The `vitrine` command: the only part that composes the others."""
