"""The shop's merchandising rules."""
