"""Questionnaires: scoring, writing, reading, and the help page that must always answer."""
