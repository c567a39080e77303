"""What was signed with a partner, from day to day."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Self

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.channel.models.partner import Partner
from tradewind.crm.files.models import StoredFile
from tradewind.crm.identity.models import User


class ContractQuerySet(models.QuerySet["Contract"]):
    def in_force(self, *, on_date: date) -> Self:
        return self.filter(Q(ends_date=None) | Q(ends_date__gte=on_date), starts_date__lte=on_date)


class Contract(models.Model):
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="contracts", verbose_name=_("partner"))
    number = models.CharField(_("number"), max_length=32)
    title = models.CharField(_("title"), max_length=120)
    signed_date = models.DateField(_("signed on"))
    starts_date = models.DateField(_("from"))
    ends_date = models.DateField(_("until"), null=True, blank=True, help_text=_("Empty: open-ended."))
    notice_days = models.PositiveSmallIntegerField(_("notice, days"), default=90)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering: ClassVar[list[str]] = ["-starts_date", "-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["ends_date"], name="contract_by_end")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["number"],
                name="a_contract_number_once",
                violation_error_message=_("There is a contract with this number already."),
            ),
            models.CheckConstraint(condition=~Q(number="") & ~Q(title=""), name="contract_has_number_and_title"),
            models.CheckConstraint(
                condition=Q(ends_date=None) | Q(ends_date__gte=F("starts_date")),
                name="contract_ends_after_it_began",
                violation_error_message=_("The contract ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def is_in_force(self, *, on_date: date) -> bool:
        return self.starts_date <= on_date and (self.ends_date is None or on_date <= self.ends_date)

    @transaction.atomic
    def file_in(self, uploaded: UploadedFile[bytes], *, note: str, actor: User, now: datetime) -> ContractDocument:
        """Keep the signed paper as the next version; the ones before stay.

        Raises:
            FileRefused: the file is none that we keep.
        """
        Contract.objects.select_for_update().get(pk=self.pk)
        last = self.documents.aggregate(last=Max("version"))["last"] or 0
        file = StoredFile.objects.keep(uploaded, actor=actor, now=now)
        kept = self.documents.create(version=last + 1, file=file, note=note)
        self.partner.note("contract.filed", actor=actor, now=now, what=str(self), version=kept.version)
        return kept


class ContractDocument(models.Model):
    """One version of what was signed; the latest one counts."""

    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="documents", verbose_name=_("contract")
    )
    version = models.PositiveSmallIntegerField(_("version"))
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("file"))
    note = models.CharField(_("what is new"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("document of a contract")
        verbose_name_plural = _("documents of contracts")
        ordering: ClassVar[list[str]] = ["-version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contract", "version"], name="a_version_once_a_contract"),
            models.CheckConstraint(condition=Q(version__gte=1), name="contract_versions_begin_with_one"),
        ]

    def __str__(self) -> str:
        return f"{self.contract}, {self.version}"
