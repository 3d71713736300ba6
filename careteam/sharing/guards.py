"""Triggers: what no row may become, and what the log says of itself, whoever runs SQL as the role that serves.

They run with the rights of whoever writes, so that each reads no more than its writer may.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.apps import apps

from careteam.sharing.codes import DRAFTS
from careteam.sharing.records import Record, Reply

VIEWER = "(SELECT nullif(current_setting('app.viewer', true), '')::uuid)"
TEAM, CONSENT, PAUSE = "sharing_careteammember", "sharing_consent", "sharing_pause"
# Who seeds tests and dates the demo is not held; everybody else is, by whatever role she came.
OWNER = (
    "pg_catalog.pg_has_role(current_user, (SELECT t.relowner FROM pg_catalog.pg_class t WHERE t.oid = TG_RELID),"
    " 'MEMBER')"
)

TEAM_AND_CONSENT = f"""
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
     OR (OLD.ended_at IS NOT NULL AND (NEW.ended_at, NEW.ended_by) IS DISTINCT FROM (OLD.ended_at, OLD.ended_by))
     OR (NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at AND NEW.patient_id IS DISTINCT FROM {VIEWER}) THEN
    RAISE EXCEPTION 'a membership is confirmed by its patient and never comes back';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER only_the_patient_confirms BEFORE UPDATE ON {TEAM}
  FOR EACH ROW EXECUTE FUNCTION only_the_patient_confirms();
"""

# On every table of records.
KEEPS_ITS_ORIGIN = """
CREATE OR REPLACE FUNCTION a_record_keeps_its_origin() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  drafts text[] := {drafts};
  viewer uuid := {viewer};
  free text[] := ARRAY['status', 'error_reason', 'version', 'changed_at'];
  who_sees text[] := ARRAY['audience', 'labels'];
  proposals text[] := {proposals};  -- what others may propose is its patient's to change
BEGIN
  IF {owner} THEN RETURN NEW; END IF;
  IF NEW.id <> OLD.id OR NEW.patient_id <> OLD.patient_id OR NEW.author_id <> OLD.author_id
     OR (NEW.status = ANY(drafts) AND NOT OLD.status = ANY(drafts)) THEN
    RAISE EXCEPTION 'a record keeps its patient and its author, and never becomes a draft again';
  END IF;
  IF NOT OLD.status = ANY(drafts) AND NEW.recorded_at <> OLD.recorded_at THEN
    RAISE EXCEPTION 'when a record was written is not changed';
  END IF;
  IF OLD.withdrawn_at IS NOT NULL
     AND (NEW.withdrawn_at, NEW.labels, NEW.audience) IS DISTINCT FROM (OLD.withdrawn_at, OLD.labels, OLD.audience) THEN
    RAISE EXCEPTION 'a withdrawn record stays withdrawn, and who would see it is not changed';
  END IF;
  IF viewer IS DISTINCT FROM OLD.patient_id AND NOT OLD.status = ANY(drafts)
     AND ((to_jsonb(NEW) - free - 'labels') IS DISTINCT FROM (to_jsonb(OLD) - free - 'labels')
          OR NOT NEW.labels @> OLD.labels) THEN
    RAISE EXCEPTION 'who sees a record, and its words, are its patient''s to change; others may add a label';
  END IF;
  IF OLD.author_id <> OLD.patient_id AND NOT OLD.status = ANY(drafts) AND NOT TG_TABLE_NAME = ANY(proposals)
     AND (viewer = OLD.patient_id OR OLD.status = 'entered-in-error')
     AND (to_jsonb(NEW) - who_sees) IS DISTINCT FROM (to_jsonb(OLD) - who_sees) THEN
    RAISE EXCEPTION 'of what others wrote its patient decides who sees it; what was a mistake stays marked as one';
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
  IF {owner} THEN RETURN NEW; END IF;
  IF OLD.author_id <> OLD.patient_id OR OLD.withdrawn_at IS NOT NULL THEN
    RAISE EXCEPTION 'only what the patient wrote below a record, and has not withdrawn, is changed';
  END IF;
  IF (to_jsonb(NEW) - free) IS DISTINCT FROM (to_jsonb(OLD) - free) THEN
    RAISE EXCEPTION 'who wrote what below which record, and when, is not changed';
  END IF;
  RETURN NEW;
END $$;
"""

# What is written below a record is dated by the database, and nobody writes as the patient or as a note's author.
A_REPLY_IS_ITS_WRITERS = """
CREATE OR REPLACE FUNCTION a_reply_is_its_writers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kind text := to_jsonb(NEW) ->> 'kind';
BEGIN
  IF {owner} THEN RETURN NEW; END IF;
  IF (kind = 'statement' AND NEW.author_id <> NEW.patient_id)
     OR (kind = 'addendum' AND NOT EXISTS (
       SELECT 1 FROM public.notes_clinicalnote n WHERE n.id = NEW.about_id AND n.author_id = NEW.author_id)) THEN
    RAISE EXCEPTION 'a statement is the patient''s, an addendum its author''s';
  END IF;
  NEW.recorded_at := statement_timestamp();
  NEW.changed_at := NEW.recorded_at;
  RETURN NEW;
