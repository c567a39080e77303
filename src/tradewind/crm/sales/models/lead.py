"""Somebody who may buy."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tradewind.crm.identity.models import User
from tradewind.crm.parties.models import area_of
from tradewind.crm.parties.models.territory import LONGEST_AREA
from tradewind.crm.parties.words import LONGEST_WORD, key_of
from tradewind.crm.sales.models.worked import Move, Worked, WorkedActivity, WorkRefused


class LeadStatus(models.TextChoices):
    NEW = "new", _("New")
    QUALIFIED = "qualified", _("Qualified")
    DISPATCHED = "dispatched", _("Dispatched")
    ACCEPTED = "accepted", pgettext_lazy("lead", "Accepted")
    DECLINED = "declined", _("Declined")
    TIMED_OUT = "timed_out", _("Timed out")
    IN_WORK = "in_work", _("In work")
    CONVERTED = "converted", _("Converted")
    LOST = "lost", pgettext_lazy("lead", "Lost")


CLOSED = (LeadStatus.CONVERTED, LeadStatus.LOST)
OPEN = (LeadStatus.NEW, LeadStatus.QUALIFIED, LeadStatus.DISPATCHED, LeadStatus.ACCEPTED, LeadStatus.IN_WORK)


class LeadQuerySet(models.QuerySet["Lead"]):
    def latest_first(self) -> Self:
        return self.order_by("-created_at", "-id")

    def search(self, text: str) -> Self:
        """Leads of companies whose name begins like the text, whatever its accents and signs; none for no text."""
        key = key_of(text)
        return self.filter(search_key__gte=key, search_key__lte=key.ljust(LONGEST_WORD, "z")) if key else self.none()


class Lead(Worked):
    OPEN = OPEN
    HANDED_FROM = tuple(status for status in LeadStatus if status not in CLOSED)
    HANDED = LeadStatus.DISPATCHED
    MOVES = (
        Move("accept", _("Accept"), pgettext_lazy("lead", "Accepted"), (LeadStatus.DISPATCHED,), LeadStatus.ACCEPTED),
        Move("decline", _("Decline"), _("Declined"), (LeadStatus.DISPATCHED,), LeadStatus.DECLINED),
        Move(
            "begin",
            _("Start working on it"),
            _("Work has begun"),
            (LeadStatus.NEW, LeadStatus.QUALIFIED, LeadStatus.ACCEPTED),
            LeadStatus.IN_WORK,
        ),
        Move(
            "lose",
            _("Close as lost"),
            pgettext_lazy("lead", "Lost"),
            (LeadStatus.ACCEPTED, LeadStatus.IN_WORK),
            LeadStatus.LOST,
        ),
    )

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
            models.Index(fields=["asked_at"], condition=Q(asked_at__isnull=False), name="lead_asked"),
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

    def derived(self, fields: Collection[str]) -> Collection[str]:
        return ("area", "search_key")

    def convert(self, *, actor: User, now: datetime) -> None:
        """Note that it has become an opportunity.

        Raises:
            WorkRefused: it is closed already.
        """
        if not Lead.objects.filter(pk=self.pk, status__in=OPEN).update(status=LeadStatus.CONVERTED):
            raise WorkRefused(gettext("This lead is closed already."))
        self.status = LeadStatus.CONVERTED
        self.note("converted", actor=actor, now=now)


class LeadActivity(WorkedActivity):
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="activities")

    class Meta:
        verbose_name = _("activity of a lead")
        verbose_name_plural = _("activities of leads")
        ordering: ClassVar[list[str]] = ["-activity__happened_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["lead", "partner"], name="lead_timeline")]
