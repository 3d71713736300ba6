"""What the wall's policies ask, as functions of the database: planned once per connection, not in every statement.

They run with the rights of whoever reads, so that each sees no more of team, consents and pauses than its reader may.
Tables are named with their schema, or a temporary one of the same name would answer.
"""

from __future__ import annotations

from careteam.sharing.codes import Category

VIEWER = "nullif(current_setting('app.viewer', true), '')::uuid"
IN_FORCE = "c.starts_at <= statement_timestamp() AND c.ends_at > statement_timestamp() AND c.ended_at IS NULL"
PAUSED = "(SELECT p.patient_id FROM public.sharing_pause p WHERE p.ended_at IS NULL)"
LIKE_A_TABLE = "LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20 SET search_path = pg_catalog, pg_temp"

SHOWN = f"""
      FROM public.sharing_consent c JOIN public.sharing_careteammember m
        ON m.id = c.member_id AND m.patient_id = c.patient_id AND m.user_id = c.user_id
     WHERE c.user_id = viewer AND c.kind = of_kind AND {IN_FORCE}
       AND m.confirmed_at IS NOT NULL AND m.ended_at IS NULL AND c.patient_id NOT IN {PAUSED}"""

FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION shown_to_viewer(of_kind text) RETURNS TABLE (patient uuid, code text) {LIKE_A_TABLE} AS $$
DECLARE viewer uuid := {VIEWER};
BEGIN
  RETURN QUERY SELECT c.patient_id, c.code::text {SHOWN};
END $$;

-- The same for one category: who looks after hundreds is shown thousands of topics, and one statement asks about one.
CREATE OR REPLACE FUNCTION showing_the_viewer(category text) RETURNS TABLE (patient uuid) {LIKE_A_TABLE} AS $$
DECLARE
  viewer uuid := {VIEWER};
  of_kind text := 'category';
BEGIN
  RETURN QUERY SELECT c.patient_id {SHOWN} AND c.code = category;
END $$;

CREATE OR REPLACE FUNCTION naming_the_viewer() RETURNS TABLE (patient uuid, record uuid) {LIKE_A_TABLE} AS $$
DECLARE viewer uuid := {VIEWER};
BEGIN
  RETURN QUERY
    SELECT a.patient_id, a.record_id
      FROM public.sharing_recordaudience a JOIN public.sharing_careteammember m
        ON m.id = a.member_id AND m.patient_id = a.patient_id
     WHERE a.user_id = viewer AND m.user_id = viewer AND m.ended_at IS NULL;
END $$;

CREATE OR REPLACE FUNCTION showing_their_team() RETURNS TABLE (patient uuid) {LIKE_A_TABLE} AS $$
DECLARE viewer uuid := {VIEWER};
BEGIN
  -- The team's own policy asks this, so it asks no team: a consent left open by an ended membership counts here.
  RETURN QUERY
    SELECT c.patient_id FROM public.sharing_consent c
     WHERE c.user_id = viewer AND c.kind = 'category' AND c.code = '{Category.CARE_TEAM.value}' AND {IN_FORCE}
       AND c.patient_id NOT IN {PAUSED};
END $$;
"""
