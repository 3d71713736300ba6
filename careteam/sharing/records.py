"""The base of every record, and the only two ways to read one: `visible_to` (lazy) and `disclose_to` (audited)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from careteam.accounts.ids import new_id
from careteam.accounts.models import Patient, Role, User
from careteam.accounts.viewer import Viewer
from careteam.audit.models import BELOW, Purpose
from careteam.audit.services import disclosure, is_silent, record_disclosures
from careteam.sharing import policy
from careteam.sharing.codes import DRAFTS, Audience, Category
from careteam.sharing.errors import Conflict, NotFound
from careteam.sharing.models import RecordVersion

PAGE = 20
PAGE_MOST = 100
EVERYTHING = 10_000
EVER = datetime.min.replace(tzinfo=UTC)


M = TypeVar("M", bound=models.Model)
T = TypeVar("T")
R = TypeVar("R", bound="Record")


def told(values: Mapping[UUID, date]) -> models.Func:
    """The day (or instant) told for a row's patient; one statement whatever is told."""
    kind = models.DateTimeField if any(isinstance(one, datetime) for one in values.values()) else models.DateField
    patients = models.Value([*values], ArrayField(models.UUIDField()))
    each = models.Value([*values.values()], ArrayField(kind()))
    place = models.Func(patients, F("patient_id"), function="array_position", output_field=models.IntegerField())
    picked: models.Field[Any, Any] = kind()
    return models.Func(each, place, template="((%(expressions)s])", arg_joiner=")[", output_field=picked)


class UnscopedRead(RuntimeError):
    """A record was about to be read without a viewer. That is a fault of the code, never of a person."""


@dataclass(frozen=True, slots=True)
class Page:
    """A keyset page, newest first: at most `size` rows before the cursor `(effective_at, id)`."""

    size: int = PAGE
    before: tuple[datetime, UUID] | None = None


ALL = Page(size=EVERYTHING)
FIRST = Page()


class Disclosed(list[T]):
    """Rows that were disclosed, and the cursor of the next page when there are more."""

    next: tuple[datetime, UUID] | None = None


class Records(models.QuerySet[M]):
    """A queryset that refuses to be evaluated before it was narrowed to a viewer."""

    _scoped = False

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc] # Django's own way to carry state along
        clone._scoped = self._scoped
        return clone

    def scoped(self) -> Self:
        """Mark as narrowed. For sharing alone; rooms use `visible_to`, `disclose_to` or `Model.unscoped`."""
        clone = self._clone()
        clone._scoped = True
        return clone

    def _must_be_scoped(self) -> None:
        if not self._scoped:
            raise UnscopedRead(f"{self.model.__name__} read without visible_to(viewer) or disclose_to(viewer)")

    def _fetch_all(self) -> None:
        self._must_be_scoped()
        super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Iterator[M]:
        self._must_be_scoped()
        return super().iterator(chunk_size)

    def count(self) -> int:
        self._must_be_scoped()
        return super().count()

    def exists(self) -> bool:
        self._must_be_scoped()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._must_be_scoped()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._must_be_scoped()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._must_be_scoped()
        return super().delete()

    def about(self, patient: UUID) -> Self:
        """Of one patient."""
        return self.filter(patient_id=patient)

    def between(self, viewer: Viewer, since: date | None = None, until: date | None = None) -> Self:
        """Effective from `since` to `until`, both inclusive, in the viewer's days."""
        found = self
        if since:
            found = found.filter(effective_at__gte=datetime.combine(since, time(), viewer.tz))
        if until and until < date.max:  # there is no day after the last one
            found = found.filter(effective_at__lt=datetime.combine(until + timedelta(days=1), time(), viewer.tz))
        return found

    def visible_to(self, viewer: Viewer) -> Self:
        """What the viewer may see now, lazily: for counts, subqueries and "may she see this one?" (`.exists()`)."""
        return policy.visible(self, viewer).scoped()

    def newer(self, viewer: Viewer, since: Mapping[UUID, datetime | None]) -> dict[UUID, int]:
        """Per patient, how many visible records others changed since then (None: ever). One statement for all."""
        if not since:
            return {}
        then = told({patient: at or EVER for patient, at in since.items()})
        later = self.visible_to(viewer).filter(patient_id__among=[*since], changed_at__gt=then)
        rows = later.filter(withdrawn_at=None).exclude(author_id=viewer.user)
        found = rows.exclude(status__in=DRAFTS).order_by().values("patient_id").annotate(count=models.Count("id"))
        return dict(found.values_list("patient_id", "count"))

    def disclose_to(self, viewer: Viewer, *, purpose: Purpose, page: Page = FIRST) -> Disclosed[M]:
        """Evaluate what the viewer may see, newest first, and write it to the log in the same transaction."""
        rows = self.visible_to(viewer).order_by("-effective_at", "-id").select_related("author")
        if page.before:
            at, last = page.before
            rows = rows.filter(Q(effective_at__lt=at) | Q(effective_at=at, id__lt=last))
        found: Disclosed[Any] = Disclosed(rows[: page.size + 1])
        if len(found) > page.size:
            del found[page.size :]
            found.next = (found[-1].effective_at, found[-1].id)
        disclosed(found, viewer, purpose)
        return found


