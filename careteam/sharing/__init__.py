"""WHO MAY SEE: the care team, consents, pause, audiences, and the one rule."""
