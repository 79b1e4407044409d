"""Protocols that measure quality, and the reports they draw."""
