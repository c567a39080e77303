"""A human being, as far as the company needs to know."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.identity.models import Language

AGE_BANDS = ((25, "under_25"), (35, "25_34"), (50, "35_49"), (65, "50_64"))
OLDEST_BAND = "65_and_over"


class Person(models.Model):
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.ENGLISH)
    born_date = models.DateField(_("born"), null=True, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        ordering: ClassVar[list[str]] = ["last_name", "first_name", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["last_name", "first_name"], name="person_by_name"),
            models.Index(fields=["email"], name="person_by_email"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(first_name="", last_name=""), name="person_has_a_name"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="person_language_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def age_band(self, on_date: date) -> str | None:
        """A band of ages on a day, None where the day of birth is not known; the band is all that leaves the record."""
        if self.born_date is None:
            return None
        before_birthday = (on_date.month, on_date.day) < (self.born_date.month, self.born_date.day)
        age = on_date.year - self.born_date.year - before_birthday
        return next((band for below, band in AGE_BANDS if age < below), OLDEST_BAND)
