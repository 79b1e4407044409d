"""Queries whose right answers are known, made from a catalogue by code."""
