"""The report of a retrieval evaluation as one web page that needs nothing from the web."""
