"""What the brand owner tells partners, to all or to those it is aimed at, with a document where there is one."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Self

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tradewind.crm.access.models.named import spoken
from tradewind.crm.activities.models import Activity
from tradewind.crm.channel.models.certificate import Certification
from tradewind.crm.channel.models.kind import PartnerType, Programme
from tradewind.crm.channel.models.partner import Partner
from tradewind.crm.channel.models.tier import Tier
from tradewind.crm.files.models import StoredFile
from tradewind.crm.identity.models import User

LONGEST_TEXT = 4000


class NoticeQuerySet(models.QuerySet["Notice"]):
    def standing(self, *, on_date: date) -> Self:
        """Those that are to be read on this day."""
        goes_on = Q(ends_date=None) | Q(ends_date__gte=on_date)
        return self.filter(goes_on, starts_date__lte=on_date, is_withdrawn=False)

    def latest_first(self) -> Self:
        return self.order_by("-starts_date", "-pk")


class Notice(models.Model):
    """Aims of one kind are alternatives, aims of different kinds must all fit; without any it is for every partner."""

    title = models.CharField(_("title"), max_length=120)
    title_ro = models.CharField(_("title in Romanian"), max_length=120, blank=True)
    body = models.TextField(_("text"), max_length=LONGEST_TEXT)
    body_ro = models.TextField(_("text in Romanian"), max_length=LONGEST_TEXT, blank=True)
    starts_date = models.DateField(_("from"))
    ends_date = models.DateField(_("until"), null=True, blank=True, help_text=_("Empty: until it is changed."))
    is_withdrawn = models.BooleanField(_("withdrawn before it began"), default=False, editable=False)
    types: models.ManyToManyField[PartnerType, models.Model] = models.ManyToManyField(
        PartnerType, blank=True, verbose_name=_("partners of the type"), related_name="+"
    )
    programmes: models.ManyToManyField[Programme, models.Model] = models.ManyToManyField(
        Programme, blank=True, verbose_name=_("partners in the programme"), related_name="+"
    )
    tiers: models.ManyToManyField[Tier, models.Model] = models.ManyToManyField(
        Tier, blank=True, verbose_name=_("partners that have reached the tier"), related_name="+"
    )
    certifications: models.ManyToManyField[Certification, models.Model] = models.ManyToManyField(
        Certification, blank=True, verbose_name=_("partners that are certified for"), related_name="+"
    )
    for_partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="notices", null=True, blank=True, verbose_name=_("one partner")
    )
    file = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("document")
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written at"))

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("to partners", "notice")
        verbose_name_plural = _("notices")
        ordering: ClassVar[list[str]] = ["-starts_date", "-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["-starts_date", "-id"], name="notice_latest")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(body=""), name="notice_says_something"),
            models.CheckConstraint(
                condition=Q(ends_date=None) | Q(ends_date__gte=F("starts_date")),
                name="notice_ends_after_it_began",
                violation_error_message=_("The notice ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return spoken(self.title, self.title_ro)

    @property
    def text(self) -> str:
        return spoken(self.body, self.body_ro)

    def aims(self) -> list[str]:
        """At whom it is aimed, in words; empty for everybody. Prefetch what it is aimed at for many."""
        rows = [*self.types.all(), *self.programmes.all(), *self.tiers.all(), *self.certifications.all()]
        return [str(row) for row in (*rows, *([self.for_partner] if self.for_partner else []))]

    def is_over(self, *, on_date: date) -> bool:
        """Is it read no longer after this day, or was it withdrawn?"""
        return self.is_withdrawn or (self.ends_date is not None and self.ends_date <= on_date)

    @transaction.atomic
    def end(self, *, on_date: date, actor: User, now: datetime) -> bool:
        """Let this be the last day of it; one that has not begun is withdrawn. False where it is over already."""
        if self.is_over(on_date=on_date):
            return False
        if self.starts_date > on_date:
            self.is_withdrawn = True
        else:
            self.ends_date = on_date
        self.save(update_fields=["is_withdrawn", "ends_date"])
        verb = "notice.withdrawn" if self.is_withdrawn else "notice.ended"
        Activity.objects.create(verb=verb, actor=actor, happened_at=now, subject=str(self), detail={"notice": self.pk})
        return True

    def carry(self, uploaded: UploadedFile[bytes], *, actor: User, now: datetime) -> None:
        """Take a document along, in the place of one that was there; saved with the notice.

        Raises:
            FileRefused: it is none that we keep.
        """
        self.file = StoredFile.objects.keep(uploaded, actor=actor, now=now)
