"""The cast: one patient and her clinicians, speaking the product's language. Everybody here is invented."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test import Client, client

from careteam.accounts.models import ClinicAdmin, Organization, Patient, Practitioner, Role, User
from careteam.accounts.second_factor import OBLIGED
from careteam.accounts.viewer import Viewer, acting_as
from careteam.notes import queries as notes
from careteam.notes.services import add_note
from careteam.sharing import team
from careteam.sharing.codes import Audience, Category, Kind
from careteam.sharing.errors import NotFound
from careteam.sharing.models import CareTeamMember, Consent
from tests.disclosures import watch_objects
from tests.stage import stage

PASSWORD = "a lantern by the window"
TOTP_KEY = "LANTERNBYTHEWINDOWLANTERNBYTHEWI"
EVERYTHING = tuple(Category)
APP = "careteam_app"


def outermost(plain: Callable[..., None]) -> Callable[..., None]:
    """Django's test client keeps a copy of the context of every template and part; the page's own is enough."""

    def kept(store: dict[str, Any], signal: Any, sender: Any, template: Any, context: Any, **more: Any) -> None:
        if store.get("templates"):
            store["templates"].append(template)
        else:
            plain(store, signal, sender, template, context, **more)

    return kept


def pytest_collection_finish() -> None:
    """What was imported and collected lives as long as the run: looking for garbage in it took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


# -- The database: seeded as the owner, used as the role that serves ---------------------------------------------------
@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """After the owner made and migrated the test database, every connection lives as the app role."""
    from django.core.management.commands.flush import Command  # noqa: PLC0415 - needs settings

    watch_objects()
    kept = outermost(client.store_rendered_templates)  # type: ignore[attr-defined] # it has no setting
    client.store_rendered_templates = kept  # type: ignore[attr-defined] # the same
    plain = Command.handle

    def flush(self: Any, **options: Any) -> None:
        with as_owner():
            plain(self, **options)

    with django_db_blocker.unblock():
        connection.settings_dict["OPTIONS"]["assume_role"] = APP
        connection.close()
    Command.handle = flush  # type: ignore[method-assign] # to TRUNCATE and to build the walls anew is the owner's
    yield
    stage.strikes()
    Command.handle = plain  # type: ignore[method-assign] # as it was
    with django_db_blocker.unblock():
        connection.settings_dict["OPTIONS"].pop("assume_role")
        connection.close()
        with connection.cursor() as cursor:
            # Threads of a live server may still hold a connection; the database could not be dropped then.
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
            )
        connection.close()


