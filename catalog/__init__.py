"""The truth of a shop: its products, photos, events and jobs in SQL, the photo store, and readers of product files."""
