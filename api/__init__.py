"""The HTTP API: Litestar controllers over the use cases of `retrieval`."""
