"""Out of and into the house: pure functions over frozen pictures."""
