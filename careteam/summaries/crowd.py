"""The demo's caseload: two hundred invented people on Dr Lee's list, in every state of sharing. Written in bulk.

Their names are put together by chance from first and family names of many scripts; nobody is meant. Four of them
live in the four zones of the demo and get weekly summaries; the others joined today, so that nothing is due for them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from careteam.accounts.ids import new_id
from careteam.accounts.models import Patient, Role, User
from careteam.accounts.viewer import Viewer, analyze, database_now
from careteam.goals.codes import Status as GoalStatus
from careteam.goals.models import Goal
from careteam.measures.instruments import phq9
from careteam.measures.models import QuestionnaireResponse
from careteam.measures.models import Status as FormStatus
from careteam.sharing.codes import Category, Kind
from careteam.sharing.models import CareTeamMember, Consent, Pause
from careteam.treatments.codes import Status as MedicineStatus
from careteam.treatments.doses import dose_period, to_json
from careteam.treatments.models import JudgeAgreed, MedicationStatement
from careteam.visits.codes import ACTIVE, Measure, Mode
from careteam.visits.codes import Status as VisitStatus
from careteam.visits.models import CommunicationRequest, Encounter, TrackingPlan

PEOPLE = 200
SEED = 200
ZONES = ("America/New_York", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Chatham")
GIVEN = (  # noqa: SIM905 - a list to read
    "Ada Aino Amara Ana Anouk Arjun Ásta Aylin Benoît Björn Brigid Carlos Chiara Chidi Dagny Deepa Élodie Emre Esi "
    "Fatima Fenna Gábor Guðrún Hana Hiroshi Ibrahim Ilse Imani Ines Ioana Itzel Jakub Jana Kaveh Kenji Kofi Lena "
    "Leilani Linh Lucía Mahmoud Malia Marek Mei Miriam Mohini Nadia Ngozi Noor Oksana Olu Omar Paloma Pirjo Priya "
    "Quentin Rania Rosa Ruth Sana Saoirse Selma Siân Sofía Søren Tadeusz Tala Teodora Thandiwe Tomoko Ülle Víctor "
    "Wanjiru Xóchitl Yael Yusra Zainab Zoë 小龍 美咲 지우 نور مریم Анна Дмитро Ελένη"
).split()
FAMILY = (  # noqa: SIM905 - a list to read
    "Abara Aguilar Ahmadi Almeida Åkesson Balogh Banerjee Berg Boateng Brandt Castro Chukwu Costa Dalgaard Delacroix "
    "Dimitrov Eriksen Farouk Fernández Fischer Gallagher García Gupta Haddad Hakimi Hansen Hoang Horvat Iyer Jansen "
    "Kamau Karlsson Kowalska Kuznetsova Larsen Lindqvist Mabaso Marchetti Mbeki Mehta Moreau Müller Nakamura Ñandú "
    "Nguyen Novák O’Brien Oduya Okafor Özdemir Papadaki Pereira Petrov Quispe Ramos Rashidi Reyes Rossi Sato Schmidt "
    "Silva Škoda Sørensen Szabó Tanaka Tembo Toft Ueda Vargas Vega Wójcik Xu Yamada Zapata Zhang 李 田中 김 "
    "حسن Іваненко Παππά"
).split()
MEDICINES = (
    ("Sertraline", "100"),
    ("Escitalopram", "20"),
    ("Venlafaxine XR", "150"),
    ("Bupropion XL", "300"),
    ("Mirtazapine", "30"),
    ("Duloxetine", "60"),
    ("Vortioxetine", "20"),
    ("Nortriptyline", "75"),
)
GOALS = (
    "Cook twice a week",
    "Call my sister on Sundays",
    "Be outside before noon",
    "Two lengths in the pool",
    "Finish the course",
)
CALLS = ("", "About the new dose", "Any day after four", "It can wait until next week")
JUDGED = 24
# How many are in which state; the rest show Dr Lee everything that a caseload is made of.
STATES = (
    ("paused", 14),
    ("expired", 12),
    ("off", 10),
    ("empty", 10),
    ("scores only", 14),
    ("waiting", 6),
    ("ended", 6),
)


@dataclass
class Rows:
    """What is to be written, by class, in the order in which foreign keys want it."""

    users: list[User] = field(default_factory=list)
    emails: list[EmailAddress] = field(default_factory=list)
    patients: list[Patient] = field(default_factory=list)
    members: list[CareTeamMember] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    records: dict[type[Any], list[Any]] = field(default_factory=dict)

    def write(self) -> None:
        """All of it, a class at a time."""
        User.objects.bulk_create(self.users)
        EmailAddress.objects.bulk_create(self.emails)
        Patient.objects.bulk_create(self.patients)
        CareTeamMember.objects.bulk_create(self.members)
        Consent.objects.bulk_create(self.consents)
        Pause.objects.bulk_create(self.pauses)
        for model, rows in self.records.items():
            model.objects.bulk_create(rows)


class Crowd:
    """Writes the people once, the same for every load but for today's date."""

    def __init__(self, clinician: Viewer, domain: str, password: str) -> None:
        self.clinician = clinician
        self.domain = domain
        self.password = make_password(password)  # one hash for all of them: two hundred would take a minute
        self.dice = random.Random(SEED)  # noqa: S311 - a story, not a secret
        self.now = database_now()
        self.rows = Rows()
        self.soon = 0

    @transaction.atomic
    def gather(self) -> None:
        """Make everybody and write them."""
        states = [state for state, count in STATES for _ in range(count)]
        states += ["everything"] * (PEOPLE - len(states))
        self.dice.shuffle(states)
        self.soon = states.index("everything")
        for number, (name, state) in enumerate(zip(self.names(), states, strict=False)):
            self.person(number, name, state)
        self.rows.write()
        analyze()

    def names(self) -> Iterator[str]:
        """Different names, each put together by chance."""
        pairs = [f"{given} {family}" for given in GIVEN for family in FAMILY]
        return iter(self.dice.sample(pairs, PEOPLE))

    def ago(self, days: float) -> datetime:
        """So many days before now."""
        return self.now - timedelta(days=days)

    def person(self, number: int, name: str, state: str) -> None:
        """One person with her sharing and her record."""
        zone = ZONES[number % len(ZONES)]
        user = User(
            email=f"person{number + 1}@{self.domain}",
            name=name,
            role=Role.PATIENT,
            zone=zone,
            password=self.password,
            weekly_mail=False,
            joined_at=self.ago(40) if number < len(ZONES) else self.now,
        )
        birth = date(self.dice.randint(1946, 2005), self.dice.randint(1, 12), self.dice.randint(1, 28))
        self.rows.users.append(user)
        self.rows.emails.append(EmailAddress(user=user, email=user.email, verified=True, primary=True))
        self.rows.patients.append(Patient(user=user, birth_date=birth))
        self.shares(user, state)
        if state != "empty":
            every = self.dice.choice((14, 14, 21, 28))
            self.forms(user.pk, zone, every)
            self.medicines(user.pk)
            self.goals(user.pk)
            self.visits(user.pk, every // 7, soon=number == self.soon)

    def shares(self, user: User, state: str) -> None:
        """Her side of the team, in the state it is in."""
        joined = self.ago(self.dice.randint(60, 400))
        member = CareTeamMember(
            patient_id=user.pk,
            user_id=self.clinician.user,
            role="Psychiatrist",
            invited_at=joined,
            accepted_at=joined + timedelta(days=1),
            confirmed_at=None if state == "waiting" else joined + timedelta(days=2),
            ended_at=self.ago(9) if state == "ended" else None,
            ended_by=user.pk if state == "ended" else None,
        )
        self.rows.members.append(member)
        if state in {"waiting", "off", "ended"}:
            return
        topics = [Category.MEASURES] if state == "scores only" else [*Category]
        starts = joined + timedelta(days=2)
        ends = self.ago(3) if state == "expired" else self.now + timedelta(days=self.dice.randint(20, 300))
        self.rows.consents += [
            Consent(
                member=member,
                patient_id=user.pk,
                user_id=self.clinician.user,
                kind=Kind.CATEGORY,
                code=topic,
                starts_at=starts,
                ends_at=ends,
                created_by=user.pk,
                created_at=starts,
            )
            for topic in topics
        ]
        if state == "paused":
            self.rows.pauses.append(Pause(patient_id=user.pk, started_at=self.ago(2)))

    def record(
        self, model: type[Any], patient: UUID, at: datetime, starts: datetime | None = None, **fields: Any
    ) -> UUID:
        """One record of hers, written at that instant, and effective then or when it `starts`; returns its id."""
        made = model(
            id=new_id(),
            patient_id=patient,
            author_id=patient,
            effective_at=starts or at,
            recorded_at=at,
            changed_at=at,
            **fields,
        )
        self.rows.records.setdefault(model, []).append(made)
        made_id: UUID = made.id
        return made_id

    def forms(self, patient: UUID, zone: str, every: int) -> None:
        """A year of questionnaires that wander, some of them late; a few end higher, a few say something on question 9.

        One person in twelve ends higher, one in twelve once answered question 9 above "Not at all".
        """
        level, drift = self.dice.uniform(6, 20), self.dice.uniform(-0.5, 0.35)
        last = self.dice.choice((0.2, 1, 2, 4, 6, 9, 13, 30))
        higher, said = self.dice.random() < 1 / 12, self.dice.randint(0, 3) if self.dice.random() < 1 / 12 else None
        for back in range(self.dice.randint(4, 26), -1, -1):
            level = min(24.0, max(1.0, level + drift + self.dice.uniform(-2.5, 2.5)))
            level += 7 * (higher and not back)
            answers = self.answers(round(level), above=back == said)
            score = phq9.score(answers)
            local = datetime.combine((self.ago(last + back * every)).date(), time(8, 10), ZoneInfo(zone))
            at = min(local, self.now)
            self.record(
                QuestionnaireResponse,
                patient,
                at,
                status=FormStatus.COMPLETED,
                answers={str(item): value for item, value in answers.items()},
                total=score.total,
                band=score.band,
                item9=score.item9,
                sent_at=at,
            )

    def answers(self, total: int, *, above: bool) -> dict[int, int]:
        """Nine answers that come to about `total`, the ninth 1 or 0."""
        answers = dict.fromkeys(phq9.SCORED, 0) | {phq9.SAFETY_ITEM: int(above)}
        rest = [item for item in phq9.SCORED if item != phq9.SAFETY_ITEM]
        for _ in range(min(total, 24) - int(above)):
            answers[self.dice.choice([item for item in rest if answers[item] < max(phq9.ANSWERS)])] += 1
        return answers

    def medicines(self, patient: UUID) -> None:
        """One to three medicines, the last of them taken now; of every 24th person its day to judge it by has come."""
        taken = self.dice.sample(MEDICINES, self.dice.randint(1, 3))
        start = self.dice.randint(200, 900)
        for number, (name, amount) in enumerate(taken):
            begins, ends = self.ago(start).date(), self.ago(start * 0.6).date()
            now = number == len(taken) - 1
            day, until = begins.isoformat(), None if now else ends.isoformat()
            judged = now and len(self.rows.users) % JUDGED == 0
            medicine = self.record(
                MedicationStatement,
                patient,
                self.ago(start),
                name=name,
                purpose="Low mood",
                periods=[to_json(dose_period(amount, "mg", "morning", day, until))],
                start=day,
                end=until or "",
                status=MedicineStatus.ACTIVE if now else MedicineStatus.STOPPED,
                judge_by=self.ago(2).date() if judged else None,
            )
            if judged:
                self.agreed(patient, medicine)
            start = round(start * 0.5)

    def agreed(self, patient: UUID, medicine: UUID) -> None:
        """Dr Lee agreed to the day of a medicine a month ago."""
        row = JudgeAgreed(patient_id=patient, author_id=self.clinician.user, about_id=medicine, about_version=1)
        row.recorded_at = row.changed_at = self.ago(30)
        self.rows.records.setdefault(JudgeAgreed, []).append(row)

    def visits(self, patient: UUID, weeks: int, *, soon: bool) -> None:
        """A plan with Dr Lee; for most a visit with her ahead (`soon`: within the hour); for a few a call."""
        self.record(
            TrackingPlan,
            patient,
            self.ago(90),
            practitioner_id=self.clinician.user,
            measures=[Measure.PHQ9],
            weeks=weeks,
            better="Under 10.",
            status=ACTIVE,
        )
        if soon or self.dice.random() < 2 / 3:
            # Dr Lee's clock: on the half hour of her working day, today's a few hours ahead of whenever this loads.
            today = self.dice.random() < 1 / 12
            day = self.clinician.local(self.now).date() + timedelta(days=self.dice.randint(1, 60))
            clock = time(self.dice.randint(9, 16), self.dice.choice((0, 30)))
            ahead = timedelta(minutes=40) if soon else timedelta(hours=self.dice.randint(1, 6))
            self.record(
                Encounter,
                patient,
                self.ago(5),
                starts=self.now + ahead if soon or today else datetime.combine(day, clock, self.clinician.tz),
                practitioner_id=self.clinician.user,
                minutes=30,
                mode=self.dice.choice((Mode.IN_PERSON, Mode.VIDEO, Mode.PHONE)),
                status=VisitStatus.PLANNED,
            )
        if self.dice.random() < 1 / 25:
            words = self.dice.choice(CALLS)
            self.record(CommunicationRequest, patient, self.ago(self.dice.uniform(0.1, 4)), words=words, status=ACTIVE)

    def goals(self, patient: UUID) -> None:
        """One goal in her own words."""
        self.record(
            Goal, patient, self.ago(self.dice.randint(3, 200)), words=self.dice.choice(GOALS), status=GoalStatus.ACTIVE
        )
