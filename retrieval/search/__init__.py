"""Search, stage by stage: encode, recall, fill gaps, fuse, cut the page. Each stage is one module."""
