"""Treatments beside medicines, in sessions, and measured levels. It keeps and shows; it never judges."""
