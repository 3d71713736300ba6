"""The second wall: the rule once more, as PostgreSQL row-level security, with the rights of the role that serves.

Rebuilt whole, in one transaction, after every `migrate`, from the models as they are: it cannot lag behind them.
Policies of Consent, Pause, RecordAudience and the log use their own columns only; the team may read Consent; records
may read all of these; nothing reads itself, so nothing recurses. Sub-queries are uncorrelated where they can be, so
that PostgreSQL evaluates them once per statement and not once per row.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, transaction

from careteam.accounts.models import Role
from careteam.sharing.codes import DRAFTS, Category
from careteam.sharing.records import Record, Reply

VIEWER = "(SELECT nullif(current_setting('app.viewer', true), '')::uuid)"
INVITATION = "(SELECT nullif(current_setting('app.invitation', true), ''))"
LABELLED = "(SELECT nullif(current_setting('app.labelled', true), '')::uuid)"
NOW = "(SELECT statement_timestamp())"
DRAFT = "status IN ({})".format(", ".join(f"'{status}'" for status in DRAFTS))
TEAM, CONSENT, PAUSE = "sharing_careteammember", "sharing_consent", "sharing_pause"
LIVING = f"FROM {TEAM} m WHERE m.user_id = {VIEWER} AND m.confirmed_at IS NOT NULL AND m.ended_at IS NULL"
MEMBER_OF = f"(SELECT m.patient_id {LIVING})"
MEMBERSHIPS = f"(SELECT m.id {LIVING})"
PAUSED = f"(SELECT p.patient_id FROM {PAUSE} p WHERE p.ended_at IS NULL)"
HERS = f"patient_id = {VIEWER}"

EXEMPT = {
    "accounts_user": "who signs in; read before anybody is known",
    "accounts_patient": "identity only; a chart opens by membership, not by knowing a name",
    "accounts_practitioner": "what a clinician says she is; shown with her name",
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


def live(kind: str, of: str = f" AND c.member_id IN {MEMBERSHIPS}") -> str:
    """(patient, code) pairs that the viewer has live consent for, by a membership that lives itself.

    The team's own policy asks without the membership (`of=""`), or it would ask itself.
    """
    return (
        f"(SELECT c.patient_id, c.code FROM {CONSENT} c WHERE c.user_id = {VIEWER} AND c.kind = '{kind}'"
        f" AND c.starts_at <= {NOW} AND c.ends_at > {NOW} AND c.ended_at IS NULL{of})"
    )


def record_policies(model: type[Record]) -> Iterator[tuple[str, str]]:
    """The rule for one class of records: drafts, the patient, and what is shared, in rule.md's order."""
    table = model._meta.db_table
    named = (
        "(SELECT a.patient_id, a.record_id FROM sharing_recordaudience a"
        f" JOIN {TEAM} m ON m.id = a.member_id AND m.patient_id = a.patient_id"
        f" WHERE m.user_id = {VIEWER} AND m.ended_at IS NULL AND a.user_id = {VIEWER})"
    )
    opened = (
        f"EXISTS (SELECT 1 FROM audit_auditevent e WHERE e.actor_id = {VIEWER} AND e.patient_id = {table}.patient_id"
        f" AND e.action IN ('read', 'overview', 'export') AND e.record_ids @> ARRAY[{table}.id])"
    )
    shared = (
        f"patient_id IN {MEMBER_OF} AND patient_id NOT IN {PAUSED}"
        f" AND (patient_id, '{model.category.value}') IN {live('category')}"
        f" AND (labels = '{{}}' OR NOT EXISTS (SELECT 1 FROM unnest(labels) AS l(code)"
        f" WHERE (patient_id, l.code::text) NOT IN {live('label')}))"
        f" AND (audience = 'category' OR audience = 'named' AND (patient_id, id) IN {named})"
        f" AND (withdrawn_at IS NULL OR {opened})"
    )
    labelled = ""
    if model.written_by == Role.PRACTITIONER:
        # The one row its author adds a label to, in that very statement: the label may hide it from her.
        labelled = f" OR (id = {LABELLED} AND author_id = {VIEWER})"
    shown = f"{HERS} OR ({shared}){labelled}"
    yield "SELECT", f"USING (({DRAFT} AND author_id = {VIEWER}) OR (NOT {DRAFT} AND ({shown})))"
    member = f"patient_id IN {MEMBER_OF}"
    writer = HERS if model.written_by == Role.PATIENT else member
    yield "INSERT", f"WITH CHECK (author_id = {VIEWER} AND {writer})"
    change = f"({HERS} AND (NOT {DRAFT} OR author_id = {VIEWER}))"
    if model.written_by == Role.PRACTITIONER:
        change = f"({HERS} AND NOT {DRAFT}) OR (author_id = {VIEWER} AND {member})"
    yield "UPDATE", f"USING ({change}) WITH CHECK ({change})"
    yield "DELETE", f"USING ({DRAFT} AND author_id = {VIEWER})"


