"""A real-time offer: what to propose, to whom, with which worth; its verbs move it through its statuses."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import F, FilteredRelation, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from tradewind.crm.activities.models import Activity
from tradewind.crm.identity.models import Skill, User
from tradewind.crm.marketing.models.campaign import Campaign
from tradewind.crm.marketing.models.lists import OfferGroup
from tradewind.crm.marketing.models.status import ONLY_WHEN_COMPLETE, Status, refusal
from tradewind.crm.toolkit.models import Channel, Placement

FIRST_NUMBER = 101
CODE_PREFIX = "O-"


class OfferQuerySet(models.QuerySet["Offer"]):
    def with_status(self) -> Self:
        """Adds `status_now` and `status_since`, so that lists need no query per offer."""
        return self.annotate(
            current=FilteredRelation("statuses", condition=Q(statuses__ended_at__isnull=True)),
            status_now=F("current__status"),
            status_since=F("current__started_at"),
        )

    def in_status(self, *statuses: str) -> Self:
        return self.filter(statuses__ended_at__isnull=True, statuses__status__in=statuses)

    def released(self) -> Self:
        return self.in_status(Status.RELEASED)

    def search(self, text: str) -> Self:
        words = Q()
        for word in text.split():
            words &= Q(code__icontains=word) | Q(title__icontains=word) | Q(campaign__name__icontains=word)
        return self.filter(words)

    def next_code(self) -> str:
        """The code after the highest one given so far: O-101, O-102 …"""
        codes = self.filter(code__startswith=CODE_PREFIX).values_list("code", flat=True)
        numbers = [int(code.removeprefix(CODE_PREFIX)) for code in codes if code.removeprefix(CODE_PREFIX).isdigit()]
        return f"{CODE_PREFIX}{max(numbers, default=FIRST_NUMBER - 1) + 1}"


class Offer(models.Model):
    class Purpose(models.TextChoices):
        PRODUCT_OFFER = "product_offer", _("Product offer")
        MESSAGE = "message", _("Message")

    class Display(models.TextChoices):
        ALWAYS = "always", _("Always")
        DEFAULT = "default", _("By default")
        PRIORITY = "priority", _("By priority")

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="offers", verbose_name=_("campaign"))
    code = models.CharField(
        _("code"),
        max_length=64,
        unique=True,
        validators=[RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", _("Use letters, digits, -, _ and . only."))],
    )
    title = models.CharField(_("title"), max_length=160)
    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose.choices, default=Purpose.PRODUCT_OFFER)
    product = models.ForeignKey(
        "catalog.Product",
        on_delete=models.PROTECT,
        related_name="offers",
        null=True,
        blank=True,
        verbose_name=_("product"),
    )
    group = models.ForeignKey(OfferGroup, on_delete=models.PROTECT, related_name="offers", verbose_name=_("group"))
    placements: models.ManyToManyField[Placement, models.Model] = models.ManyToManyField(
        Placement, related_name="offers", blank=True, verbose_name=_("placements")
    )
    display = models.CharField(_("shown"), max_length=8, choices=Display.choices, default=Display.PRIORITY)
    priority = models.PositiveSmallIntegerField(
        _("priority"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(9)],
        help_text=_("1 is the highest; of the offers shown by priority only those of the highest one compete."),
    )
    starts_at = models.DateTimeField(_("planned from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    value = models.DecimalField(
        _("value"),
        max_digits=12,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("A weight between offers, not money."),
    )
    cost = models.DecimalField(
        _("cost"), max_digits=12, decimal_places=2, default=Decimal(0), validators=[MinValueValidator(Decimal(0))]
    )
    weight = models.DecimalField(
        _("weight"), max_digits=8, decimal_places=3, default=Decimal(1), validators=[MinValueValidator(Decimal(0))]
    )
    reoffer_after_days = models.PositiveSmallIntegerField(
        _("offer again after days"),
        default=1,
        null=True,
        blank=True,
        validators=[MaxValueValidator(3650)],
        help_text=_("Days in which the customer does not get it again; empty allows it at once."),
    )
    eligibility = models.TextField(
        _("eligibility rule"), default="true", max_length=8000, help_text=_("Who may get the offer at all.")
    )
    agent_skills: models.ManyToManyField[Skill, models.Model] = models.ManyToManyField(
        Skill, related_name="offers", blank=True, verbose_name=_("skills the agent needs")
    )
    goals = models.TextField(_("business goals"), blank=True, help_text=_("For us; never sent to the engine."))

    status_now: str  # both come from `with_status()` or from a verb
    status_since: datetime

    history = HistoricalRecords()
    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering: ClassVar[list[str]] = ["code"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["starts_at", "ends_at"], name="offer_planned")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(priority__gte=1, priority__lte=9), name="offer_priority_1_to_9"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="offer_ends_after_it_starts",
                violation_error_message=_("The offer ends before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0, cost__gte=0, weight__gte=0), name="offer_worth_not_below_0"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    # ------------------------------------------------------------ status

    @property
    def status(self) -> str:
        """The status now: from `with_status()` where the queryset has it, else from its own row."""
        annotated: str | None = getattr(self, "status_now", None)
        return annotated or self.statuses.get(ended_at__isnull=True).status

    def gaps(self) -> list[str]:
        """What is still missing before the offer may be reviewed or released, in words."""
        channels = set(self.placements.values_list("channel", flat=True))
        worded = set(self.treatments.values_list("channel", flat=True))
        checks = [
            (self.purpose == self.Purpose.PRODUCT_OFFER and self.product_id is None, gettext("Choose the product.")),
            (not channels, gettext("Choose where the offer appears.")),
            (not self.profiles.exists(), gettext("Describe at least one recipient profile.")),
        ]
        missing = [words for is_missing, words in checks if is_missing]
        for channel in sorted(channels - worded):
            missing.append(gettext("Write the texts for “%(channel)s”.") % {"channel": Channel(channel).label})
        return missing

    def draft(self, *, actor: User, now: datetime) -> None:
        """Saves a new offer, gives it a code where it has none, and opens its draft.

        Raises IntegrityError when two people take the same code at the same moment.
        """
        with transaction.atomic():
            self.code = self.code or Offer.objects.next_code()
            self.save()
            self._enter(Status.DRAFT, actor=actor, now=now, note="")

    def submit(self, *, actor: User, now: datetime, note: str = "") -> None:
        """Asks for a review. Raises StatusRefused, also when the offer is not complete."""
        self._move(Status.IN_REVIEW, actor=actor, now=now, note=note)

    def send_back(self, *, actor: User, now: datetime, note: str = "") -> None:
        """Returns an offer in review to its author, with a word why."""
        self._move(Status.DRAFT, actor=actor, now=now, note=note)

    def release(self, *, actor: User, now: datetime, note: str = "") -> None:
        """Lets the next publication take the offer. Raises StatusRefused, also when it is not complete."""
        self._move(Status.RELEASED, actor=actor, now=now, note=note)

    def pause(self, *, actor: User, now: datetime, note: str = "") -> None:
        """Keeps the offer out of the next publication; `release` brings it back."""
        self._move(Status.PAUSED, actor=actor, now=now, note=note)

    def close(self, *, actor: User, now: datetime, note: str = "") -> None:
        """Ends the offer for good."""
        self._move(Status.CLOSED, actor=actor, now=now, note=note)

    def _move(self, wanted: Status, *, actor: User, now: datetime, note: str) -> None:
        with transaction.atomic():
            current = self.statuses.select_for_update().get(ended_at__isnull=True)
            refused = refusal(current.status, wanted, self.gaps() if wanted in ONLY_WHEN_COMPLETE else ())
            if refused is not None:
                raise refused
            current.ended_at = now
            current.save(update_fields=["ended_at"])
            self._enter(wanted, actor=actor, now=now, note=note)

    def _enter(self, status: Status, *, actor: User, now: datetime, note: str) -> None:
        self.statuses.create(status=status, started_at=now, started_by=actor, note=note)
        self.status_now = status.value
        self.status_since = now
        self._remember(f"offer.{status.value}", actor=actor, now=now, detail={"note": note} if note else {})

    def _remember(self, verb: str, *, actor: User, now: datetime, detail: dict[str, object]) -> None:
        activity = Activity.objects.create(verb=verb, actor=actor, happened_at=now, subject=str(self), detail=detail)
        self.activities.create(activity=activity)
