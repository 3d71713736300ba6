"""Measurements by hand; `make test` runs none of them."""
