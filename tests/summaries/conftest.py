"""What the tests of summaries share."""

from tests.statements import statements

__all__ = ["statements"]
