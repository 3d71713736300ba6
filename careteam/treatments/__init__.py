"""Treatments: medicines in a person's own words, with every step of the dose. It keeps and shows; it never judges."""
