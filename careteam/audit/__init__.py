"""WHAT WAS SEEN: the append-only log of disclosures and changes, without a word of any record."""
