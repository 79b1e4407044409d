"""What a shopper should see next: products from several sources, mixed into pages."""
