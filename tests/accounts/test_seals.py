"""What is sealed opens with the deployment's keys alone, for its own purpose alone, and goes on opening."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore

from careteam.accounts.seals import FACTORS, SESSIONS, Unreadable, seal, unseal

OLD, NEW = "the first key of the deployment, long enough", "a second key of the deployment, as long"


def test_keys_are_changed_by_putting_the_new_one_in_front(settings: Any) -> None:
    settings.SEAL_KEYS = [OLD]
    sealed = seal(FACTORS, b"a secret")
    assert b"secret" not in base64.urlsafe_b64decode(sealed)
    settings.SEAL_KEYS = [NEW, OLD]
    assert unseal(FACTORS, sealed) == b"a secret"
    newer = seal(FACTORS, b"a secret")
    settings.SEAL_KEYS = [NEW]
    assert unseal(FACTORS, newer) == b"a secret"
    for purpose, one in ((FACTORS, sealed), (SESSIONS, newer), (FACTORS, newer[:-2]), (FACTORS, b"")):
        with pytest.raises(Unreadable):
            unseal(purpose, one)


def test_a_stored_session_says_nothing_and_one_that_no_key_opens_is_empty(settings: Any) -> None:
    settings.SEAL_KEYS = [OLD]
    kept = {"_password_reset_key": "d7x1ab-0123456789abcdef", "named": ["Dr Lee"]}
    stored = SessionStore().encode(kept)
    packed = stored.partition(":")[0].lstrip(".")
    plain = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    for found in (stored.encode(), plain, zlib.decompress(plain) if stored.startswith(".") else b""):
        assert b"d7x1ab" not in found
        assert b"Dr Lee" not in found
    assert SessionStore().decode(stored) == kept
    settings.SEAL_KEYS = [NEW]
    assert SessionStore().decode(stored) == {}
