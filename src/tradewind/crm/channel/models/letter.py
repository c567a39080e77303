"""One letter of a campaign on its way to one customer, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tradewind.crm.channel.models.campaign import PartnerCampaign
from tradewind.crm.channel.models.partner import Partner
from tradewind.crm.channel.rules import Status
from tradewind.crm.parties.models import Customer

DOUBTFUL_AFTER: Final = timedelta(minutes=10)
"""So long no letter takes: whoever was sending it is gone."""
LONGEST_REMARK: Final = 200


class LetterState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("letter", "Waiting")
    SENDING = "sending", pgettext_lazy("letter", "Being sent")
    SENT = "sent", pgettext_lazy("letter", "Sent")
    DOUBTFUL = "doubtful", pgettext_lazy("letter", "Perhaps sent")
    REFUSED = "refused", pgettext_lazy("letter", "Refused")
    DROPPED = "dropped", pgettext_lazy("letter", "Not sent")


ON_THE_WAY: Final = (LetterState.WAITING, LetterState.SENDING)


class CampaignLetterQuerySet(models.QuerySet["CampaignLetter"]):
    def due(self, *, now: datetime) -> Self:
        """Those that may leave now; those of a suspended partner wait until it is active again."""
        suspended = Partner.objects.in_status(Status.SUSPENDED).values("organisation")
        waiting = self.filter(state=LetterState.WAITING, due_at__lte=now)
        return waiting.exclude(campaign__partner__in=suspended).order_by("due_at", "pk")

    def left_behind(self, *, now: datetime) -> Self:
        """Those that somebody began to send and cannot be sending any more."""
        return self.filter(state=LetterState.SENDING, changed_at__lt=now - DOUBTFUL_AFTER)

    def drop(self, *, now: datetime, remark: str) -> int:
        """Let those that nobody has begun not leave at all; how many these are."""
        waiting = self.filter(state=LetterState.WAITING)
        return waiting.update(state=LetterState.DROPPED, changed_at=now, remark=remark[:LONGEST_REMARK])


class CampaignLetter(models.Model):
    """It is begun before the mail server hears of it: a letter that may have left is never sent again by itself."""

    campaign = models.ForeignKey(PartnerCampaign, on_delete=models.CASCADE, related_name="letters")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", verbose_name=_("customer"))
    state = models.CharField(_("state"), max_length=8, choices=LetterState.choices, default=LetterState.WAITING)
    due_at = models.DateTimeField(_("not before"), null=True)
    changed_at = models.DateTimeField(_("in this state since"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    remark = models.CharField(_("remark"), max_length=LONGEST_REMARK, blank=True)

    objects = CampaignLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter of a campaign")
        verbose_name_plural = _("letters of campaigns")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="letter_due"),
            models.Index(fields=["changed_at"], condition=Q(state="sending"), name="letter_being_sent"),
            models.Index(fields=["campaign", "state"], name="letter_of_campaign"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["campaign", "customer"], name="one_letter_a_customer_and_campaign"),
            models.CheckConstraint(condition=Q(state__in=LetterState.values), name="letter_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(due_at__isnull=False), name="waiting_letter_says_since_when"
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(changed_at__isnull=False), name="letter_being_sent_says_since_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.customer}"

    @property
    def message_id(self) -> str:
        """The same for every attempt, so that a server that has it already can tell."""
        return f"<campaign-{self.campaign_id}-letter-{self.pk}@tradewind>"

    def begin(self, *, now: datetime) -> bool:
        """Take it in hand; no other worker can from then on. False where one has."""
        mine = CampaignLetter.objects.filter(pk=self.pk, state=LetterState.WAITING)
        return bool(mine.update(state=LetterState.SENDING, changed_at=now, attempts=F("attempts") + 1))

    def become(self, state: LetterState, *, now: datetime, remark: str = "") -> None:
        """What came of it."""
        CampaignLetter.objects.filter(pk=self.pk).update(state=state, changed_at=now, remark=remark[:LONGEST_REMARK])

    def wait(self, until: datetime, *, now: datetime, remark: str) -> None:
        """Try again later: it has not left."""
        CampaignLetter.objects.filter(pk=self.pk).update(
            state=LetterState.WAITING, due_at=until, changed_at=now, remark=remark[:LONGEST_REMARK]
        )
