"""How well profiles and other methods guess what shoppers will like next, measured on a file of ratings or events."""