END $$;
"""

# The log says of itself when, as whom and by whom, not what its writer claims. The tables are named with their schema,
# or a temporary one of the same name would answer. Whoever is refused may read her own memberships, ended ones too.
LOG_IS_THE_DATABASES = """
CREATE OR REPLACE FUNCTION an_event_has_its_time_and_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {owner} THEN RETURN NEW; END IF;
  NEW.at := statement_timestamp();
  NEW.actor_role := (SELECT u.role FROM public.accounts_user u WHERE u.id = NEW.actor_id);
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER an_event_has_its_time_and_role BEFORE INSERT ON audit_auditevent
  FOR EACH ROW EXECUTE FUNCTION an_event_has_its_time_and_role();
CREATE OR REPLACE FUNCTION a_refusal_knows_the_team() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {owner} THEN RETURN NEW; END IF;
  NEW.at := statement_timestamp();
  NEW.was_member := EXISTS (
    SELECT 1 FROM public.{team} m WHERE m.user_id = NEW.actor_id AND m.patient_id = NEW.patient_id);
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER a_refusal_knows_the_team BEFORE INSERT ON audit_securityevent
  FOR EACH ROW EXECUTE FUNCTION a_refusal_knows_the_team();
"""

# Who somebody is said to be: a role is for good, a clinic's word is its administrator's, and nobody makes one here.
ACCOUNTS = """
CREATE OR REPLACE FUNCTION an_account_keeps_its_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {owner} THEN RETURN NEW; END IF;
  IF (TG_OP = 'INSERT' AND NEW.role = 'admin') OR (TG_OP = 'UPDATE' AND NEW.role <> OLD.role) THEN
    RAISE EXCEPTION 'an account keeps its role, and administrators are made by the owner';
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.is_active <> OLD.is_active AND NOT EXISTS
     (SELECT 1 FROM public.accounts_clinicadmin a WHERE a.user_id = {viewer}) THEN
    RAISE EXCEPTION 'an account is closed and opened by an administrator';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER an_account_keeps_its_role BEFORE INSERT OR UPDATE ON accounts_user
  FOR EACH ROW EXECUTE FUNCTION an_account_keeps_its_role();
CREATE OR REPLACE FUNCTION only_a_clinic_vouches() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {owner} THEN RETURN NEW; END IF;
  IF (NEW.vouched_at IS NOT NULL OR NEW.vouched_by_id IS NOT NULL)
     AND (TG_OP = 'INSERT' OR (NEW.vouched_at, NEW.vouched_by_id) IS DISTINCT FROM (OLD.vouched_at, OLD.vouched_by_id))
     AND NOT EXISTS (SELECT 1 FROM public.accounts_clinicadmin a
                     WHERE a.user_id = {viewer} AND a.organization_id = NEW.vouched_by_id) THEN
    RAISE EXCEPTION 'only an administrator vouches, for her own clinic';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER only_a_clinic_vouches BEFORE INSERT OR UPDATE ON accounts_practitioner
  FOR EACH ROW EXECUTE FUNCTION only_a_clinic_vouches();
"""


def _texts(words: Iterable[str]) -> str:
    return "ARRAY[{}]::text[]".format(", ".join(f"'{word}'" for word in words))


def guards() -> Iterator[str]:
    """The SQL of every trigger; made again after each `migrate`."""
    yield ACCOUNTS.format(owner=OWNER, viewer=VIEWER)
    yield TEAM_AND_CONSENT
    yield LOG_IS_THE_DATABASES.format(owner=OWNER, team=TEAM)
    yield KEEPS_ITS_ORIGIN.format(
        drafts=_texts(DRAFTS),
        proposals=_texts(
            one._meta.db_table for one in apps.get_models() if issubclass(one, Record) and one.proposed_as
        ),
        viewer=VIEWER,
        owner=OWNER,
    )
    yield A_REPLY_KEEPS_ITS_ORIGIN.format(owner=OWNER)
    yield A_REPLY_IS_ITS_WRITERS.format(owner=OWNER)
    for model in apps.get_models():
        if issubclass(model, Record | Reply):
            guard = "a_record_keeps_its_origin" if issubclass(model, Record) else "a_reply_keeps_its_origin"
            yield (
                f'CREATE OR REPLACE TRIGGER {guard} BEFORE UPDATE ON "{model._meta.db_table}"'
                f" FOR EACH ROW EXECUTE FUNCTION {guard}()"
            )
        if issubclass(model, Reply):
            yield (
                f'CREATE OR REPLACE TRIGGER a_reply_is_its_writers BEFORE INSERT ON "{model._meta.db_table}"'
                " FOR EACH ROW EXECUTE FUNCTION a_reply_is_its_writers()"
            )
