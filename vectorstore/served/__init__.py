"""A Qdrant server as a vector store."""
