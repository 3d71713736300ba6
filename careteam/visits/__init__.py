"""Visits: what is planned and was decided, questions to bring, how progress is checked, and asking for a call."""
