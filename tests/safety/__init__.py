"""SAFETY: plans for hard days, crisis lines, words that are never said."""
