"""A file of partners that somebody brings in: looked at first, row by row, and written only as a whole."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tradewind.crm.identity.models import User

LONGEST_WORD_ABOUT_A_ROW = 400


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("Being looked at")
    CHECKED = "checked", _("Looked at, nothing written")
    CONFIRMED = "confirmed", _("Being written")
    WRITTEN = "written", _("Written")
    FAILED = "failed", _("Could not be read")


class Outcome(models.TextChoices):
    WRONG = "wrong", _("Wrong")
    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    SAME = "same", _("Same as before")


class ImportRefused(Exception):  # noqa: N818  (a refusal, not an error)
    """The import cannot be written so; the message says why."""


class PartnerImport(models.Model):
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    file_name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField()
    uploaded_at = models.DateTimeField(_("uploaded at"))
    uploaded_by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    state = models.CharField(_("state"), max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(_("rows looked at"), default=0)
    ignored = models.CharField(_("columns that are not read"), max_length=400, blank=True)
    reason = models.CharField(_("why not"), max_length=400, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of partners")
        verbose_name_plural = _("imports of partners")
        ordering: ClassVar[list[str]] = ["-uploaded_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-uploaded_at", "-id"], name="import_latest"),
            models.Index(
                fields=["uploaded_at"],
                condition=Q(state__in=[ImportState.UPLOADED, ImportState.CONFIRMED]),
                name="import_waiting",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=ImportState.FAILED) | ~Q(reason=""), name="failed_import_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_under_way(self) -> bool:
        return self.state in {ImportState.UPLOADED, ImportState.CONFIRMED}

    @property
    def share(self) -> float | None:
        """How much of it is looked at; None while nobody knows."""
        if self.state != ImportState.UPLOADED or not self.rows_total:
            return None
        return self.rows_done / self.rows_total

    def counts(self) -> dict[str, int]:
        """How many rows came out in each way."""
        rows = self.lines.order_by().values_list("outcome").annotate(number=models.Count("pk"))
        return dict.fromkeys(Outcome.values, 0) | dict(rows)

    def confirm(self, *, actor: User, now: datetime) -> None:
        """Let it be written, as a whole.

        Raises:
            ImportRefused: a row is wrong, or it is not looked at yet, or written already.
        """
        if self.lines.filter(outcome=Outcome.WRONG).exists():
            raise ImportRefused(gettext("A row is wrong. Put it right in the file, and bring the file in again."))
        checked = PartnerImport.objects.filter(pk=self.pk, state=ImportState.CHECKED)
        if not checked.update(state=ImportState.CONFIRMED, reason=""):
            raise ImportRefused(gettext("This file cannot be written now; look at the page again."))


class ImportLine(models.Model):
    """What would become, or has become, of one row."""

    run = models.ForeignKey(PartnerImport, on_delete=models.CASCADE, related_name="lines", verbose_name=_("import"))
    number = models.PositiveIntegerField(_("row"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    company = models.CharField(_("company"), max_length=160)
    said = models.CharField(_("remark"), max_length=LONGEST_WORD_ABOUT_A_ROW, blank=True)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering: ClassVar[list[str]] = ["run", "number"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["run", "outcome", "number"], name="import_line_by_outcome"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["run", "number"], name="a_row_once_an_import"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="import_outcome_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_outcome_display()}"
