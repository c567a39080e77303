"""A letter as it would have left."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class KeptMailQuerySet(models.QuerySet["KeptMail"]):
    def latest_first(self) -> Self:
        return self.order_by("-id")


class KeptMail(models.Model):
    sender = models.CharField(_("from"), max_length=254)
    recipients = models.TextField(_("to"))
    subject = models.CharField(_("subject"), max_length=400)
    body = models.TextField(_("text"))
    kept_at = models.DateTimeField(_("written at"), auto_now_add=True)

    objects = KeptMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept mail")
        verbose_name_plural = _("kept mails")
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return self.subject
