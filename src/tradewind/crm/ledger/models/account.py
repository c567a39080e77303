"""An account: what is counted, in one currency."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tradewind.crm.ledger.models.book import Book


class AccountKind(models.TextChoices):
    ASSET = "asset", _("Asset")
    LIABILITY = "liability", _("Liability")
    EQUITY = "equity", _("Equity")
    INCOME = "income", _("Income")
    EXPENSE = "expense", _("Expense")
    STATISTICAL = "statistical", _("Statistical")


class LedgerAccountQuerySet(models.QuerySet["LedgerAccount"]):
    def in_book(self, code: str) -> Self:
        return self.filter(book__code=code)

    def with_balance(self) -> Self:
        """With `balance`, in the same query."""
        return self.select_related("balance")


class LedgerAccount(models.Model):
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="accounts", verbose_name=_("book"))
    code = models.CharField(_("code"), max_length=40)
    holder = models.CharField(
        _("holder"), max_length=36, blank=True, help_text=_("The uuid of the fund; empty in the general ledger.")
    )
    currency = models.CharField(_("currency"), max_length=3)
    kind = models.CharField(_("kind"), max_length=12, choices=AccountKind.choices)
    name = models.CharField(_("name"), max_length=120)
    name_ro = models.CharField(_("name in Romanian"), max_length=120, blank=True)
    opened_date = models.DateField(_("opened on"))
    closed_date = models.DateField(_("closed on"), null=True, blank=True)

    objects = LedgerAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger account")
        verbose_name_plural = _("ledger accounts")
        ordering: ClassVar[list[str]] = ["book", "holder", "code", "currency"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["book", "holder", "code", "currency"], name="an_account_once"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="account_currency_has_3_letters"),
            models.CheckConstraint(condition=Q(kind__in=AccountKind.values), name="account_kind_is_known"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Za-z0-9][A-Za-z0-9-]*$"), name="account_code_is_plain"
            ),
            models.CheckConstraint(
                condition=Q(closed_date=None) | Q(closed_date__gte=F("opened_date")),
                name="account_closes_after_opening",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.named()}"

    def named(self) -> str:
        """The name in the language of the reader."""
        return self.name_ro if self.name_ro and (get_language() or "").startswith("ro") else self.name

    @property
    def key(self) -> str:
        """What the chain calls the account: its name for ever."""
        return self.key_of(holder=self.holder, code=self.code, currency=self.currency, kind=self.kind)

    @staticmethod
    def key_of(*, holder: str, code: str, currency: str, kind: str) -> str:
        return f"{holder}/{code}/{currency}/{kind}"


class AccountBalance(models.Model):
    """A view over postings: what an account stands at. Nothing is stored."""

    account = models.OneToOneField(
        LedgerAccount, on_delete=models.DO_NOTHING, primary_key=True, related_name="balance", verbose_name=_("account")
    )
    postings = models.BigIntegerField(_("postings"))
    balance_minor = models.BigIntegerField(_("balance"))

    class Meta:
        managed = False
        db_table = "ledger_balance"
        verbose_name = _("balance")
        verbose_name_plural = _("balances")

    def __str__(self) -> str:
        return str(self.balance_minor)
