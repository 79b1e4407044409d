"""Search by words, by picture, by both, and by product."""
