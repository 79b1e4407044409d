"""What shoppers do, over HTTP."""
