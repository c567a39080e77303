"""A book: one numbered, chained row of entries."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

FUNDS: Final = "funds"
"""What funds grant, hold and pay: statistical."""

GENERAL: Final = "general"
"""The general ledger; it is exported."""

GENESIS: Final = bytes(32)
"""What the first entry of a book is chained to."""


class BookQuerySet(models.QuerySet["Book"]):
    def named(self, code: str) -> Book:
        """The book of this code, opened at its first use; in `funds` no entry is dated before the one before it."""
        book, _opened = self.get_or_create(code=code, defaults={"keeps_date_order": code == FUNDS})
        return book

    def locked(self, code: str) -> Book:
        """The same, held by this transaction until it ends: entries of a book are written one after the other."""
        return self.select_for_update().get(pk=self.named(code).pk)


class Book(models.Model):
    code = models.SlugField(_("code"), max_length=20, unique=True)
    keeps_date_order = models.BooleanField(_("entries follow each other by date"), default=False)
    head_position = models.BigIntegerField(_("last entry"), default=0)
    head_chain = models.BinaryField(max_length=32, default=GENESIS)

    objects = BookQuerySet.as_manager()

    class Meta:
        verbose_name = _("book")
        verbose_name_plural = _("books")
        ordering: ClassVar[list[str]] = ["code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(head_position__gte=0), name="book_has_a_head"),
        ]

    def __str__(self) -> str:
        return self.code
