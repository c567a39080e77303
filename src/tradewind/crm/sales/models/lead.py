"""Somebody who may buy."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.parties.models import area_of
from tradewind.crm.parties.models.territory import LONGEST_AREA
from tradewind.crm.parties.words import LONGEST_WORD, key_of
from tradewind.crm.sales.models.worked import Worked


class LeadStatus(models.TextChoices):
    NEW = "new", _("New")
    QUALIFIED = "qualified", _("Qualified")
    DISPATCHED = "dispatched", _("Dispatched")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    TIMED_OUT = "timed_out", _("Timed out")
    IN_WORK = "in_work", _("In work")
    CONVERTED = "converted", _("Converted")
    LOST = "lost", _("Lost")


CLOSED = (LeadStatus.CONVERTED, LeadStatus.LOST)


class LeadQuerySet(models.QuerySet["Lead"]):
    def latest_first(self) -> Self:
        return self.order_by("-created_at", "-id")

    def search(self, text: str) -> Self:
        """Leads of companies whose name begins like the text, whatever its accents and signs; none for no text."""
        key = key_of(text)
        return self.filter(search_key__gte=key, search_key__lte=key.ljust(LONGEST_WORD, "z")) if key else self.none()


class Lead(Worked):
    company = models.CharField(_("company"), max_length=160)
    contact_name = models.CharField(_("contact"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    area = models.CharField(_("postcode area"), max_length=LONGEST_AREA, blank=True, editable=False)
    search_key = models.CharField(max_length=LONGEST_WORD, editable=False)
    status = models.CharField(_("status"), max_length=12, choices=LeadStatus.choices, default=LeadStatus.NEW)
    value_minor = models.BigIntegerField(_("value"), default=0)
    currency = models.CharField(_("currency"), max_length=3, default="GBP")

    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-created_at", "-id"], name="lead_latest"),
            models.Index(fields=["partner", "-created_at", "-id"], name="lead_of_partner"),
            models.Index(fields=["assigned_to", "-created_at", "-id"], name="lead_of_employee"),
            models.Index(fields=["created_by_company", "-created_at", "-id"], name="lead_of_creator"),
            models.Index(fields=["area", "-created_at", "-id"], name="lead_of_area"),
            models.Index(fields=["status", "-created_at", "-id"], name="lead_of_status"),
            models.Index(fields=["search_key"], name="lead_by_company"),
            models.Index(fields=["partner", "search_key"], name="lead_of_partner_by_company"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(company=""), name="lead_names_a_company"),
            models.CheckConstraint(condition=Q(status__in=LeadStatus.values), name="lead_status_is_known"),
            models.CheckConstraint(condition=Q(value_minor__gte=0), name="lead_value_is_not_negative"),
        ]

    def __str__(self) -> str:
        return self.company

    def save(self, *args: Any, **how: Any) -> None:
        self.derive()
        super().save(*args, **how)

    def derive(self) -> None:
        """Bring what is found and matched in step with what was written; for rows that are saved in bulk."""
        self.area, self.search_key = area_of(self.postcode), key_of(self.company)
