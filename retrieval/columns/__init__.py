"""A shop's products in columns in memory: filtered, counted and sorted without engine or database."""
