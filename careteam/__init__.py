"""careteam: a patient shares her record with her care team, under controls that she runs."""
