"""Non-interference: what somebody may not see changes nothing of what she is told, wherever she walks."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone

from careteam.accounts.ids import new_id
from careteam.sharing import policy
from tests.conftest import as_owner
from tests.privacy.twins import OTHERS, Cast, Tally, cause, walked
from tests.privacy.twins_walk import COMPOSED, FILES, MEANWHILE, WORKS
from tests.privacy.twins_world import twins
from tests.sharing.kinds import BELOW, KINDS
from tests.sharing.worlds import CLINICIANS, PATIENTS

SECONDS, FEWEST, MOST = 45, 12, 60


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast.made()


def test_a_walk_through_either_of_two_worlds_is_told_the_same(cast: Cast) -> None:
    """As many walks as the time holds, twenty requests each; `make prove` takes thousands of others."""
    begun, tally = time.monotonic(), Tally()
    while tally.walks < FEWEST or (tally.walks < MOST and time.monotonic() - begun < SECONDS):
        found = walked(cast, "each time", tally.walks, tally)
        assert found is None, "\n".join([str(found), "because of:", *cause(cast, found)])
    print(f"\n{tally.walks} walks, {tally.requests} requests, {tally.hidden} hidden rows, {dict(tally.statuses)}")
    # They were no walks in the dark: things were seen, written, unchanged, refused, drawn, mailed, and done meanwhile.
    assert tally.hidden > 80 * tally.walks
    assert tally.statuses[200] > tally.requests / 4
    assert set(tally.statuses) >= {200, 201, 302, 400, 404}
    assert len(set(tally.statuses) & {304, 403, 405, 409, 412, 422, 428}) > 2
    for names in (COMPOSED, FILES, {WORKS}, {MEANWHILE}, {"digest", "api_own_digest"}):
        assert sum(tally.names[name] for name in names), names


def test_a_leak_past_both_walls_is_noticed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drafts, labels, pauses, other people's: with the rule open, and the wall, walks come upon it soon."""
    monkeypatch.setattr(policy, "visible", lambda records, viewer: records)
    with as_owner(), connection.cursor() as cursor:
        for model in KINDS:
            cursor.execute(f"CREATE POLICY open ON {model._meta.db_table} FOR SELECT USING (true)")
    found = (walked(cast, "leak", number, Tally()) for number in range(FEWEST))
    assert next(filter(None, found), None)


def test_every_class_of_rows_is_hidden_from_somebody_and_seen_by_somebody() -> None:
    people = [new_id() for _ in range(PATIENTS + CLINICIANS)]
    others = [new_id() for _ in range(OTHERS)]
    seen: Counter[str] = Counter()
    hidden: Counter[str] = Counter()
    for number in range(60):
        both = twins(f"rows {number}", number % len(people), people, others, timezone.now())
        seen.update({model.__name__: len(rows) for model, rows in both.seen.items()})
        hidden.update({model.__name__: len(rows) for model, rows in both.hidden.items()})
    for model in (*KINDS, *BELOW):
        assert seen[model.__name__], model
        assert hidden[model.__name__], model
    assert set(hidden) == set(seen)
