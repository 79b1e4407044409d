"""Words: the forms in which they are indexed and looked up."""
