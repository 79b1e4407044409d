"""Whether the service lives, whether it can answer, and its metrics."""
