"""Sending: that a request with this key made something. Its status and the id of what it made, never a word of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from careteam.accounts.ids import new_id
from careteam.accounts.models import User


class Sending(models.Model):
    """One request that made something, kept for a day in the transaction of what it made.

    Key and request are kept as hashes with the house's secret: a short answer could be guessed from a plain one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)  # the constraint's index begins so
    key = models.CharField(max_length=64)
    request = models.CharField(max_length=64)
    status = models.SmallIntegerField()
    made_id = models.UUIDField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="a_key_once")]
        indexes: ClassVar = [models.Index(fields=["at"], name="sendings_by_age")]

    def __str__(self) -> str:
        return str(self.id)
