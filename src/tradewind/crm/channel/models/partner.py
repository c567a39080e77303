"""An organisation that sells for the brand owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, F, FilteredRelation, Max, Q
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tradewind.crm.activities.models import Activity
from tradewind.crm.channel.models.kind import PartnerType, Programme
from tradewind.crm.channel.rules import STANDS_STILL_AFTER, Status, Step, refusal
from tradewind.crm.channel.vat import LONGEST_VAT_ID
from tradewind.crm.parties.models import Organisation
from tradewind.crm.parties.words import fold, key_of

if TYPE_CHECKING:
    from tradewind.crm.identity.models import User


class PartnerQuerySet(models.QuerySet["Partner"]):
    def with_status(self) -> Self:
        """With `status_now`, `status_since` and the names that a list shows, in one query."""
        return self.select_related("organisation", "type", "programme", "looked_after_by").annotate(
            now=FilteredRelation("statuses", condition=Q(statuses__ended_at=None)),
            status_now=F("now__status"),
            status_since=F("now__started_at"),
        )

    def in_status(self, *statuses: str) -> Self:
        """The partners that are in one of the statuses today."""
        return self.filter(statuses__ended_at=None, statuses__status__in=statuses)

    def search(self, text: str) -> Self:
        """Partners with every word of the text somewhere in name, VAT id, town or domain."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(organisation__name_key__contains=key_of(word))
                | Q(vat_id__contains=key_of(word).upper())
                | Q(email_domain__contains=fold(word))
                | Q(organisation__city__icontains=word)
            )
        return found

    def standing_still(self, *, now: datetime) -> Self:
        """Approved or in onboarding, and nothing has happened for a long time; with `moved_at`."""
        moved = self.in_status(Status.APPROVED, Status.ONBOARDING).annotate(
            moved_at=Coalesce(Max("steps__done_at"), Max("statuses__started_at"))
        )
        return moved.filter(moved_at__lt=now - STANDS_STILL_AFTER).order_by("moved_at", "pk")

    def count_by_status(self) -> dict[str, int]:
        """How many there are in each status that has any; after `with_status`."""
        rows = self.order_by().annotate(standing_in=F("now__status")).values_list("standing_in")
        return dict(rows.annotate(number=Count("pk")))

    def latest_first(self) -> Self:
        """Those that came to their status last stand first; after `with_status`."""
        return self.order_by(F("status_since").desc(), "pk")

    def waiting_first(self) -> Self:
        """Those that have been in their status longest stand first; after `with_status`."""
        return self.order_by(F("status_since").asc(), "pk")


class Partner(models.Model):
    status_now: str  # these three are there after `with_status` and `standing_still`
    status_since: datetime
    moved_at: datetime

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="channel_partner", verbose_name=_("organisation")
    )
    vat_id = models.CharField(_("VAT id or CUI"), max_length=LONGEST_VAT_ID, blank=True)
    email_domain = models.CharField(_("e-mail domain"), max_length=120, blank=True)
    website = models.URLField(_("website"), blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    type: models.ForeignKey[PartnerType | None, PartnerType | None] = models.ForeignKey(
        PartnerType, on_delete=models.PROTECT, related_name="partners", null=True, blank=True, verbose_name=_("type")
    )
    programme: models.ForeignKey[Programme | None, Programme | None] = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="partners", null=True, blank=True, verbose_name=_("programme")
    )
    looked_after_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("looked after by"),
    )
    created_at = models.DateTimeField(_("created at"))

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering: ClassVar[list[str]] = ["organisation__name_key", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["email_domain"], name="partner_by_domain"),
            models.Index(fields=["-created_at", "-id"], name="partner_latest"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["vat_id"],
                condition=~Q(vat_id=""),
                name="a_vat_id_belongs_to_one_partner",
                violation_error_message=_("There is a partner with this VAT id already."),
            )
        ]

    def __str__(self) -> str:
        return self.organisation.name

    @property
    def name_key(self) -> str:
        """What the name is compared by; kept with the name."""
        return self.organisation.name_key

    # --- Where it stands

    def standing(self) -> Status:
        """The status of today."""
        return Status(self.statuses.values_list("status", flat=True).get(ended_at=None))

    def open_steps(self) -> Sequence[str | Promise]:
        """What onboarding still asks for, in words."""
        still = self.steps.filter(done_at=None).values_list("step", flat=True)
        return [Step(step).label for step in still]

    # --- What it goes through

    def enter(self, status: Status, *, actor: User | None, now: datetime, why: str = "") -> None:
        """Have a first status; the row of a new partner."""
        self.note("partner.status", actor=actor, now=now, status=status.value, why=why)
        self.statuses.create(status=status, started_at=now, started_by=actor, why=why)

    @transaction.atomic
    def become(self, wanted: Status, *, actor: User | None, now: datetime, why: str = "") -> None:
        """Go on to another status; the one before ends with the same instant.

        Raises:
            StepRefused: the step is not allowed from here, says no reason, or onboarding is not finished.
        """
        current = self.statuses.select_for_update().get(ended_at=None)
        refused = refusal(current.status, wanted, why=why, open_steps=self.open_steps())
        if refused:
            raise refused
        current.ended_at = now
        current.save(update_fields=["ended_at"])
        if wanted == Status.ONBOARDING:
            self._list_steps()
        self.enter(wanted, actor=actor, now=now, why=why)

    def note(self, verb: str, *, actor: User | None, now: datetime, **detail: Any) -> Activity:
        """Put something that happened on the partner's timeline."""
        activity = Activity.objects.create(verb=verb, actor=actor, happened_at=now, subject=str(self), detail=detail)
        self.activities.create(activity=activity)
        return activity

    def _list_steps(self) -> None:
        """The checklist of onboarding; what was done in an earlier round is to be done again."""
        self.steps.all().delete()
        for position, step in enumerate(Step):
            self.steps.create(step=step, position=position)
