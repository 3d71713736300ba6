"""The people's door: its look, its words, its small tags."""
