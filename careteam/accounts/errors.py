"""The three ways a service refuses. Pages and API translate them (404, 422, 409 or 412)."""

from __future__ import annotations


class NotFound(Exception):
    """Absent, hidden, foreign, ended: all one, so that a refusal tells nothing."""


class Invalid(Exception):
    """Input that cannot be kept, with kind words per field ("" for the whole)."""

    def __init__(self, **fields: str) -> None:
        super().__init__("invalid input")  # the words stay out of logs
        self.fields = fields


class Conflict(Exception):
    """Somebody changed the record meanwhile: `now` is the version there is, nothing was lost or saved."""

    def __init__(self, now: int) -> None:
        super().__init__("changed meanwhile")
        self.now = now
