"""How well an encoder finds products: by label and by their own photo, under protocols that others have published."""
