"""Qdrant, embedded and served, behind one protocol: schema, filters, batched queries."""
