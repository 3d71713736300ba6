"""Visits, their questions, plans and calls."""
