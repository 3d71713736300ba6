"""The conditions of the database's wall, each with the change that drops it (`make mutants`)."""

from __future__ import annotations

from tests.abuse.controls import Control

RULE = " ".join(
    f"tests/sharing/test_rule.py::{test}"
    for test in (
        "test_a_fixed_world_shows_somebody_something_through_every_clause",
        "test_what_an_ended_membership_was_allowed_does_not_come_back",
        "test_a_patient_is_on_nobodys_team_even_if_a_row_said_so",
        "test_a_row_in_somebodys_name_by_anothers_membership_shows_nothing",
        "test_whose_charts_somebody_has_goes_by_her_own_living_memberships",
        "test_orm_and_wall_agree_with_the_oracle_in_random_worlds",
    )
)
WALL = "tests/privacy/test_wall.py"
RLS, FUNCTIONS = "careteam/sharing/rls.py", "careteam/sharing/rls_functions.py"


def clause(title: str, old: str, new: str, file: str = RLS, test: str = f"{RULE} {WALL}") -> Control:
    """One condition; the random worlds must miss it, or the tests of the wall."""
    return Control("wall", title, test, file, old, new)


WALLS = (
    # -- What lets a member see a record -------------------------------------------------------------------------------
    clause(
        "a consent for the category",
        "{SHOWN} AND c.code = category;",
        "{SHOWN};",
        FUNCTIONS,
    ),
    clause(
        "a consent for the category of what was withdrawn",
        "(patient_id, category::text) IN (SELECT s.patient, s.code FROM",
        "patient_id IN (SELECT s.patient FROM",
    ),
    clause("every label is on", "(labels = '{{}}' OR NOT EXISTS", "(true OR NOT EXISTS"),
    clause("only me is hers alone", "audience = 'category' OR", "audience <> 'named' OR"),
    clause(
        "named is for the named",
        "audience = 'named'\"\n        f\" AND (patient_id, {record}) IN",
        "true OR audience = 'named'\"\n        f\" AND (patient_id, {record}) IN",
    ),
    clause("withdrawn is hers alone", "({shared(consented)} AND withdrawn_at IS NULL)", "({shared(consented)})"),
    clause("a draft is its author's", "(({DRAFT} AND author_id = {VIEWER})", "({DRAFT}"),
    clause("a draft is nobody else's", "OR (NOT {DRAFT} AND ({shown})))", "OR ({shown}))"),
    clause("a consent has begun", "c.starts_at <= statement_timestamp() AND", "", FUNCTIONS),
    clause("a consent has not run out", "c.ends_at > statement_timestamp() AND", "", FUNCTIONS),
    clause("a consent runs out at its very end", "c.ends_at > statement", "c.ends_at >= statement", FUNCTIONS),
    clause("a consent was not ended", ' AND c.ended_at IS NULL"\nPAUSED', '"\nPAUSED', FUNCTIONS),
    clause(
        "a consent is the viewer's",
        "WHERE c.user_id = viewer AND c.kind = of_kind",
        "WHERE c.kind = of_kind",
        FUNCTIONS,
    ),
    clause("a category is no label", "AND c.kind = of_kind AND", "AND", FUNCTIONS),
    clause(
        "a consent is the member's own",
        "ON m.id = c.member_id AND m.patient_id = c.patient_id",
        "ON m.patient_id = c.patient_id",
        FUNCTIONS,
    ),
    clause(
        "the member is confirmed",
        "AND m.confirmed_at IS NOT NULL AND m.ended_at IS NULL AND c.patient_id NOT IN",
        "AND m.ended_at IS NULL AND c.patient_id NOT IN",
        FUNCTIONS,
    ),
    clause(
        "the member has not ended",
        "AND m.confirmed_at IS NOT NULL AND m.ended_at IS NULL AND c.patient_id NOT IN",
        "AND m.confirmed_at IS NOT NULL AND c.patient_id NOT IN",
        FUNCTIONS,
    ),
    clause(
        "a pause hides",
        'AND m.ended_at IS NULL AND c.patient_id NOT IN {PAUSED}"""',
        'AND m.ended_at IS NULL"""',
        FUNCTIONS,
    ),
    clause("a pause that ended hides nothing", " WHERE p.ended_at IS NULL)", ")", FUNCTIONS),
    clause("a name is the viewer's", "WHERE a.user_id = viewer AND m.user_id = viewer AND", "WHERE", FUNCTIONS),
    clause(
        "who is named has not ended",
        "AND m.user_id = viewer AND m.ended_at IS NULL;",
        "AND m.user_id = viewer;",
        FUNCTIONS,
    ),
    clause(
        "who is named is on this team",
        "ON m.id = a.member_id AND m.patient_id = a.patient_id",
        "ON m.id = a.member_id",
        FUNCTIONS,
    ),
    clause(
        "the team is a topic of its own",
        "AND c.kind = 'category' AND c.code = '{Category.CARE_TEAM.value}' AND",
        "AND",
        FUNCTIONS,
    ),
    clause(
        "a pause hides the team",
        'AND {IN_FORCE}\n       AND c.patient_id NOT IN {PAUSED};\nEND $$;\n"""',
        'AND {IN_FORCE};\nEND $$;\n"""',
        FUNCTIONS,
    ),
    # -- What stands below a record ------------------------------------------------------------------------------------
    clause(
        "a reply is seen with its note", "USING (({below}) AND (withdrawn_at IS NULL", "USING ((withdrawn_at IS NULL"
    ),
    clause("a withdrawn reply is hers", "AND (withdrawn_at IS NULL OR {HERS}) AND about_id", "AND about_id"),
    clause(
        "a reply is its writer's",
        "WITH CHECK (author_id = {VIEWER} AND ({below}){side})",
        "WITH CHECK (({below}){side})",
    ),
    clause(
        "a reply stands below what its writer sees",
        "WITH CHECK (author_id = {VIEWER} AND ({below}){side})",
        "WITH CHECK (author_id = {VIEWER}{side})",
    ),
    clause(
        "each side below a medicine is its own",
        "WITH CHECK (author_id = {VIEWER} AND ({below}){side})",
        "WITH CHECK (author_id = {VIEWER} AND ({below}))",
    ),
    clause("a reply is changed by its author", 'own = f"{HERS} AND author_id = {VIEWER}"', "own = HERS"),
    # -- Who writes ----------------------------------------------------------------------------------------------------
    clause("a new record is its writer's", "WITH CHECK (author_id = {VIEWER} AND {writer})", "WITH CHECK ({writer})"),
    clause(
        "nobody writes about somebody else's patient",
        "WITH CHECK (author_id = {VIEWER} AND {writer})",
        "WITH CHECK (author_id = {VIEWER})",
    ),
    clause(
        "a member adds to goals what is proposed alone",
        "({HERS} OR status = '{model.proposed_as}' AND {member})",
        "({HERS} OR {member})",
    ),
    clause(
        "whoever proposes is on the team",
        "({HERS} OR status = '{model.proposed_as}' AND {member})",
        "({HERS} OR status = '{model.proposed_as}')",
    ),
    clause(
        "who writes is confirmed", 'AND m.confirmed_at IS NOT NULL AND m.ended_at IS NULL)"', 'AND m.ended_at IS NULL)"'
    ),
    clause(
        "who writes has not ended",
        'AND m.confirmed_at IS NOT NULL AND m.ended_at IS NULL)"',
        'AND m.confirmed_at IS NOT NULL)"',
    ),
    clause(
        "she changes nobody else's draft",
        'change = f"({HERS} AND (NOT {DRAFT} OR author_id = {VIEWER}))"',
        'change = f"({HERS})"',
    ),
    clause("a note is changed by its author", 'OR (author_id = {VIEWER} AND {member})"', 'OR ({member})"'),
    clause("who has left changes nothing", 'OR (author_id = {VIEWER} AND {member})"', 'OR (author_id = {VIEWER})"'),
    clause(
        "only drafts are thrown away",
        '"DELETE", f"USING ({DRAFT} AND author_id = {VIEWER})"',
        '"DELETE", f"USING (author_id = {VIEWER})"',
    ),
    clause(
        "only one's own are", '"DELETE", f"USING ({DRAFT} AND author_id = {VIEWER})"', '"DELETE", f"USING ({DRAFT})"'
    ),
    # -- Team, switches, log -------------------------------------------------------------------------------------------
    clause(
        "a switch is its patient's",
        "WITH CHECK ({HERS} AND created_by = {VIEWER})",
        "WITH CHECK (created_by = {VIEWER})",
    ),
    clause("a switch is set as oneself", "WITH CHECK ({HERS} AND created_by = {VIEWER})", "WITH CHECK ({HERS})"),
    clause(
        "a switch is ended as oneself",
        "WITH CHECK (({HERS} OR {OWN_USER}) AND ended_by = {VIEWER})",
        "WITH CHECK ({HERS} OR {OWN_USER})",
    ),
    clause(
        "a pause is told to whom it hides something from",
        'OR ended_at IS NULL AND patient_id = (SELECT c.patient_id FROM {CONSENT} c"\n            f"'
        ' WHERE c.patient_id = {PAUSE}.patient_id AND c.user_id = {VIEWER} AND {IN_FORCE} LIMIT 1))"',
        'OR ended_at IS NULL)"',
    ),
    clause(
        "a pause is hers",
        '{IN_FORCE} LIMIT 1))",\n        ),\n        ("INSERT", f"WITH CHECK ({HERS})"),',
        '{IN_FORCE} LIMIT 1))",\n        ),\n        ("INSERT", "WITH CHECK (true)"),',
    ),
    clause(
        "the team is shown where it is switched on",
        "AND patient_id IN (SELECT t.patient FROM public.showing_their_team() t))",
        ")",
    ),
    clause("nobody joins confirmed", 'WITH CHECK ({OWN_USER} AND confirmed_at IS NULL"', 'WITH CHECK ({OWN_USER}"'),
    clause(
        "nobody joins for somebody else",
        'WITH CHECK ({OWN_USER} AND confirmed_at IS NULL"',
        'WITH CHECK (confirmed_at IS NULL"',
    ),
    clause(
        "no patient joins a team",
        'f" AND NOT EXISTS (SELECT 1 FROM accounts_patient p WHERE p.user_id = {VIEWER}) AND patient_id IN"',
        'f" AND patient_id IN"',
    ),
    clause(
        "an invitation works once",
        ' AND i.cancelled_at IS NULL"',
        '"',
        test=f"{WALL} tests/sharing/test_invitations.py",
    ),
    clause(
        "nobody says that another ended a membership",
        "AND (ended_by = {VIEWER} OR ended_at IS NULL AND ended_by IS NULL))",
        ")",
    ),
    clause(
        "a name is of her own team",
        "WITH CHECK ({HERS} AND member_id IN (SELECT m.id FROM {TEAM} m WHERE m.patient_id = {VIEWER}))",
        "WITH CHECK ({HERS})",
    ),
    clause(
        "names are hers to add",
        "WITH CHECK ({HERS} AND member_id IN (SELECT m.id FROM {TEAM} m WHERE m.patient_id = {VIEWER}))",
        "WITH CHECK (member_id IN (SELECT m.id FROM {TEAM} m))",
    ),
    clause(
        "a stub is seen by whom it is for",
        "OR {OWN_USER} AND {shared(OF_ITS_CATEGORY, 'record_id')})",
        "OR {shared(OF_ITS_CATEGORY, 'record_id')})",
    ),
    clause("a stub follows the rule", "OR {OWN_USER} AND {shared(OF_ITS_CATEGORY, 'record_id')})", "OR {OWN_USER})"),
    clause(
        "a stub is for whoever opened it",
        "WITH CHECK ({HERS} AND user_id IN (SELECT e.actor_id",
        "WITH CHECK ({HERS} OR user_id IN (SELECT e.actor_id",
    ),
    clause(
        "earlier words are hers alone",
        '"sharing_recordversion": [\n        ("SELECT", f"USING ({HERS})"),',
        '"sharing_recordversion": [\n        ("SELECT", "USING (true)"),',
    ),
    clause("history is written as oneself", "WITH CHECK (changed_by_id = {VIEWER} AND ({HERS}", "WITH CHECK (({HERS}"),
    clause(
        "the log is hers and its actor's", "USING ({HERS} AND action <> 'draft' OR actor_id = {VIEWER})", "USING (true)"
    ),
    clause("of others' drafts the log is silent", "USING ({HERS} AND action <> 'draft' OR", "USING ({HERS} OR"),
    clause(
        "nobody writes another's log",
        'WITH CHECK (actor_id = {VIEWER} AND ({HERS} OR patient_id IN"',
        'WITH CHECK (({HERS} OR patient_id IN"',
    ),
    clause(
        "a stranger writes into no log",
        'f"WITH CHECK (actor_id = {VIEWER} AND ({HERS} OR patient_id IN"\n            f" (SELECT m.patient_id'
        ' FROM {TEAM} m WHERE m.user_id = {VIEWER})))"',
        'f"WITH CHECK (actor_id = {VIEWER})"',
    ),
    clause("strangers' refusals are the operators'", "USING ({HERS} AND was_member)", "USING ({HERS})"),
    clause(
        "a refusal is written as oneself", "WITH CHECK (actor_id IS NOT DISTINCT FROM {VIEWER})", "WITH CHECK (true)"
    ),
    clause("a signed text is its author's", '("SELECT", f"USING ({AUTHOR})")', '("SELECT", "USING (true)")'),
    clause(
        "a signed text is signed by its author",
        '("INSERT", f"WITH CHECK ({AUTHOR})")',
        '("INSERT", "WITH CHECK (true)")',
    ),
    clause(
        "a weekly summary is one's own",
        '"summaries_digest": [("SELECT", f"USING ({OWN_USER})")',
        '"summaries_digest": [("SELECT", "USING (true)")',
    ),
)
