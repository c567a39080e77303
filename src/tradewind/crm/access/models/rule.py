"""Where actors of a user meet actors of an object: a row that names what code declares."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from tradewind.crm.access.derivations import DerivationUnknownError
from tradewind.crm.access.meeting import KindsDifferError, Meeting
from tradewind.crm.access.models.named import spoken
from tradewind.crm.identity.models import User


class AccessRule(models.Model):
    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=160)
    name_ro = models.CharField(_("name in Romanian"), max_length=160, blank=True)
    object_type = models.CharField(_("objects"), max_length=80)
    actors_of_user = models.CharField(_("actors of the user"), max_length=64)
    actors_of_object = models.CharField(_("actors of the object"), max_length=64)
    object_filter = models.CharField(_("only objects that"), max_length=64, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("access rule")
        verbose_name_plural = _("access rules")
        ordering: ClassVar[list[str]] = ["object_type", "code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["object_type", "actors_of_user", "actors_of_object", "object_filter"],
                name="one_access_rule_a_meeting",
                violation_error_message=_("There is a rule that says the same."),
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(object_type="") & ~Q(actors_of_user="") & ~Q(actors_of_object=""),
                name="access_rule_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return spoken(self.name, self.name_ro)

    def clean(self) -> None:
        try:
            self.meeting()
        except DerivationUnknownError as unknown:
            raise ValidationError(_("Nothing is declared for %(names)s."), params={"names": str(unknown)}) from unknown
        except KindsDifferError as differ:
            raise ValidationError(_("These actors are of two kinds and never meet.")) from differ

    @property
    def names(self) -> tuple[str, str, str, str]:
        """What code knows the rule by: the kind of object, both sides, the filter."""
        return self.object_type, self.actors_of_user, self.actors_of_object, self.object_filter

    def meeting(self) -> Meeting:
        """What the names of this rule stand for.

        Raises:
            DerivationUnknownError: nobody has declared one of them.
            KindsDifferError: they could never meet.
        """
        return Meeting.named(*self.names)

    def change(self, *, actor: User | None, now: datetime, why: str, **fields: Any) -> None:
        """Say something else from now on; what the rule said before stays in its history.

        Raises:
            ValidationError: the new names stand for nothing, or another rule says the same.
        """
        for name, value in fields.items():
            setattr(self, name, value)
        self.full_clean()
        self.keep(actor=actor, now=now, why=why)

    def keep(self, *, actor: User | None, now: datetime, why: str) -> None:
        """Save with who, when and why."""
        self._history_user, self._history_date, self._change_reason = actor, now, why
        self.save()
