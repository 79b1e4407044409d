"""What other shoppers' events say: which products are wanted together, and which one after another."""
