"""Speed, memory and recall, measured on real parts: `python -m benchmarks`."""
