"""What the database holds of signing in is sealed with keys of the deployment: a copy of the database opens nothing."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.signing import JSONSerializer

FACTORS, SESSIONS = b"careteam second factors", b"careteam sessions"


class Unreadable(Exception):
    """No key of `CARETEAM_SEAL_KEYS` opens it."""


def seal(purpose: bytes, text: bytes) -> bytes:
    """Seal with the first key; what was sealed for one purpose opens for no other."""
    return _box(purpose, tuple(settings.SEAL_KEYS)).encrypt(text)


def unseal(purpose: bytes, sealed: bytes) -> bytes:
    """Open with whichever key fits, so that keys can be changed; raises Unreadable when none does."""
    try:
        return _box(purpose, tuple(settings.SEAL_KEYS)).decrypt(sealed)
    except InvalidToken as error:
        raise Unreadable from error


@lru_cache(maxsize=8)
def _box(purpose: bytes, keys: tuple[str, ...]) -> MultiFernet:
    made = (HKDF(SHA256(), 32, salt=None, info=purpose).derive(key.encode()) for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in made])


class SealedSessions:
    """How Django stores a session: the key of a password reset, codes, names in messages, forms kept for later.

    A session that no key opens is an empty one, as one is whose signature is wrong.
    """

    def dumps(self, session: dict[str, Any]) -> bytes:
        return seal(SESSIONS, JSONSerializer().dumps(session))

    def loads(self, stored: bytes) -> Any:
        return JSONSerializer().loads(unseal(SESSIONS, stored))
