"""Who decides about how much, and in which stages."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.funds.models.plan import FundsPlan
from tradewind.crm.identity.models import Role


class ApprovalStage(models.Model):
    """Documents of a plan from so much on need a decision by somebody of this role, stage after stage."""

    plan = models.ForeignKey(FundsPlan, on_delete=models.CASCADE, related_name="stages", verbose_name=_("funds plan"))
    position = models.PositiveSmallIntegerField(_("stage"))
    role = models.CharField(_("role"), max_length=40, choices=Role.choices)
    from_minor = models.BigIntegerField(_("from"), default=0, help_text=_("In the currency of the plan."))

    class Meta:
        verbose_name = _("approval stage")
        verbose_name_plural = _("approval stages")
        ordering: ClassVar[list[str]] = ["plan", "position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "position"], name="a_stage_once_a_plan"),
            models.CheckConstraint(condition=Q(from_minor__gte=0, position__gte=1), name="stage_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.get_role_display()}"


class ApproverQuerySet(models.QuerySet["Approver"]):
    def of(self, user_id: int, currency: str) -> Self:
        return self.filter(user=user_id, currency=currency)


class Approver(models.Model):
    """What one person may approve in one currency, and their authorisation level."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="approver_limits", verbose_name=_("person")
    )
    currency = models.CharField(_("currency"), max_length=3)
    limit_minor = models.BigIntegerField(_("up to"))
    level = models.PositiveSmallIntegerField(_("authorisation level"), default=1)

    objects = ApproverQuerySet.as_manager()

    class Meta:
        verbose_name = _("approver")
        verbose_name_plural = _("approvers")
        ordering: ClassVar[list[str]] = ["user", "currency"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "currency"], name="an_approver_once_a_currency"),
            models.CheckConstraint(condition=Q(limit_minor__gte=0), name="approver_limit_is_an_amount"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="approver_currency_has_3_letters"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.limit_minor} {self.currency}"
