"""Out of and into the house: what is printed, and what other systems wrote."""
