"""The people's door, by whose page it is."""
