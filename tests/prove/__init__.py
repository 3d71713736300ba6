"""The long proofs: many more random worlds and walks than a test run has time for."""
