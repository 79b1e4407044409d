"""The shop's synonyms."""
