"""The embedded engine: Qdrant in a process of its own, shared by every client on this machine."""