def disclosed(records: Collection[Owned], viewer: Viewer, purpose: Purpose) -> None:
    """Write the log rows for records just evaluated: one per patient and category, in one statement."""
    if is_silent(viewer, purpose):
        return
    shown: dict[tuple[UUID, str], list[tuple[UUID, int]]] = {}
    for record in records:
        if record.patient_id != viewer.patient:
            category = record.category if isinstance(record, Record) else BELOW
            shown.setdefault((record.patient_id, category), []).append((record.id, record.version))
    if shown:
        record_disclosures(
            disclosure(viewer, purpose, patient, category, pairs) for (patient, category), pairs in shown.items()
        )


class Owned(models.Model):
    """What a patient owns and somebody wrote. Read through the rule, or `unscoped` with a reason.

    `version` counts changes of content alone. Instants are set with `Now()` by services and never by a database
    default: that would read the new row back, and its writer may not be allowed to see it (a clinician writes while
    sharing is paused).
    """

    content: ClassVar[tuple[str, ...]] = ()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    version = models.IntegerField(default=1)
    recorded_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = Records.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_draft(self) -> bool:
        """Whether only its author sees it."""
        return False

    def as_content(self) -> dict[str, Any]:
        """Its words as the version history keeps them."""
        return {name: _plain(getattr(self, name)) for name in self.content}

    @classmethod
    def unscoped(cls, reason: str) -> Records[Any]:
        """All rows, past the first wall (the database's stays). Each call is listed, with its reason, in a test."""
        if not reason:
            raise UnscopedRead("say why")
        return Records(cls).scoped()


class Record(Owned):
    """A row that a patient owns, under the rule by its category. `category` and `kind` are constant per class.

    `kind` names the class in addresses and pictures (`goal`, `medicine`); several kinds may share a category.
    `proposed_as` is the status in which a clinician on the team may lay one before its patient ("": in none), whose
    record it then is like those she wrote. `correctable`: clinicians who see one may propose a correction below it.
    """

    category: ClassVar[Category]
    kind: ClassVar[str]
    written_by: ClassVar[Role] = Role.PATIENT
    proposed_as: ClassVar[str] = ""
    correctable: ClassVar[bool] = False

    labels = ArrayField(models.CharField(max_length=24), default=list)
    audience = models.CharField(max_length=8, choices=Audience.choices, default=Audience.CATEGORY)
    status = models.CharField(max_length=16)
    effective_at = models.DateTimeField()
    source = models.CharField(max_length=40, default="typed")
    import_key = models.CharField(max_length=64, default="", blank=True)

    class Meta(Owned.Meta):
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "author", "import_key"], condition=~Q(import_key=""), name="%(class)s_imported_once"
            ),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="%(class)s_audience"),
        ]
        indexes: ClassVar = [models.Index(fields=["patient", "-effective_at", "-id"], name="%(class)s_newest")]

    @property
    def is_draft(self) -> bool:
        """Whether only its author sees it."""
        return self.status in DRAFTS


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


