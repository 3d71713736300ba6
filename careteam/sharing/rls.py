"""The second wall: the rule once more, as PostgreSQL row-level security, with the rights of the role that serves.

Rebuilt whole, in one transaction, after every `migrate`, from the models as they are: it cannot lag behind them.
Policies of Consent, Pause, RecordAudience and the log use their own columns only; the team may read Consent; records
may read all of these; nothing reads itself, so nothing recurses. Sub-queries are uncorrelated where they can be, so
that PostgreSQL evaluates them once per statement and not once per row; what several policies ask is a function
(`rls_functions.py`), or planning would take longer than everything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, transaction

from careteam.accounts.models import Role
from careteam.sharing.codes import DRAFTS
from careteam.sharing.guards import CONSENT, PAUSE, TEAM, VIEWER, guards
from careteam.sharing.records import Record, Reply
from careteam.sharing.rls_functions import FUNCTIONS

INVITATION = "(SELECT nullif(current_setting('app.invitation', true), ''))"
LABELLED = "(SELECT nullif(current_setting('app.labelled', true), '')::uuid)"
NOW = "(SELECT statement_timestamp())"
IN_FORCE = f"c.starts_at <= {NOW} AND c.ends_at > {NOW} AND c.ended_at IS NULL"
DRAFT = "status IN ({})".format(", ".join(f"'{status}'" for status in DRAFTS))
MEMBER_OF = (
    f"(SELECT m.patient_id FROM {TEAM} m"
    f" WHERE m.user_id = {VIEWER} AND m.confirmed_at IS NOT NULL AND m.ended_at IS NULL)"
)
HERS = f"patient_id = {VIEWER}"

EXEMPT = {
    "accounts_user": "who signs in; read before anybody is known",
    "accounts_patient": "identity only; a chart opens by membership, not by knowing a name",
    "accounts_practitioner": "what a clinician says she is; shown with her name",
    "accounts_organization": "names of clinics",
    "accounts_clinicadmin": "who manages people; written by the owner's command alone",
    "accounts_apitoken": "read by hash before anybody is known",
    "account_emailaddress": "sign-in",
    "account_emailconfirmation": "sign-in",
    "mfa_authenticator": "sign-in",
    "usersessions_usersession": "sign-in",
    "django_session": "sign-in",
    "django_migrations": "the schema's own history",
    "django_content_type": "the schema's own list",
    "auth_permission": "made by Django, never read",
    "auth_group": "made by Django, never read",
    "auth_group_permissions": "made by Django, never read",
    "summaries_outbox": "what is due, by user and period; holds no record and is read before anybody is known",
}


def shared(consented: str, record: str = "id") -> str:
    """What lets a member see a record, in rule.md's order; `consented` (to its category) and `record` are SQL."""
    return (
        f"{consented} AND (labels = '{{}}' OR NOT EXISTS (SELECT 1 FROM unnest(labels) AS l(code)"
        " WHERE (patient_id, l.code::text) NOT IN"
        " (SELECT s.patient, s.code FROM public.shown_to_viewer('label') s)))"
        " AND (audience = 'category' OR audience = 'named'"
        f" AND (patient_id, {record}) IN (SELECT n.patient, n.record FROM public.naming_the_viewer() n))"
    )


def record_policies(model: type[Record]) -> Iterator[tuple[str, str]]:
    """The rule for one class of records: drafts, the patient, and what is shared and not withdrawn."""
    consented = f"patient_id IN (SELECT s.patient FROM public.showing_the_viewer('{model.category.value}') s)"
    shown = f"{HERS} OR ({shared(consented)} AND withdrawn_at IS NULL)"
    if model.written_by == Role.PRACTITIONER:
        # The one row its author adds a label to, in that very statement: the label may hide it from her.
        shown += f" OR (id = {LABELLED} AND author_id = {VIEWER})"
    yield "SELECT", f"USING (({DRAFT} AND author_id = {VIEWER}) OR (NOT {DRAFT} AND ({shown})))"
    member = f"patient_id IN {MEMBER_OF}"
    writer = HERS if model.written_by == Role.PATIENT else member
    if model.proposed_as:
        writer = f"({HERS} OR status = '{model.proposed_as}' AND {member})"
    yield "INSERT", f"WITH CHECK (author_id = {VIEWER} AND {writer})"
    change = f"({HERS} AND (NOT {DRAFT} OR author_id = {VIEWER}))"
    if model.written_by == Role.PRACTITIONER:
        change = f"({HERS} AND NOT {DRAFT}) OR (author_id = {VIEWER} AND {member})"
    yield "UPDATE", f"USING ({change}) WITH CHECK ({change})"
    yield "DELETE", f"USING ({DRAFT} AND author_id = {VIEWER})"


