"""ProposedCorrection (a clinician's, below an entry of the patient's) and CorrectionSettled (the patient's answer)."""

from __future__ import annotations

from functools import cache

from django.apps import apps
from django.db import models

from careteam.accounts.models import Role
from careteam.sharing.records import Record, Reply

WORDS_MOST = 4_000


@cache
def correctable() -> dict[str, type[Record]]:
    """The classes of entries that take one, by their kind, whatever rooms they are in."""
    found = [model for model in apps.get_models() if issubclass(model, Record) and model.correctable]
    return {model.kind: model for model in found}


class ProposedCorrection(Reply):
    """Below an entry: what a clinician thinks it should say, in plain words, as it stood in that version.

    It changes nothing of the entry, and whoever sees the entry sees it. `about_kind` says which class the entry is of.
    """

    written_by = Role.PRACTITIONER
    content = ("text",)

    text = models.TextField()
    about_kind = models.CharField(max_length=16)
    about_version = models.IntegerField()

    class Meta(Reply.Meta):
        pass

    @classmethod
    def parents(cls) -> tuple[type[Record], ...]:
        """Every class that is `correctable`."""
        return tuple(correctable().values())


class CorrectionSettled(Reply):
    """Below the same entry: the patient has answered one of those, by a change of her own or by leaving it.

    `about_version` tells which: the version in which the entry stood when she answered.
    """

    written_by = Role.PATIENT

    correction_id = models.UUIDField()
    about_version = models.IntegerField()

    class Meta(Reply.Meta):
        pass

    @classmethod
    def parents(cls) -> tuple[type[Record], ...]:
        """Every class that is `correctable`."""
        return tuple(correctable().values())
