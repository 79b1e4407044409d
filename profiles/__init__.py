"""A shopper's taste: pure arithmetic from events and vectors to a profile."""
