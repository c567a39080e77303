"""A document that changes budgets, its lines, and the decisions about it."""

from __future__ import annotations

from hashlib import sha256
from typing import ClassVar
from uuid import uuid4

import msgspec
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.funds.models.fund import Fund
from tradewind.crm.funds.models.plan import FundsPlan
from tradewind.crm.funds.rules import BudgetKind, BudgetStatus
from tradewind.crm.ledger.models import JournalEntry


class BudgetPosting(models.Model):
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    plan = models.ForeignKey(
        FundsPlan, on_delete=models.PROTECT, related_name="budget_postings", verbose_name=_("funds plan")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=BudgetKind.choices)
    status = models.CharField(_("status"), max_length=14, choices=BudgetStatus.choices, default=BudgetStatus.DRAFT)
    why = models.CharField(_("why"), max_length=240)
    until_date = models.DateField(_("new last day"), null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("asked by"),
        help_text=_("Empty where a run did it."),
    )
    asked_at = models.DateTimeField(_("asked at"))
    digest = models.CharField(max_length=64, blank=True, editable=False)
    entry = models.OneToOneField(
        JournalEntry,
        on_delete=models.PROTECT,
        related_name="budget_posting",
        null=True,
        blank=True,
        verbose_name=_("journal entry"),
    )

    class Meta:
        verbose_name = _("budget posting")
        verbose_name_plural = _("budget postings")
        ordering: ClassVar[list[str]] = ["-asked_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "-asked_at", "-id"], name="budget_posting_by_status"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=BudgetKind.values), name="budget_kind_is_known"),
            models.CheckConstraint(condition=Q(status__in=BudgetStatus.values), name="budget_status_is_known"),
            models.CheckConstraint(condition=~Q(why=""), name="budget_posting_says_why"),
            models.CheckConstraint(
                condition=Q(status=BudgetStatus.DRAFT) | ~Q(digest=""), name="budget_posting_is_sealed_when_asked"
            ),
            models.CheckConstraint(
                condition=Q(entry=None) | Q(status__in=[BudgetStatus.APPROVED, BudgetStatus.REVERSED]),
                name="only_approved_budget_is_posted",
            ),
            models.CheckConstraint(
                condition=Q(until_date=None) | Q(kind__in=[BudgetKind.EXTEND, BudgetKind.RENEW]),
                name="a_new_last_day_extends_or_renews",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    def content_digest(self) -> str:
        """SHA-256 of all that is to be approved."""
        lines = list(self.lines.order_by("fund").values_list("fund__uuid", "amount_minor"))
        content = (self.uuid, self.plan_id, self.kind, self.why, self.until_date, lines)
        return sha256(msgspec.json.encode(content)).hexdigest()

    def amount_minor(self) -> int:
        """How much it moves: what goes in, or what goes out where nothing does."""
        amounts = list(self.lines.values_list("amount_minor", flat=True))
        return max(sum(a for a in amounts if a > 0), -sum(a for a in amounts if a < 0))


class BudgetLine(models.Model):
    posting = models.ForeignKey(
        BudgetPosting, on_delete=models.CASCADE, related_name="lines", verbose_name=_("budget posting")
    )
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="budget_lines", verbose_name=_("fund"))
    amount_minor = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        ordering: ClassVar[list[str]] = ["posting", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["posting", "fund"], name="a_fund_once_a_budget_posting"),
        ]

    def __str__(self) -> str:
        return f"{self.fund}: {self.amount_minor}"


class BudgetDecision(models.Model):
    """One stage of an approval; whoever asked does not decide, and nobody decides twice."""

    posting = models.ForeignKey(
        BudgetPosting, on_delete=models.CASCADE, related_name="decisions", verbose_name=_("budget posting")
    )
    stage = models.PositiveSmallIntegerField(_("stage"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("asked by")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"))
    is_approved = models.BooleanField(_("approved"))
    why = models.CharField(_("why"), max_length=240, blank=True)

    class Meta:
        verbose_name = _("decision about a budget posting")
        verbose_name_plural = _("decisions about budget postings")
        ordering: ClassVar[list[str]] = ["posting", "stage"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["posting", "stage"], name="a_stage_is_decided_once"),
            models.UniqueConstraint(fields=["posting", "decided_by"], name="a_person_decides_one_stage"),
            models.CheckConstraint(
                condition=Q(asked_by=None) | ~Q(asked_by=F("decided_by")), name="budget_is_seen_by_four_eyes"
            ),
            models.CheckConstraint(condition=Q(is_approved=True) | ~Q(why=""), name="refused_budget_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.posting}, {self.stage}"
