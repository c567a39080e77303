"""A fund: what somebody or something is granted in a plan."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.catalog.models import Product
from tradewind.crm.funds.models.plan import FundsPlan
from tradewind.crm.funds.rules import WHOLE_BP, Level, Thresholds, judge
from tradewind.crm.parties.models import Organisation, Territory

LARGEST_FUND: Final = 10**14
"""The most minor units that a fund may hold, so that shares of it can still be counted in whole numbers."""


class FundKind(models.TextChoices):
    PARTNER = "partner", _("Partner")
    PRODUCT = "product", _("Product")
    CATEGORY = "category", _("Product category")
    GROUP = "group", _("Partner group")
    TERRITORY = "territory", _("Territory")


class AvailabilityRule(models.Model):
    """How closely a fund is watched, and how far over its budget somebody of which level may go."""

    name = models.CharField(_("name"), max_length=80)
    information_bp = models.PositiveIntegerField(_("inform from, in hundredths of a per cent"), default=8_000)
    warning_bp = models.PositiveIntegerField(_("warn from, in hundredths of a per cent"), default=9_000)
    tolerance_bp = models.PositiveIntegerField(_("tolerance, in hundredths of a per cent"), default=0)
    tolerance_level = models.PositiveSmallIntegerField(_("authorisation level for the tolerance"), default=2)

    class Meta:
        verbose_name = _("availability rule")
        verbose_name_plural = _("availability rules")
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(information_bp__lte=F("warning_bp"), warning_bp__lte=WHOLE_BP, tolerance_bp__lte=WHOLE_BP),
                name="availability_informs_then_warns",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def thresholds(self) -> Thresholds:
        return Thresholds(self.information_bp, self.warning_bp, self.tolerance_bp)


class FundQuerySet(models.QuerySet["Fund"]):
    def due_to_expire(self, *, on_date: date) -> Self:
        """Funds whose last day is over and that have not expired yet."""
        return self.filter(expires_date__lt=on_date, expired_at=None)


class Fund(models.Model):
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    plan = models.ForeignKey(FundsPlan, on_delete=models.PROTECT, related_name="funds", verbose_name=_("funds plan"))
    kind = models.CharField(_("kind"), max_length=9, choices=FundKind.choices)
    partner: models.ForeignKey[Organisation | None, Organisation | None] = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="funds", null=True, blank=True, verbose_name=_("partner")
    )
    product: models.ForeignKey[Product | None, Product | None] = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="funds", null=True, blank=True, verbose_name=_("product")
    )
    territory: models.ForeignKey[Territory | None, Territory | None] = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="funds", null=True, blank=True, verbose_name=_("territory")
    )
    label = models.CharField(_("category or group"), max_length=80, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    expires_date = models.DateField(_("last day"))
    expired_at = models.DateTimeField(_("expired at"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("owner"),
    )
    rule = models.ForeignKey(
        AvailabilityRule, on_delete=models.PROTECT, related_name="funds", verbose_name=_("availability rule")
    )
    tolerance_bp = models.PositiveIntegerField(default=0, editable=False)
    budget_minor = models.BigIntegerField(_("budget"), default=0, editable=False)
    held_minor = models.BigIntegerField(_("held"), default=0, editable=False)
    paid_minor = models.BigIntegerField(_("settled"), default=0, editable=False)

    objects = FundQuerySet.as_manager()

    class Meta:
        verbose_name = _("fund")
        verbose_name_plural = _("funds")
        ordering: ClassVar[list[str]] = ["plan", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["expires_date"], condition=Q(expired_at=None), name="fund_by_last_day"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=FundKind.values), name="fund_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind=FundKind.PARTNER, partner__isnull=False, product=None, territory=None, label="")
                | Q(kind=FundKind.PRODUCT, partner=None, product__isnull=False, territory=None, label="")
                | Q(kind=FundKind.TERRITORY, partner=None, product=None, territory__isnull=False, label="")
                | (
                    Q(kind__in=[FundKind.CATEGORY, FundKind.GROUP], partner=None, product=None, territory=None)
                    & ~Q(label="")
                ),
                name="fund_is_for_what_its_kind_says",
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="fund_currency_has_3_letters"),
            models.CheckConstraint(
                condition=Q(held_minor__gte=0, paid_minor__gte=0, budget_minor__gte=0, budget_minor__lte=LARGEST_FUND),
                name="fund_counts_from_nothing",
            ),
            models.CheckConstraint(
                condition=Q(
                    budget_minor__gte=F("held_minor")
                    + F("paid_minor")
                    - F("budget_minor") * F("tolerance_bp") / WHOLE_BP
                ),
                name="fund_is_never_overspent",
            ),
            models.UniqueConstraint(
                fields=["plan", "kind", "partner"], condition=~Q(partner=None), name="a_fund_once_a_partner_and_plan"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.of}"

    @property
    def of(self) -> str:
        """Whom or what it is for."""
        return str(self.partner or self.product or self.territory or self.label)

    @property
    def available_minor(self) -> int:
        """What may still be held without any tolerance; less than nothing where the tolerance is in use."""
        return self.budget_minor - self.held_minor - self.paid_minor

    def judge(self, amount_minor: int) -> Level:
        """What availability control says of holding so much more."""
        committed = self.held_minor + self.paid_minor
        return judge(
            budget_minor=self.budget_minor,
            committed_minor=committed,
            amount_minor=amount_minor,
            thresholds=self.rule.thresholds,
        )

    def is_seen_expired(self, *, on_date: date) -> bool:
        return self.expired_at is not None or self.expires_date < on_date

    def account_holder(self) -> str:
        """How the ledger calls it."""
        return self.uuid.hex