def reply_policies(model: type[Reply]) -> Iterator[tuple[str, str]]:
    """A reply is seen by whoever sees what it stands below, and written by whoever sees it (or one side of them).

    The patient alone changes one, and only her own.
    """
    table = model._meta.db_table
    below = " OR ".join(
        f"EXISTS (SELECT 1 FROM {parent._meta.db_table} r"
        f" WHERE r.id = {table}.about_id AND r.patient_id = {table}.patient_id)"
        for parent in model.parents()
    )
    # What opens a note to its author while she labels it opens nothing that stands below it.
    yield "SELECT", f"USING (({below}) AND (withdrawn_at IS NULL OR {HERS}) AND about_id IS DISTINCT FROM {LABELLED})"
    side = {Role.PATIENT: f" AND {HERS}", Role.PRACTITIONER: f" AND NOT {HERS}", None: ""}[model.written_by]
    yield "INSERT", f"WITH CHECK (author_id = {VIEWER} AND ({below}){side})"
    own = f"{HERS} AND author_id = {VIEWER}"
    yield "UPDATE", f"USING ({own} AND withdrawn_at IS NULL) WITH CHECK ({own})"


OWN_USER = f"user_id = {VIEWER}"
OF_ITS_CATEGORY = "(patient_id, category::text) IN (SELECT s.patient, s.code FROM public.shown_to_viewer('category') s)"
AUTHOR = f"author_id = {VIEWER}"
INVITED = f"{HERS} OR encode(hash, 'hex') = {INVITATION}"
OTHERS: dict[str, list[tuple[str, str]]] = {
    CONSENT: [
        ("SELECT", f"USING ({HERS} OR {OWN_USER})"),
        ("INSERT", f"WITH CHECK ({HERS} AND created_by = {VIEWER})"),
        ("UPDATE", f"USING ({HERS} OR {OWN_USER}) WITH CHECK (({HERS} OR {OWN_USER}) AND ended_by = {VIEWER})"),
    ],
    PAUSE: [
        # An open pause must be readable by whom it hides things from, or the wall could not obey it. It holds no words.
        # From somebody to whom nothing is shown it hides nothing.
        (
            "SELECT",
            # Asked of each pause: EXISTS would read every consent of somebody who has hundreds of charts.
            f"USING ({HERS} OR ended_at IS NULL AND patient_id = (SELECT c.patient_id FROM {CONSENT} c"
            f" WHERE c.patient_id = {PAUSE}.patient_id AND c.user_id = {VIEWER} AND {IN_FORCE} LIMIT 1))",
        ),
        ("INSERT", f"WITH CHECK ({HERS})"),
        ("UPDATE", f"USING ({HERS}) WITH CHECK ({HERS})"),
    ],
    TEAM: [
        (
            "SELECT",
            f"USING ({HERS} OR {OWN_USER} OR confirmed_at IS NOT NULL AND ended_at IS NULL"
            " AND patient_id IN (SELECT t.patient FROM public.showing_their_team() t))",
        ),
        (
            "INSERT",
            # One account has one role: who keeps a record is on nobody's team.
            f"WITH CHECK ({OWN_USER} AND confirmed_at IS NULL"
            f" AND NOT EXISTS (SELECT 1 FROM accounts_patient p WHERE p.user_id = {VIEWER}) AND patient_id IN"
            " (SELECT i.patient_id FROM sharing_invitation i WHERE i.accepted_at IS NULL AND i.cancelled_at IS NULL"
            f" AND i.expires_at > {NOW}))",
        ),
        (
            "UPDATE",
            f"USING ({HERS} OR {OWN_USER})"
            f" WITH CHECK (({HERS} OR {OWN_USER}) AND (ended_by = {VIEWER} OR ended_at IS NULL AND ended_by IS NULL))",
        ),
    ],
    "sharing_invitation": [
        ("SELECT", f"USING ({INVITED})"),
        ("INSERT", f"WITH CHECK ({HERS})"),
        ("UPDATE", f"USING ({INVITED}) WITH CHECK ({INVITED})"),
    ],
    "sharing_recordaudience": [
        ("SELECT", f"USING ({HERS} OR {OWN_USER})"),
        (
            "INSERT",
            f"WITH CHECK ({HERS} AND member_id IN (SELECT m.id FROM {TEAM} m WHERE m.patient_id = {VIEWER}))",
        ),
        ("DELETE", f"USING ({HERS})"),
    ],
    "sharing_withdrawal": [
        ("SELECT", f"USING ({HERS} OR {OWN_USER} AND {shared(OF_ITS_CATEGORY, 'record_id')})"),
        (
            "INSERT",
            f"WITH CHECK ({HERS} AND user_id IN (SELECT e.actor_id FROM audit_auditevent e"
            f" WHERE e.patient_id = {VIEWER} AND e.record_ids @> ARRAY[record_id]))",
        ),
    ],
    "sharing_recordversion": [
        ("SELECT", f"USING ({HERS})"),
        (
            "INSERT",
            f"WITH CHECK (changed_by_id = {VIEWER} AND ({HERS} OR patient_id IN {MEMBER_OF}"
            f" AND record_id IN (SELECT n.id FROM notes_clinicalnote n WHERE n.author_id = {VIEWER})))",
        ),
    ],
    "audit_auditevent": [
        ("SELECT", f"USING ({HERS} AND action <> 'draft' OR actor_id = {VIEWER})"),
        (
            "INSERT",
            f"WITH CHECK (actor_id = {VIEWER} AND ({HERS} OR patient_id IN"
            f" (SELECT m.patient_id FROM {TEAM} m WHERE m.user_id = {VIEWER})))",
        ),
    ],
    "audit_securityevent": [
        ("SELECT", f"USING ({HERS} AND was_member)"),
        ("INSERT", f"WITH CHECK (actor_id IS NOT DISTINCT FROM {VIEWER})"),
    ],
    "accounts_accountevent": [
        (
            "SELECT",
            f"USING (subject_id = {VIEWER} OR EXISTS"
            f" (SELECT 1 FROM accounts_clinicadmin a WHERE a.user_id = {VIEWER}))",
        ),
        ("INSERT", f"WITH CHECK (actor_id = {VIEWER})"),
    ],
    "notes_signednote": [("SELECT", f"USING ({AUTHOR})"), ("INSERT", f"WITH CHECK ({AUTHOR})")],
    "measures_reminderpause": [
        ("SELECT", f"USING ({HERS})"),
        ("INSERT", f"WITH CHECK ({HERS})"),
        ("UPDATE", f"USING ({HERS}) WITH CHECK ({HERS})"),
        ("DELETE", f"USING ({HERS})"),
    ],
    "once_sending": [
        ("SELECT", f"USING ({OWN_USER})"),
        ("INSERT", f"WITH CHECK ({OWN_USER})"),
        ("DELETE", f"USING ({OWN_USER} OR at <= {NOW} - interval '24 hours')"),
    ],
    "summaries_chosen": [
        ("SELECT", f"USING ({OWN_USER})"),
        ("INSERT", f"WITH CHECK ({OWN_USER})"),
        ("UPDATE", f"USING ({OWN_USER}) WITH CHECK ({OWN_USER})"),
    ],
    "summaries_digest": [("SELECT", f"USING ({OWN_USER})"), ("INSERT", f"WITH CHECK ({OWN_USER})")],
}

