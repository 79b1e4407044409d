"""The use cases: accept, import, index, search, similar; and their wiring from settings."""