def reply_policies(model: type[Reply]) -> Iterator[tuple[str, str]]:
    """A reply is seen by whoever sees what it stands below, and written by whoever sees it.

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
    yield "INSERT", f"WITH CHECK (author_id = {VIEWER} AND ({below}))"
    own = f"{HERS} AND author_id = {VIEWER}"
    yield "UPDATE", f"USING ({own} AND withdrawn_at IS NULL) WITH CHECK ({own})"


OWN_USER = f"user_id = {VIEWER}"
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
        (
            "SELECT",
            f"USING ({HERS} OR ended_at IS NULL AND patient_id IN"
            f" (SELECT c.patient_id FROM {CONSENT} c WHERE c.user_id = {VIEWER}))",
        ),
        ("INSERT", f"WITH CHECK ({HERS})"),
        ("UPDATE", f"USING ({HERS}) WITH CHECK ({HERS})"),
    ],
    TEAM: [
        (
            "SELECT",
            f"USING ({HERS} OR {OWN_USER} OR confirmed_at IS NOT NULL AND ended_at IS NULL"
            f" AND (patient_id, '{Category.CARE_TEAM.value}') IN {live('category', of='')}"
            f" AND patient_id NOT IN {PAUSED})",
        ),
        (
            "INSERT",
            f"WITH CHECK ({OWN_USER} AND confirmed_at IS NULL AND patient_id IN"
            " (SELECT i.patient_id FROM sharing_invitation i WHERE i.accepted_at IS NULL AND i.cancelled_at IS NULL"
            f" AND i.expires_at > {NOW}))",
        ),
        ("UPDATE", f"USING ({HERS} OR {OWN_USER}) WITH CHECK ({HERS} OR {OWN_USER})"),
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
    "notes_signednote": [("SELECT", f"USING ({AUTHOR})"), ("INSERT", f"WITH CHECK ({AUTHOR})")],
    "summaries_digest": [("SELECT", f"USING ({OWN_USER})"), ("INSERT", f"WITH CHECK ({OWN_USER})")],
}

# Rights come from the policies: a table without an UPDATE policy gives no UPDATE. A consent's end alone may be written,
# and of a reply its words, with their version, and that it was withdrawn.
RIGHTS_BY_COLUMN = {
    CONSENT: "UPDATE (ended_at, ended_by)",
    TEAM: "UPDATE (confirmed_at, ended_at, ended_by)",
    "sharing_invitation": "UPDATE (hash, accepted_at, cancelled_at)",
    "notes_notereply": "UPDATE (text, version, changed_at, withdrawn_at)",
}
READ_ONLY = {"django_migrations", "django_content_type"}

GUARDS = f"""
CREATE OR REPLACE FUNCTION consent_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR NEW.ended_by IS NULL
     OR (to_jsonb(NEW) - 'ended_at' - 'ended_by') IS DISTINCT FROM (to_jsonb(OLD) - 'ended_at' - 'ended_by') THEN
    RAISE EXCEPTION 'a consent is never changed; it is ended once';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER consent_is_append_only BEFORE UPDATE OR DELETE ON {CONSENT}
  FOR EACH ROW EXECUTE FUNCTION consent_is_append_only();
