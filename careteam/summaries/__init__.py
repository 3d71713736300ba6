"""Composed pictures: overview, caseload, visit summary, digests."""