# Rights come from the policies: a table without an UPDATE policy gives no UPDATE. A consent's end alone may be written,
# and of a reply its words, with their version, and that it was withdrawn.
RIGHTS_BY_COLUMN = {
    CONSENT: "UPDATE (ended_at, ended_by)",
    TEAM: "UPDATE (confirmed_at, ended_at, ended_by)",
    "sharing_invitation": "UPDATE (hash, accepted_at, cancelled_at)",
    "notes_notereply": "UPDATE (text, version, changed_at, withdrawn_at)",
    "treatments_takendays": "UPDATE (withdrawn_at)",
    "treatments_judgeagreed": "UPDATE (withdrawn_at)",
    "goals_goalacceptance": "UPDATE (withdrawn_at)",
    "measures_acknowledged": "UPDATE (withdrawn_at)",
    "corrections_proposedcorrection": "UPDATE (withdrawn_at)",
    "corrections_correctionsettled": "UPDATE (withdrawn_at)",
}
READ_ONLY = {"django_migrations", "django_content_type", "accounts_organization", "accounts_clinicadmin"}


def policies() -> dict[str, list[tuple[str, str]]]:
    """Every walled table with its (command, clause) pairs."""
    found = dict(OTHERS)
    for model in apps.get_models():
        if issubclass(model, Record):
            found[model._meta.db_table] = list(record_policies(model))
        elif issubclass(model, Reply):
            found[model._meta.db_table] = list(reply_policies(model))
    return found


def statements(tables: set[str]) -> Iterator[str]:
    """The SQL that builds the wall over the tables there are."""
    role = f'"{settings.APP_ROLE}"'
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}"
    for table in sorted(tables & EXEMPT.keys()):
        rights = "SELECT" if table in READ_ONLY else "SELECT, INSERT, UPDATE, DELETE"
        yield f'GRANT {rights} ON "{table}" TO {role}'
    for table, clauses in sorted(policies().items()):
        yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
        for command, clause in clauses:
            right = RIGHTS_BY_COLUMN.get(table, command) if command == "UPDATE" else command
            yield f'GRANT {right} ON "{table}" TO {role}'
            yield f'CREATE POLICY "{command.lower()}_{table}" ON "{table}" FOR {command} TO {role} {clause}'


def build_walls(using: str = "default", **_: Any) -> None:
    """Drop and build all policies, rights and guards in one transaction (called after `migrate`, as the owner)."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if not policies().keys() <= tables:
            return  # a migration of some rooms only: tables without a policy have no rights for the app role either
        cursor.execute("SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public'")
        for name, table in cursor.fetchall():
            cursor.execute(f'DROP POLICY "{name}" ON "{table}"')
        cursor.execute(FUNCTIONS)
        for statement in statements(tables):
            cursor.execute(statement)
        for statement in guards():
            cursor.execute(statement)