class Reply(Owned):
    """What people write below a record: seen by whoever sees the record, whatever its category.

    It has no audience of its own, so hiding it and withdrawing it are one thing: it is gone for everybody but the
    patient, and a stub is left by what it stands below alone.
    """

    written_by: ClassVar[Role | None] = None  # None: whoever sees what it stands below

    about_id = models.UUIDField()

    class Meta(Owned.Meta):
        abstract = True
        indexes: ClassVar = [models.Index(fields=["about_id", "recorded_at"], name="%(class)s_below")]

    @classmethod
    def parents(cls) -> tuple[type[Record], ...]:
        """The classes of records this may stand below."""
        raise UnscopedRead("a reply must name what it stands below")

    @classmethod
    def below(
        cls,
        viewer: Viewer,
        records: Collection[UUID],
        *,
        purpose: Purpose,
        among: Collection[type[Record]] = (),
        **only: Any,
    ) -> list[Self]:
        """Everything below these records that the viewer may see, oldest first, and told to the log.

        `among` says of which classes they are, where it may stand below many. `only` narrows as `filter` does: what is
        read and not shown is nobody's to tell of.
        """
        if not records:
            return []
        below: Records[Any] = Records(cls)
        rows = policy.visible_replies(below.filter(about_id__among=records, **only), viewer, among)
        found = list(rows.scoped().select_related("author").order_by("recorded_at", "id"))
        disclosed(found, viewer, purpose)
        return found

    @classmethod
    def own(cls, viewer: Viewer, reply: UUID) -> Self:
        """One that the patient herself wrote and has not withdrawn, locked for the change to come; raises NotFound."""
        replies: Records[Any] = Records(cls)
        rows = policy.visible_replies(replies.filter(pk=reply, author_id=viewer.user, withdrawn_at=None), viewer)
        found: Self | None = rows.scoped().filter(patient_id=viewer.patient).select_for_update(of=("self",)).first()
        if found is None:
            raise NotFound
        return found


def revise(record: Owned, viewer: Viewer, expected: int | None, why: str = "", **changes: Any) -> None:
    """Change a record's content: the old version is kept, the number rises by one.

    Raises Conflict when `expected` is not the version there is (or another writer was faster), NotFound when the row
    cannot be changed by this viewer. A draft keeps no history: nobody else ever saw it.
    """
    if expected is not None and expected != record.version:
        raise Conflict(record.version)
    if not record.is_draft:
        RecordVersion.objects.bulk_create(
            [
                RecordVersion(
                    record_id=record.id,
                    patient_id=record.patient_id,
                    changed_by_id=viewer.user,
                    version=record.version,
                    content=record.as_content(),
                    why=why,
                    until=Now(),
                )
            ]
        )
    same = type(record).unscoped("write to a row already found visible").filter(pk=record.pk, version=record.version)
    if same.update(version=F("version") + 1, changed_at=Now(), **changes) != 1:
        raise Conflict(record.version + 1)
    record.version += 1


def change(record: Owned, **fields: Any) -> None:
    """Change what is not content (audience, labels, status of a draft, withdrawal): no new version."""
    if type(record).unscoped("write to a row already found visible").filter(pk=record.pk).update(**fields) != 1:
        raise NotFound


def one_visible(model: type[R], viewer: Viewer, record: UUID, *, lock: bool = True) -> R:
    """The one record, for a decision (no log row: nothing is shown); raises NotFound. Locked for the change to come.

    Only who may change the row can lock it: the database's policies for UPDATE hold for FOR UPDATE as well.
    """
    rows: Records[Any] = model.objects.visible_to(viewer).filter(pk=record)
    found: R | None = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotFound
    return found


def versions(viewer: Viewer, *records: UUID) -> list[RecordVersion]:
    """Earlier versions of these, newest first: the patient's alone."""
    if viewer.patient is None:
        return []
    found = RecordVersion.objects.filter(record_id__among=records, patient_id=viewer.patient).select_related(
        "changed_by"
    )
    return list(found.order_by("-version"))
