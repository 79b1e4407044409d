"""The re-ranker, the pair model and diversity."""
