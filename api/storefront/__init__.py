"""The web page of the shop: plain HTML, style and script out of the wheel, and what it asks about the shop."""
