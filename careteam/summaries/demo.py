"""The demo's story: Maren Holt and her team, all invented, told through the services and then dated back.

Dates are days before today, with a fixed seed, so that every load tells the same story. No sentence of it names
a month, a season or a day of the week, so that it is true whatever day that is.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from careteam.accounts.models import ClinicAdmin, Organization, Patient, Practitioner, Role, User
from careteam.accounts.viewer import Viewer, acting_as
from careteam.audit.models import BELOW, AuditEvent
from careteam.checkins import services as checkins
from careteam.checkins.models import CheckIn, LifeEvent
from careteam.conditions import services as conditions
from careteam.conditions.codes import Status as ConditionStatus
from careteam.conditions.models import Condition
from careteam.corrections.models import ProposedCorrection
from careteam.goals import services as goals
from careteam.goals.models import Goal, GoalAcceptance
from careteam.goals.steps import Step
from careteam.measures import services as measures
from careteam.measures.models import QuestionnaireResponse
from careteam.notes import queries as note_queries
from careteam.notes import services as notes
from careteam.notes.models import ClinicalNote, NoteReply, ProgressNote, SignedNote
from careteam.procedures import services as procedures
from careteam.procedures.codes import What
from careteam.procedures.models import Observation, Procedure
from careteam.sharing.codes import Audience, Category, Kind, Label
from careteam.sharing.models import CareTeamMember, Consent, RecordVersion
from careteam.sharing.outcomes import Helped, StopReason
from careteam.sharing.records import Record
from careteam.summaries import queries, services
from careteam.summaries.demo_days import EVENTS, days_told
from careteam.summaries.demo_goals import that_ask, with_a_scale
from careteam.summaries.demo_safety import keeps_safe_words
from careteam.summaries.demo_trials import BETTER, both_agree, has_other_dates
from careteam.summaries.models import Outbox
from careteam.treatments import services as treatments
from careteam.treatments.doses import dose_period
from careteam.treatments.models import MedicationStatement
from careteam.visits import services as visits
from careteam.visits.models import Encounter, Question, TrackingPlan

DOMAIN = "demo.careteam.example"
ZONE = "America/New_York"
SEED = 1984
ACCOUNTS = (
    ("patient", "Maren Holt", "patient"),
    ("psychiatrist", "Dr Sun-hee Lee", "Psychiatrist"),
    ("therapist", "Tomás Rivera", "Therapist"),
    ("gp", "Dr Amina Yusuf", "Family doctor"),
    ("admin", "Ines Aguilar", "Clinic administrator"),
)
ROLES = {"patient": Role.PATIENT, "admin": Role.ADMIN}
CLINIC = "Harbour Clinic"
SEES: dict[str, tuple[Collection[str], Collection[str], int]] = {
    "psychiatrist": (tuple(Category), (Label.ALCOHOL_DRUGS,), 219),
    "therapist": (
        (
            Category.GOALS,
            Category.MY_NOTES,
            Category.CLINICAL_NOTES,
            Category.MEASURES,
            Category.CHECK_INS,
            Category.VISITS,
        ),
        (Label.TRAUMA,),
        172,
    ),
    "gp": ((Category.GOALS, Category.MEASURES, Category.TREATMENTS), (), 28),
}
# (days ago, total): a fall with one medicine, a rise, a deeper fall, and the slow weeks since.
SCORES = (
    (680, 18), (652, 19), (624, 18), (589, 19), (561, 17), (533, 16), (498, 17), (470, 15), (442, 14), (407, 15),
    (379, 17), (351, 18), (316, 19), (288, 18), (260, 14), (232, 11), (204, 12), (176, 12), (141, 14), (113, 15),
    (78, 17), (43, 18), (29, 18), (15, 16), (1, 14),
)  # fmt: skip
WORRY = ((379, 12), (316, 14), (260, 11), (204, 8), (141, 9), (78, 13), (15, 11), (1, 9))
NOTES = (
    (640, "", "I slept until noon and it did not help. Writing this so that somebody knows.", "shared", ()),
    (512, "The ringing", "The tablets make my ears ring when it is quiet.", "shared", ()),
    (430, "A good evening", "We had people over and I stayed at the table the whole time.", "shared", ()),
    (300, "", "I do not want to see this written anywhere else. Some nights I count the ceiling.", "only_me", ()),
    (262, "Half the day back", "For weeks now I wake at seven, and it is not the first thing I mind.", "shared", ()),
    (150, "What I remember", "The stairs, and the door at the end of them.", "shared", (Label.TRAUMA,)),
    (96, "Wine", "Two glasses most evenings of last month. None this week.", "shared", (Label.ALCOHOL_DRUGS,)),
    (40, "Before the next medicine", "I am afraid of another try that comes to nothing.", "psychiatrist", ()),
    (17, "Morning shakes", "My hands shake when I pour coffee, mostly before ten. It settles by lunch.", "shared", ()),
    (4, "Hard week at work", "Two meetings went past my limit and I hid in the stacks after. Still came in the"
        " next day, which half a year ago I would not have.", "shared", ()),
)  # fmt: skip
SIGNED = (
    (660, "psychiatrist", "Visit", "We agreed to give vortioxetine six more weeks before we judge it together."),
    (268, "psychiatrist", "Visit", "Maren wakes earlier and with less dread. We keep the dose as it is."),
    (35, "psychiatrist", "Visit", "We add lithium to escitalopram. Blood level in a week. Call the clinic for strong"
        " tremor, vomiting or unsteadiness."),
    (6, "therapist", "Session", "We planned two short walks and one “bad enough” plan for rainy days. Maren noticed"
        " that she wakes with less dread."),
)  # fmt: skip
REPLY = "The second walk happened. In the rain."
WALKS = 240
GOALS = (
    (
        WALKS,
        "Walk to the library and back, three days a week",
        "improving",
        ("Shoes by the door", "One walk on a rainy day", "Three in one week"),
        (),
    ),
    (200, "Eat dinner at the table with Jonah most evenings", "achieved", (), ()),
    (60, "Read one whole book", "no-progress", ("Pick one that is short",), ()),
    (95, "No wine on weekdays", "improving", (), (Label.ALCOHOL_DRUGS,)),
)

# (days ago, hour, with whom, how, minutes, what was decided): what the signed notes are about, and one visit ahead.
VISITS = (
    (660, 10, "psychiatrist", "in-person", 50, "Give vortioxetine more time, then judge it together."),
    (268, 10, "psychiatrist", "in-person", 30, "Keep the dose as it is."),
    (35, 14, "psychiatrist", "video", 50, "Add lithium to escitalopram. Blood level in a week. Call the clinic for"
        " strong tremor, vomiting or unsteadiness."),
    (6, 11, "therapist", "in-person", 50, "Two short walks, and one “bad enough” plan for rainy days."),
    (-5, 14, "psychiatrist", "video", 30, ""),
)  # fmt: skip
QUESTIONS = (
    (9, "Shaky hands in the morning: does that stay?"),
    (4, "Could I go back to four days at work?"),
    (2, "How long do we give lithium before we judge it?"),
)


@dataclass(frozen=True)
class Taken:
    """A medicine of the story: periods as (amount in mg, first day ago, last day ago or None while taken)."""

    name: str
    what_for: str
    periods: tuple[tuple[str, int, int | None], ...]
    times: str = "morning"
    reason: str = ""
    why: str = ""
    helped: str = ""
    effects: str = ""


MEDICINES = (
    Taken(
        "Sertraline", "Low mood", (("50", 1355, 1328), ("100", 1327, 1286), ("150", 1285, 1229)),
        reason=StopReason.DID_NOT_HELP, why="Nothing moved, and I felt flat.", helped=Helped.NOT_AT_ALL,
    ),
    Taken(
        "Bupropion XL", "Low mood", (("150", 1212, 1191),),
        reason=StopReason.SIDE_EFFECTS, why="I could not sleep at all.", helped=Helped.CANNOT_TELL,
    ),
    Taken(
        "Venlafaxine XR", "Low mood", (("75", 1156, 1129), ("150", 1128, 1059), ("225", 1058, 868)),
        reason=StopReason.DID_NOT_HELP, why="A little lighter, never enough.", helped=Helped.A_LITTLE,
    ),
    Taken(
        "Vortioxetine", "Low mood", (("20", 813, 617),),
        reason=StopReason.DID_NOT_HELP, why="No change that anybody saw.", helped=Helped.NOT_AT_ALL,
    ),
    Taken("Escitalopram", "Low mood and worry", (("10", 603, 568), ("20", 567, None)), helped=Helped.A_LITTLE),
    Taken(
        "Aripiprazole", "Added to escitalopram", (("2", 488, 404),),
        reason=StopReason.SIDE_EFFECTS, why="Restless legs in the evening.", helped=Helped.SOMEWHAT,
        effects="Could not sit through a film.",
    ),
    Taken(
        "Lithium", "Added to escitalopram", (("600", 35, 22), ("900", 21, None)), times="night",
        effects="Hands shake in the morning, mostly before ten. Settles by noon.",
    ),
)  # fmt: skip

# (days ago, mmol/L): a week after each dose of lithium began.
LEVELS = ((28, "0.4"), (14, "0.6"))


class Story:
    """Tells the story once, on the day it is told."""

    def __init__(self) -> None:
        self.today = datetime.now(Viewer(UUID(int=0), Role.PATIENT, "", ZONE).tz).date()
        self.dice = random.Random(SEED)  # noqa: S311 - a story, not a secret
        self.people: dict[str, Viewer] = {}
        self.members: dict[str, CareTeamMember] = {}

    def tell(self) -> None:
        """Write everything in one transaction."""
        with transaction.atomic():
            self.accounts()
            self.team()
            self.medicines()
            self.other_treatments()
            self.condition()
            self.scores()
            self.goals()
            self.days()
            self.notes()
            self.visits()
            self.openings()
            self.agreement()
            self.correction()
            keeps_safe_words(self.people["patient"], self.people["gp"])
        self.weeks()

    def day(self, ago: int) -> date:
        """The day so many days before today."""
        return self.today - timedelta(days=ago)

    def at(self, ago: int, hour: int = 9, minute: int = 0) -> datetime:
        """An instant on that day, on Maren's clock."""
        return datetime.combine(self.day(ago), time(hour, minute), self.people["patient"].tz)

    def accounts(self) -> None:
        clinic = Organization.objects.create(name=CLINIC)
        for key, name, role in ACCOUNTS:
            user = User.objects.open(
                email=f"{key}@{DOMAIN}",
                name=name,
                role=ROLES.get(key, Role.PRACTITIONER),
                zone=ZONE,
            )
            user.set_password(settings.DEMO_PASSWORD)
            user.save()
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            if key == "patient":
                Patient.objects.create(user=user, birth_date=date(1984, 5, 4))
            elif key == "admin":
                ClinicAdmin.objects.create(user=user, organization=clinic)
            else:
                Practitioner.objects.create(user=user, profession=role, vouched_at=Now(), vouched_by=clinic)
            if key != "patient":
                TOTP.activate(user, settings.DEMO_TOTP)  # its key is public, and production does not serve it
            self.people[key] = Viewer.of(user)
        User.objects.filter(email__endswith=f"@{DOMAIN}").update(joined_at=self.at(700))

    def team(self) -> None:
        maren = self.people["patient"]
        for key, _, role in ACCOUNTS[1:-1]:
            joined = self.at({"psychiatrist": 690, "therapist": 660, "gp": 400}[key], 10)
            member = CareTeamMember(
                patient_id=maren.user,
                user_id=self.people[key].user,
                role=role,
                invited_at=joined - timedelta(days=2),
                accepted_at=joined - timedelta(days=1),
                confirmed_at=joined,
            )
            member.save(force_insert=True)
            self.members[key] = member
            categories, labels, days = SEES[key]
            switches = [(Kind.CATEGORY, one) for one in categories] + [(Kind.LABEL, one) for one in labels]
            Consent.objects.bulk_create(
                Consent(
                    member=member,
                    patient_id=maren.user,
                    user_id=member.user_id,
                    kind=kind,
                    code=code,
                    starts_at=self.at(140, 19),
                    ends_at=datetime.combine(self.today + timedelta(days=days + 1), time(), maren.tz),
                    created_by=maren.user,
                    created_at=self.at(140, 19),
                )
                for kind, code in switches
            )

    def medicines(self) -> None:
        maren = self.people["patient"]
        for taken in MEDICINES:
            first, last = taken.periods[0][1], taken.periods[-1][2]
            best, at_end = BETTER.get(taken.name, (None, None))
            with acting_as(maren):
                medicine = treatments.add_medicine(
                    maren,
                    name=taken.name,
                    purpose=taken.what_for,
                    periods=[
                        dose_period(
                            amount,
                            "mg",
                            taken.times,
                            self.day(start).isoformat(),
                            None if end is None else self.day(end).isoformat(),
                        )
                        for amount, start, end in taken.periods
                    ],
                    start=self.day(first).isoformat(),
                    end=None if last is None else self.day(last).isoformat(),
                    stop_reason=taken.reason,
                    stopped_why=taken.why,
                    helped=taken.helped,
                    best=best,
                    at_end=at_end,
                    side_effects=taken.effects,
                )
            both_agree(maren, self.people["psychiatrist"], taken.name, medicine)
            written = min(first, 679)
            self.dated(MedicationStatement, medicine, self.at(written, 20), effective=False)

    def other_treatments(self) -> None:
        """Therapy that goes on, a course of rTMS long ago, and a level a week after each dose of lithium."""
        maren = self.people["patient"]
        with acting_as(maren):
            therapy = procedures.add_procedure(
                maren,
                code=What.THERAPY,
                name="with Tomás",
                purpose="Low mood and mornings",
                start=self.day(655).isoformat(),
                helped=Helped.SOMEWHAT,
            )
            rtms = procedures.add_procedure(
                maren,
                code=What.RTMS,
                purpose="Low mood",
                start=self.day(862).isoformat(),
                end=self.day(821).isoformat(),
                session_count=30,
                helped=Helped.A_LITTLE,
                side_effects="A headache after each of the first sessions.",
            )
            levels = [
                (
                    ago,
                    procedures.add_level(
                        maren, substance="Lithium", value=value, unit="mmol/L", on=self.day(ago).isoformat(), hours="12"
                    ),
                )
                for ago, value in LEVELS
            ]
        for procedure, written in ((therapy, 655), (rtms, 679)):
            self.dated(Procedure, procedure, self.at(written, 20), effective=False)
        for ago, level in levels:
            self.dated(Observation, level, self.at(ago - 1, 20), effective=False)

    def condition(self) -> None:
        maren = self.people["patient"]
        with acting_as(maren):
            condition = conditions.add_condition(
                maren,
                name="Depression",
                status=ConditionStatus.RECURRENCE,
                onset=str(self.today.year - 9),
                stated_by="Dr Lee, and my family doctor before",
                holds_episode=True,
                episode_start=f"{self.day(1400):%Y-%m}",
            )
        self.dated(Condition, condition, self.at(678, 20), effective=False)

    def scores(self) -> None:
        """The PHQ-9 of about two years, and the GAD-7 on some of its days."""
        maren = self.people["patient"]
        sent = [(ago, "phq-9", {**self.answers(total, item9=1 if ago == 1 else 0), 10: 1}) for ago, total in SCORES] + [
            (ago, "gad-7", {item: total // 7 + (item <= total % 7) for item in range(1, 8)}) for ago, total in WORRY
        ]
        for ago, questionnaire, answers in sent:
            with acting_as(maren):
                response = measures.begin(maren, questionnaire)
                measures.save_answers(maren, response, answers)
                measures.send(maren, response)
            at = self.at(ago, 8, 10 if questionnaire == "phq-9" else 20)
            self.dated(QuestionnaireResponse, response, at)
            QuestionnaireResponse.unscoped("the demo's dates").filter(pk=response).update(sent_at=at)

    def answers(self, total: int, item9: int) -> dict[int, int]:
        """Nine answers that come to `total`, the ninth given."""
        answers = dict.fromkeys(range(1, 9), 0)
        left = total - item9
        while left:
            item = self.dice.choice([item for item, value in answers.items() if value < 3])  # noqa: PLR2004 - highest answer
            answers[item] += 1
            left -= 1
        return {**answers, 9: item9}

    def goals(self) -> None:
        maren = self.people["patient"]
        for ago, words, achievement, steps, labels in GOALS:
            with acting_as(maren):
                goal = goals.add_goal(
                    maren,
                    words=words,
                    steps=[Step(text=step, done=number == 0) for number, step in enumerate(steps)],
                    achievement=achievement,
                    labels=labels,
                )
            if ago == WALKS:
                with_a_scale(maren, goal)
            self.dated(Goal, goal, self.at(ago, 21))

    def agreement(self) -> None:
        """A goal both agreed to and one that waits for Maren, with their rows in the log, later than most openings."""
        mark = list(AuditEvent.objects.values_list("id", flat=True))
        both = that_ask(self.people["patient"], self.people["psychiatrist"], self.people["therapist"])
        for goal, ago in zip(both, (2, 1), strict=True):
            self.dated(Goal, goal, self.at(ago, 16))
            GoalAcceptance.unscoped("the demo's dates").filter(about_id=goal).update(recorded_at=self.at(1, 15))
            said = AuditEvent.objects.exclude(pk__in=mark).filter(record_ids__contains=[goal])
            said.update(at=self.at(ago, 16))
            said.filter(action="goal-agree").update(at=self.at(1, 15))

    def correction(self) -> None:
        """One that waits for Maren, from the day Dr Lee looked."""
        mark, at = list(AuditEvent.objects.values_list("id", flat=True)), self.at(3, 16, 14)
        proposed = has_other_dates(self.people["patient"], self.people["psychiatrist"])
        ProposedCorrection.unscoped("the demo's dates").filter(pk=proposed).update(recorded_at=at)
        AuditEvent.objects.exclude(pk__in=mark).update(at=at)

    def days(self) -> None:
        """About five months of check-ins, blank where she had none to give, and what happened meanwhile."""
        maren = self.people["patient"]
        with acting_as(maren):
            for day in days_told(self.dice):
                one = checkins.check_in(maren, **day.said)
                self.dated(CheckIn, one, self.at(day.ago, day.hour, day.minute), day=self.day(day.ago))
            for ago, words in EVENTS:
                event = checkins.add_event(maren, words=words, on=self.day(ago).isoformat())
                self.dated(LifeEvent, event, self.at(ago, 20), effective=False)

    def notes(self) -> None:
        maren = self.people["patient"]
        for ago, title, text, for_whom, labels in NOTES:
            named = [self.members[for_whom].id] if for_whom in self.members else []
            audience = {"shared": Audience.CATEGORY, "only_me": Audience.ONLY_ME}.get(for_whom, Audience.NAMED)
            with acting_as(maren):
                note = notes.add_note(maren, title=title, text=text, audience=audience, named=named, labels=labels)
            self.dated(ProgressNote, note, self.at(ago, 21, 40))
        for ago, key, title, text in SIGNED:
            author = self.people[key]
            with acting_as(author):
                note = notes.draft_clinical_note(author, maren.user, title=title, text=text)
                notes.sign_note(author, maren.user, note)
            self.dated(ClinicalNote, note, self.at(ago, 15, 30))
            SignedNote.objects.filter(note_id=note).update(signed_at=self.at(ago, 15, 30))
        with acting_as(maren):
            reply = notes.reply(maren, note, text=REPLY)
        NoteReply.unscoped("the demo's dates").filter(pk=reply).update(recorded_at=self.at(3, 18))

    def visits(self) -> None:
        maren = self.people["patient"]
        for ago, hour, key, mode, minutes, decisions in VISITS:
            with acting_as(maren):
                visit = visits.add_visit(
                    maren,
                    start=datetime.combine(self.day(ago), time(hour, 20)),
                    minutes=minutes,
                    practitioner=self.people[key].user,
                    mode=mode,
                    decisions=decisions,
                )
            self.dated(Encounter, visit, self.at(ago if ago > 0 else 9, 18), effective=False)
        for ago, words in QUESTIONS:
            with acting_as(maren):
                question = visits.add_question(maren, words=words, visit=visit)
            self.dated(Question, question, self.at(ago, 20, 15))
        with acting_as(maren):
            plan = visits.add_plan(
                maren,
                practitioner=self.people["psychiatrist"].user,
                weeks=2,
                better="Under 10, and three mornings in a row out of bed before nine.",
                review=self.day(-21).isoformat(),
            )
        self.dated(TrackingPlan, plan, self.at(35, 16))

    def openings(self) -> None:
        """What the team opened, written by their real openings and dated back."""
        AuditEvent.objects.filter(patient_id=self.people["patient"].user).delete()
        for key, ago, hour in (("gp", 13, 9), ("therapist", 7, 9), ("psychiatrist", 4, 16), ("psychiatrist", 3, 16)):
            viewer = self.people[key]
            mark = list(AuditEvent.objects.values_list("id", flat=True))
            with acting_as(viewer):
                if key == "psychiatrist":
                    note_queries.progress_notes(viewer, self.people["patient"].user)
                queries.overview(viewer, self.people["patient"].user)
            AuditEvent.objects.exclude(pk__in=mark).update(at=self.at(ago, hour, 12))
        AuditEvent.objects.filter(category=BELOW, at__lt=self.at(3, 18)).delete()  # the reply came later than these

    def weeks(self) -> None:
        """The weekly summaries of the last weeks, without mail."""
        services.plan()
        rows = Outbox.objects.filter(user__email__endswith=f"@{DOMAIN}", done_at=None)
        rows.update(mail=False)
        for outbox in rows.values_list("id", flat=True):
            services.work(outbox)

    def dated(self, model: type[Record], record: UUID, at: datetime, *, effective: bool = True, **also: date) -> None:
        """Move a record to when the story says it was written."""
        when = {"recorded_at": at, "changed_at": at, **also} | ({"effective_at": at} if effective else {})
        if model.unscoped("the demo's dates").filter(pk=record).update(**when) != 1:
            raise RuntimeError("the demo must run as the database's owner")
        RecordVersion.objects.filter(record_id=record).update(until=at)


def loaded() -> bool:
    """Whether the demo's people are here."""
    return User.objects.filter(email__endswith=f"@{DOMAIN}").exists()
