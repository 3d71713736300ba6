"""What careteam promises, as tests; the folders mirror careteam/."""
