"""The story that must always run: twelve steps from a price list to the cash."""
