"""What became of a batch of products, once and as a stream."""
