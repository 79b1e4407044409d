"""What makes a product relevant to a query, learnt from the shop's own catalogue."""
