"""A shopper's taste, made of what he did."""
