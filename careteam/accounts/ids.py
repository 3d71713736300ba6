"""Ids of careteam: uuid7, made in Python, so that a row's id is known before the row is written."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """A fresh, time-ordered, unguessable id (uuid7)."""
    return uuid_utils.compat.uuid7()
