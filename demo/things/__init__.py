"""Shoes, bags, hats, accessories and things for the home, each a function from a look to a drawing."""
