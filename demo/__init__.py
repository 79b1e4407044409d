"""A drawn catalogue, so that a newcomer has a shop in one command."""
