"""A journal entry and its postings: written once, together."""

from __future__ import annotations

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tradewind.crm.ledger.models.account import LedgerAccount
from tradewind.crm.ledger.models.book import Book

ENTRIES_A_BOOK: Final = 1_000_000_000_000
"""An entry's id is its book's times this, plus its position: known before it is written, equal wherever it is read."""


class JournalEntry(models.Model):
    id = models.BigIntegerField(primary_key=True)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="entries", verbose_name=_("book"))
    position = models.BigIntegerField(_("number"))
    entry_date = models.DateField(_("date"))
    posted_at = models.DateTimeField(_("posted at"))
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("posted by"),
    )
    kind = models.CharField(_("kind"), max_length=40)
    text = models.CharField(_("text"), max_length=240, blank=True)
    key = models.CharField(_("key"), max_length=120)
    content_digest = models.BinaryField(max_length=32)
    reverses = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        related_name="reversed_by",
        null=True,
        blank=True,
        verbose_name=_("reverses"),
    )
    previous_chain = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        ordering: ClassVar[list[str]] = ["book", "position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["book", "position"], name="an_entry_once_at_a_position"),
            models.UniqueConstraint(fields=["book", "key"], name="an_entry_once_a_key"),
            models.CheckConstraint(
                condition=Q(id=F("book_id") * ENTRIES_A_BOOK + F("position")), name="entry_id_says_where_it_stands"
            ),
            models.CheckConstraint(condition=~Q(key="") & ~Q(kind=""), name="entry_says_what_it_is"),
        ]

    def __str__(self) -> str:
        return f"{self.book_id}/{self.position}"

    @staticmethod
    def id_at(book: Book, position: int) -> int:
        return book.pk * ENTRIES_A_BOOK + position


class Posting(models.Model):
    entry = models.ForeignKey(
        JournalEntry, on_delete=models.PROTECT, related_name="postings", verbose_name=_("journal entry")
    )
    line = models.PositiveSmallIntegerField(_("line"))
    account = models.ForeignKey(
        LedgerAccount, on_delete=models.PROTECT, related_name="postings", db_index=False, verbose_name=_("account")
    )
    currency = models.CharField(_("currency"), max_length=3)
    amount_minor = models.BigIntegerField(_("amount"), help_text=_("Debit is positive, credit is negative."))
    entry_date = models.DateField(_("date"))
    number = models.BigIntegerField(_("number in its account"))
    balance_after_minor = models.BigIntegerField(_("balance after"))
    text = models.CharField(_("text"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering: ClassVar[list[str]] = ["entry", "line"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "entry_date", "number"], name="posting_by_day"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "number"], name="a_posting_once_a_number"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="posting_moves_something"),
            models.CheckConstraint(condition=Q(number__gte=1), name="posting_has_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}.{self.line}"
