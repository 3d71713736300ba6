"""The mark of the form a note was begun in: a form that is sent twice, or meets itself, makes one note."""

from __future__ import annotations

import hashlib

from careteam.accounts.viewer import Viewer
from careteam.sharing.services import clean_text

MARK_MOST = 64


def mark_of(viewer: Viewer, once: str) -> str:
    """What a mark is kept as ("" for none); raises Invalid when it is over 64 characters.

    Of this author: another's note with the same mark is no second sending, and must not be told by a refusal.
    """
    mark = clean_text(once, "once", MARK_MOST, required=False)
    return hashlib.sha256(f"{viewer.user} {mark}".encode()).hexdigest() if mark else ""
