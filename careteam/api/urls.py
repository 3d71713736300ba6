"""Addresses of the API, version 1."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path
from drf_spectacular.views import SpectacularAPIView

from careteam.api import (
    checkins,
    corrections,
    entries,
    goals,
    notes,
    people,
    records,
    reminders,
    safety,
    sharing,
    tried,
    visits,
)
from careteam.api.docs import docs

P = "patients/<uuid:patient>/"

urlpatterns: list[URLPattern] = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", docs, name="api_docs"),
    path("me/", people.MeEndpoint.as_view(), name="api_me"),
    path("caseload/", people.CaseloadEndpoint.as_view(), name="api_caseload"),
    path("digests/", people.OwnDigests.as_view(), name="api_own_digests"),
    path("digests/<uuid:digest>/", people.OwnDigest.as_view(), name="api_own_digest"),
    path("signed-notes/", notes.SignedNotes.as_view(), name="api_signed_notes"),
    path(P, people.PatientEndpoint.as_view(), name="api_patient"),
    path(f"{P}overview/", people.OverviewEndpoint.as_view(), name="api_overview"),
    path(f"{P}timeline/", people.TimelineEndpoint.as_view(), name="api_timeline"),
    path(f"{P}goals/", records.Goals.as_view(), name="api_goals"),
    path(f"{P}goals/figure/", goals.OneFigure.as_view(), name="api_goal_figure"),
    path(f"{P}goals/<uuid:goal>/", records.Goal.as_view(), name="api_goal"),
    path(f"{P}goals/<uuid:goal>/answer/", goals.Answer.as_view(), name="api_goal_answer"),
    path(
        f"{P}goals/<uuid:goal>/withdraw-proposal/", goals.WithdrawProposal.as_view(), name="api_goal_withdraw_proposal"
    ),
    path(f"{P}goals/<uuid:goal>/scale/", goals.Scale.as_view(), name="api_goal_scale"),
    path(f"{P}goals/<uuid:goal>/level/", goals.Level.as_view(), name="api_goal_level"),
    path(f"{P}notes/", notes.Notes.as_view(), name="api_notes"),
    path(f"{P}notes/drafts/", notes.Drafts.as_view(), name="api_drafts"),
    path(f"{P}notes/drafts/<uuid:note>/", notes.Draft.as_view(), name="api_draft"),
    path(f"{P}notes/<uuid:note>/", notes.Note.as_view(), name="api_note"),
    path(f"{P}notes/<uuid:note>/replies/", notes.Replies.as_view(), name="api_replies"),
    path(f"{P}notes/<uuid:note>/replies/<uuid:reply>/", notes.Reply.as_view(), name="api_reply"),
    path(
        f"{P}notes/<uuid:note>/replies/<uuid:reply>/withdraw/", notes.ReplyWithdraw.as_view(), name="api_reply_withdraw"
    ),
    path(f"{P}notes/<uuid:note>/sign/", notes.Sign.as_view(), name="api_sign"),
    path(f"{P}notes/<uuid:note>/labels/", notes.Labels.as_view(), name="api_labels"),
    path(f"{P}measures/", records.Measures.as_view(), name="api_measures"),
    path(f"{P}measures/<uuid:measure>/", records.Measure.as_view(), name="api_measure"),
    path(
        f"{P}measures/<uuid:measure>/acknowledgements/", safety.Acknowledgements.as_view(), name="api_acknowledgements"
    ),
    path(f"{P}reminders/", reminders.Reminders.as_view(), name="api_reminders"),
    path(f"{P}reminders/<slug:questionnaire>/pause/", reminders.ReminderPause.as_view(), name="api_reminder_pause"),
    path(f"{P}check-ins/", checkins.CheckIns.as_view(), name="api_check_ins"),
    path(f"{P}check-ins/<uuid:check_in>/", checkins.CheckIn.as_view(), name="api_check_in"),
    path(f"{P}events/", checkins.Events.as_view(), name="api_events"),
    path(f"{P}events/<uuid:event>/", checkins.Event.as_view(), name="api_event"),
    path(f"{P}treatments/", records.Treatments.as_view(), name="api_treatments"),
    path(f"{P}treatments/<uuid:medicine>/", records.Treatment.as_view(), name="api_treatment"),
    path(f"{P}treatments/<uuid:medicine>/judge-by/", tried.JudgeBy.as_view(), name="api_judge_by"),
    path(f"{P}treatments/<uuid:medicine>/agree/", tried.Agree.as_view(), name="api_agree"),
    path(f"{P}treatments/<uuid:medicine>/taken/", tried.Taken.as_view(), name="api_taken"),
    path(f"{P}tried/", tried.Tried.as_view(), name="api_tried"),
    path(f"{P}visits/", visits.Visits.as_view(), name="api_visits"),
    path(f"{P}visits/<uuid:visit>/", visits.Visit.as_view(), name="api_visit"),
    path(f"{P}visits/<uuid:visit>/calendar.ics/", visits.VisitCalendar.as_view(), name="api_visit_calendar"),
    path(f"{P}questions/", visits.Questions.as_view(), name="api_questions"),
    path(f"{P}questions/<uuid:question>/", visits.Question.as_view(), name="api_question"),
    path(f"{P}questions/<uuid:question>/move/", visits.QuestionMove.as_view(), name="api_question_move"),
    path(f"{P}plans/", visits.Plans.as_view(), name="api_plans"),
    path(f"{P}plans/<uuid:plan>/", visits.Plan.as_view(), name="api_plan"),
    path(f"{P}calls/", visits.Calls.as_view(), name="api_calls"),
    path(f"{P}calls/<uuid:call>/", visits.Call.as_view(), name="api_call"),
    path(f"{P}calls/<uuid:call>/done/", visits.CallDone.as_view(), name="api_call_done"),
    *(path(f"{P}{kind.name}/", entries.many_of(kind).as_view(), name=f"api_{kind.word}") for kind in entries.ENTRIES),
    *(
        path(f"{P}{kind.name}/<uuid:record>/", entries.one_of(kind).as_view(), name=kind.place)
        for kind in entries.ENTRIES
    ),
    *(
        path(f"{P}{room.name}/<uuid:record>/{verb}/", made(room).as_view(), name=f"api_{room.word}_{verb}")
        for room in records.ROOMS
        for verb, made in (("audience", records.audience_of), ("withdraw", records.withdraw_of))
    ),
    *(
        path(
            f"{P}{room.name}/<uuid:record>/corrections/",
            corrections.corrections_of(room).as_view(),
            name=f"api_{room.word}_corrections",
        )
        for room in records.ROOMS
        if room.name in corrections.ROOMS
    ),
    path(f"{P}corrections/<uuid:correction>/settle/", corrections.Settle.as_view(), name="api_correction_settle"),
    path(f"{P}care-team/", sharing.CareTeam.as_view(), name="api_care_team"),
    path(f"{P}consents/", sharing.Consents.as_view(), name="api_consents"),
    path(f"{P}consents/<uuid:member>/", sharing.Consent.as_view(), name="api_consent"),
    path(f"{P}consents/<uuid:member>/preview/", sharing.ConsentPreview.as_view(), name="api_consent_preview"),
    path(f"{P}consents/<uuid:member>/telling/", safety.Telling.as_view(), name="api_telling"),
    path(f"{P}pause/", sharing.Pause.as_view(), name="api_pause"),
    path(f"{P}access-log/", sharing.Log.as_view(), name="api_access_log"),
    path(f"{P}digests/", people.Digests.as_view(), name="api_digests"),
    path(f"{P}digests/<uuid:digest>/", people.Digest.as_view(), name="api_digest"),
    path(f"{P}visit-summary/", people.Summary.as_view(), name="api_visit_summary"),
    path(f"{P}visit-summary/pdf/", people.SummaryPdf.as_view(), name="api_visit_summary_pdf"),
    re_path(r"^(?P<rest>[\s\S]*)$", people.Elsewhere.as_view(), name="api_nothing"),
]
