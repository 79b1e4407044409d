"""Products: taken in, listed, shown, changed, deleted, and their photos."""