@contextmanager
def as_owner() -> Iterator[None]:
    """Seed past the walls, in the same connection and transaction."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    try:
        yield
    finally:
        if not connection.needs_rollback:  # a rolled back savepoint undoes RESET ROLE by itself
            with connection.cursor() as cursor:
                cursor.execute(f"SET ROLE {APP}")


# -- People ------------------------------------------------------------------------------------------------------------
@dataclass
class Person:
    """Somebody with an account."""

    user: User

    @property
    def id(self) -> UUID:
        return self.user.pk

    @property
    def viewer(self) -> Viewer:
        return Viewer.of(self.user)

    @contextmanager
    def acting(self) -> Iterator[Viewer]:
        """Inside the hook, as a request or a task would be."""
        with acting_as(self.viewer):
            yield self.viewer

    def does(self, what: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a service or query as this person, in a transaction of its own."""
        with self.acting() as viewer:
            return what(viewer, *args, **kwargs)

    def refused(self, what: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """Whether the call answers as if the thing did not exist."""
        try:
            self.does(what, *args, **kwargs)
        except NotFound:
            return True
        return False

    @property
    def browser(self) -> Client:
        """A client of Django's in which this person signed in a moment ago, with a second factor if she must."""
        return self.signed_in(minutes_ago=0)

    @property
    def browser_left_open(self) -> Client:
        """One in which she signed in twenty minutes ago: what asks again, asks."""
        return self.signed_in(minutes_ago=20)

    def signed_in(self, *, minutes_ago: int, second_factor: bool = True) -> Client:
        """A session as allauth leaves it after the sign-in form, without the form."""
        client = Client()
        client.force_login(self.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session, at = client.session, time.time() - minutes_ago * 60
        session["account_authentication_methods_user"] = str(self.user.pk)
        session["account_authentication_methods"] = [{"method": "password", "at": at}]
        if second_factor and self.user.role in OBLIGED:
            session["account_authentication_methods"] += [{"method": "mfa", "type": "totp", "at": at}]
        session.save()
        return client


@dataclass
class Maren(Person):
    """The patient."""

    def writes_note(
        self,
        text: str,
        *,
        title: str = "",
        for_: Collection[Clinician] = (),
        shared: bool = False,
        labels: Collection[str] = (),
    ) -> UUID:
        audience = Audience.NAMED if for_ else Audience.CATEGORY if shared else Audience.ONLY_ME
        named = [clinician.member.id for clinician in for_]
        note: UUID = self.does(add_note, text=text, title=title, audience=audience, named=named, labels=labels)
        return note

    def shares(
        self, with_: Clinician, *categories: str, labels: Collection[str] = (), until: date | None = None
    ) -> None:
        self.does(
            team.share,
            with_.member.id,
            categories=categories,
            labels=labels,
            until=until or self.viewer.today + timedelta(days=365),
        )

    def pauses(self) -> None:
        self.does(team.pause)

    def resumes(self) -> None:
        self.does(team.resume)

    def stops(self, whom: Clinician) -> None:
        self.does(team.stop, whom.member.id)


@dataclass
class Clinician(Person):
    """Somebody who looks after the patient."""

    patient: Maren

    @property
    def member(self) -> CareTeamMember:
        with as_owner():
            return CareTeamMember.objects.filter(user=self.user, patient_id=self.patient.id).latest("invited_at")

    def reads(self, note: UUID) -> bool:
        return not self.refused(notes.progress_note, self.patient.id, note)


def person(
    email: str,
    name: str,
    role: Role,
    zone: str = "America/New_York",
    profession: str = "",
    second_factor: bool = True,
    clinic: str = "Harbour Clinic",
) -> User:
    """An account with its identity row and the cast's password; whoever must have a second factor has one."""
    user = User.objects.open(email=email, name=name, role=role, zone=zone)
    user.set_password(PASSWORD)
    user.save()
    if role == Role.PATIENT:
        Patient.objects.create(user=user, birth_date=date(1984, 5, 4))
    elif role == Role.ADMIN:
        ClinicAdmin.objects.create(user=user, organization=Organization.objects.get_or_create(name=clinic)[0])
    else:
        Practitioner.objects.create(user=user, profession=profession)
    from allauth.account.models import EmailAddress  # noqa: PLC0415 - apps must be ready
    from allauth.mfa.totp.internal.auth import TOTP  # noqa: PLC0415 - the same

    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    if second_factor and role in OBLIGED:
        TOTP.activate(user, TOTP_KEY)
    return user


def midday() -> str:
    """A time zone in which it is now about noon, for what says "today" of something an hour away."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


def code_of(user: User) -> str:
    """A code that signs in once, whatever the clock says: the next of her recovery codes."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes  # noqa: PLC0415 - apps must be ready

    code: str = RecoveryCodes.activate(user).get_unused_codes()[0]
    return code


def joins(
    patient: Maren,
    user: User,
    role: str,
    sees: Collection[str],
    labels: Collection[str] = (),
    *,
    confirmed: bool = True,
) -> Clinician:
    """A member with live consents, seeded as the owner would find it."""
    at = {"invited_at": Now(), "accepted_at": Now(), "confirmed_at": Now() if confirmed else None}
    member = CareTeamMember(patient_id=patient.id, user=user, role=role, **at)
    member.save(force_insert=True)
    switches = [(Kind.CATEGORY, code) for code in sees] + [(Kind.LABEL, code) for code in labels]
    Consent.objects.bulk_create(
        Consent(
            member=member,
            patient_id=patient.id,
            user=user,
            kind=kind,
            code=code,
            starts_at=Now() - timedelta(days=30),
            ends_at=Now() + timedelta(days=300),
            created_by=patient.id,
            created_at=Now() - timedelta(days=30),
        )
        for kind, code in switches
    )
    return Clinician(user, patient)


@stage.fixture
def patient() -> Maren:
    with as_owner():
        return Maren(person("maren@example.org", "Maren Holt", Role.PATIENT))


@stage.fixture
def other_patient() -> Maren:
    with as_owner():
        return Maren(person("ilse@example.org", "Ilse Brandt", Role.PATIENT))


@pytest.fixture
def invite(patient: Maren) -> Callable[..., Clinician]:
    """A further member: `invite("family doctor", sees=[Category.MY_NOTES])`."""
    count = iter(range(1000))

    def invited(role: str, sees: Collection[str] = (), labels: Collection[str] = ()) -> Clinician:
        number = next(count)
        with as_owner():
            user = person(f"guest{number}@example.org", f"Dr Guest {number}", Role.PRACTITIONER)
            return joins(patient, user, role, sees, labels)

    return invited


@stage.fixture
def psychiatrist(patient: Maren) -> Clinician:
    """Dr Lee sees everything but labelled records."""
    with as_owner():
        user = person("lee@example.org", "Dr Sun-hee Lee", Role.PRACTITIONER, profession="Psychiatrist")
        return joins(patient, user, "Psychiatrist", EVERYTHING)


@stage.fixture
def therapist(patient: Maren) -> Clinician:
    """Tomás sees goals, notes and measures, and what is labelled trauma."""
    with as_owner():
        user = person("tomas@example.org", "Tomás Rivera", Role.PRACTITIONER, profession="Therapist")
        sees = [Category.GOALS, Category.MY_NOTES, Category.CLINICAL_NOTES, Category.MEASURES]
        return joins(patient, user, "Therapist", sees, ["trauma"])


@stage.fixture
def gp(patient: Maren) -> Clinician:
    """Dr Yusuf sees medicines and goals."""
    with as_owner():
        user = person("yusuf@example.org", "Dr Amina Yusuf", Role.PRACTITIONER, profession="Family doctor")
        return joins(patient, user, "Family doctor", [Category.GOALS, Category.TREATMENTS])


@stage.fixture
def stranger(patient: Maren) -> Clinician:
    """A clinician who was never on the team."""
    with as_owner():
        return Clinician(person("nobody@example.org", "Dr Nobody", Role.PRACTITIONER), patient)


@pytest.fixture
def admin(db: None) -> Person:
    """Ines manages people for Harbour Clinic."""
    with as_owner():
        return Person(person("ines@example.org", "Ines Aguilar", Role.ADMIN))


@pytest.fixture
def commits(transactional_db: None) -> None:
    """For tests whose actors must see one another's commits (threads, other processes, the browser)."""
    assert not transaction.get_connection().in_atomic_block
