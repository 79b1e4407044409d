"""What a shopper should see next."""
