"""The kept words of the rule: whose they are, in whatever query, and what is refused."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Exists, OuterRef, Q, QuerySet

from careteam.accounts.models import Role
from careteam.accounts.viewer import Viewer
from careteam.goals.models import Goal
from careteam.goals.services import add_goal
from careteam.sharing.codes import Audience
from careteam.sharing.compiled import ANYBODY, Compiled
from careteam.sharing.models import CareTeamMember
from tests.conftest import Clinician, Maren


def hers(_: type[Any], viewer: Viewer) -> Q:
    return Q(author_id=viewer.user)


def beyond(_: type[Any], viewer: Viewer) -> Q:
    return Q(patient__user__email="maren@example.org", author_id=viewer.user)


def of_the_team(_: type[Any], viewer: Viewer) -> Q:
    return Q(Exists(CareTeamMember.objects.filter(patient_id=OuterRef("patient_id"), user_id=viewer.user)))


def test_each_viewer_gets_her_own_id_into_the_same_words() -> None:
    one, other = (Viewer(uuid4(), Role.PRACTITIONER, name) for name in ("A", "B"))
    said = [QuerySet(Goal).filter(Compiled(hers, Goal, who)).query.sql_with_params() for who in (one, other)]
    assert said[0][0] == said[1][0]
    assert [params for _, params in said] == [(one.user,), (other.user,)]
    assert ANYBODY not in said[0][1] + said[1][1]


def test_kinds_of_viewers_have_words_of_their_own(patient: Maren) -> None:
    shown = patient.does(add_goal, words="Walk")
    alone = patient.does(add_goal, words="Alone")
    with patient.acting() as viewer:
        Goal.unscoped("a test sets it").filter(pk=alone).update(audience=Audience.ONLY_ME)
        assert {row.id for row in Goal.objects.visible_to(viewer)} == {shown, alone}
        narrowed = Viewer(viewer.user, viewer.role, viewer.name, shared_only=True)
        assert {row.id for row in Goal.objects.visible_to(narrowed)} == {shown}


def test_the_words_hold_within_other_queries(patient: Maren, psychiatrist: Clinician, stranger: Clinician) -> None:
    goal = patient.does(add_goal, words="Walk")
    for who, expected in ((psychiatrist, True), (stranger, False)):
        with who.acting() as viewer:
            seen = Goal.objects.visible_to(viewer)
            of_hers = CareTeamMember.objects.filter(Exists(seen.filter(patient_id=OuterRef("patient_id"))))
            assert of_hers.filter(user_id=viewer.user).exists() is expected
            twice = Goal.unscoped("narrowed by the sub-query").filter(Exists(seen.filter(pk=OuterRef("pk"))))
            assert [row.id for row in twice.filter(pk__in=seen.values("pk"))] == [goal] * expected
            others = Goal.unscoped("narrowed by the condition").filter(~Q(Compiled(of_the_team, Goal, viewer)))
            assert others.filter(pk=goal, author__name="Maren Holt").exists() is False


def test_a_rule_that_reaches_another_table_outside_of_a_sub_query_is_refused() -> None:
    rows: QuerySet[Any] = QuerySet(Goal).filter(Compiled(beyond, Goal, Viewer(uuid4(), Role.PRACTITIONER, "A")))
    with pytest.raises(ValueError, match="beyond reaches beyond Goal"):
        rows.query.sql_with_params()
