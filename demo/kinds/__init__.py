"""The kinds of products the drawn shop sells."""