CREATE OR REPLACE FUNCTION only_the_patient_confirms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.patient_id <> OLD.patient_id OR NEW.user_id <> OLD.user_id
     OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
     OR (NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at AND NEW.patient_id IS DISTINCT FROM {VIEWER}) THEN
    RAISE EXCEPTION 'a membership is confirmed by its patient and never comes back';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER only_the_patient_confirms BEFORE UPDATE ON {TEAM}
  FOR EACH ROW EXECUTE FUNCTION only_the_patient_confirms();
"""


# On every table of records. The owner (who seeds tests and dates the demo) is not held; the serving role always is.
KEEPS_ITS_ORIGIN = """
CREATE OR REPLACE FUNCTION a_record_keeps_its_origin() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  drafts text[] := {drafts};
  viewer uuid := {viewer};
  free text[] := ARRAY['status', 'error_reason', 'version', 'changed_at'];
BEGIN
  IF current_user <> '{role}' THEN RETURN NEW; END IF;
  IF NEW.id <> OLD.id OR NEW.patient_id <> OLD.patient_id OR NEW.author_id <> OLD.author_id
     OR (NEW.status = ANY(drafts) AND NOT OLD.status = ANY(drafts)) THEN
    RAISE EXCEPTION 'a record keeps its patient and its author, and never becomes a draft again';
  END IF;
  IF NOT OLD.status = ANY(drafts) AND NEW.recorded_at <> OLD.recorded_at THEN
    RAISE EXCEPTION 'when a record was written is not changed';
  END IF;
  IF viewer IS DISTINCT FROM OLD.patient_id AND NOT OLD.status = ANY(drafts)
     AND ((to_jsonb(NEW) - free - 'labels') IS DISTINCT FROM (to_jsonb(OLD) - free - 'labels')
          OR NOT NEW.labels @> OLD.labels) THEN
    RAISE EXCEPTION 'who sees a record, and its words, are its patient''s to change; others may add a label';
  END IF;
  IF TG_TABLE_NAME = 'notes_clinicalnote' AND NOT OLD.status = ANY(drafts)
     AND (to_jsonb(NEW) -> 'text', to_jsonb(NEW) -> 'title') IS DISTINCT FROM
         (to_jsonb(OLD) -> 'text', to_jsonb(OLD) -> 'title') THEN
    RAISE EXCEPTION 'the words of a signed note are never changed';
  END IF;
  RETURN NEW;
END $$;
"""
A_REPLY_KEEPS_ITS_ORIGIN = """
CREATE OR REPLACE FUNCTION a_reply_keeps_its_origin() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  free text[] := ARRAY['text', 'version', 'changed_at', 'withdrawn_at'];
BEGIN
  IF current_user <> '{role}' THEN RETURN NEW; END IF;
  IF OLD.author_id <> OLD.patient_id OR OLD.withdrawn_at IS NOT NULL THEN
    RAISE EXCEPTION 'only what the patient wrote below a record, and has not withdrawn, is changed';
  END IF;
  IF (to_jsonb(NEW) - free) IS DISTINCT FROM (to_jsonb(OLD) - free) THEN
    RAISE EXCEPTION 'who wrote what below which record, and when, is not changed';
  END IF;
  RETURN NEW;
END $$;
"""


def origin_guard() -> Iterator[str]:
    """The triggers that keep patient, author, signed words and who sees them."""
    drafts = "ARRAY[{}]".format(", ".join(f"'{status}'" for status in DRAFTS))
    yield KEEPS_ITS_ORIGIN.format(drafts=drafts, viewer=VIEWER, role=settings.APP_ROLE)
    yield A_REPLY_KEEPS_ITS_ORIGIN.format(role=settings.APP_ROLE)
    for model in apps.get_models():
        if issubclass(model, Record | Reply):
            guard = "a_record_keeps_its_origin" if issubclass(model, Record) else "a_reply_keeps_its_origin"
            yield (
                f'CREATE OR REPLACE TRIGGER {guard} BEFORE UPDATE ON "{model._meta.db_table}"'
                f" FOR EACH ROW EXECUTE FUNCTION {guard}()"
            )


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
        for statement in statements(tables):
            cursor.execute(statement)
        cursor.execute(GUARDS)
        for statement in origin_guard():
            cursor.execute(statement)
