"""The columns of a file of partners, and how a cell of each is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tradewind.crm.channel.vat import VatIdRefused, read_vat_id

LABELS: Final[Mapping[str, str | Promise]] = {
    "company": _("Partner"),
    "vat_id": _("VAT id or CUI"),
    "status": _("Status"),
    "type": _("Type"),
    "programme": _("Programme"),
    "city": _("City"),
    "postcode": _("Postcode"),
    "phone": _("Phone"),
    "website": _("Website"),
    "email_domain": _("E-mail domain"),
    "manager": _("Looked after by"),
}
"""What a column is called, as the export of partners calls it."""

ORGANISATION: Final = {"company": "name", "city": "city", "postcode": "postcode"}
"""Columns that lie in the organisation behind a partner."""
PARTNER: Final = ("vat_id", "phone", "website", "email_domain")


class CellRefused(Exception):  # noqa: N818  (a refusal, not an error)
    """A cell that cannot be read; the message says why."""


def _checked_vat_id(text: str) -> str:
    try:
        return read_vat_id(text)
    except VatIdRefused as refused:
        raise CellRefused(str(refused)) from refused


def _by(field: forms.Field) -> Callable[[str], str]:
    def read(text: str) -> str:
        try:
            return str(field.clean(text))
        except ValidationError as wrong:
            raise CellRefused(" ".join(wrong.messages)) from wrong

    return read


READERS: Final[Mapping[str, Callable[[str], str]]] = {
    "company": _by(forms.CharField(max_length=160)),
    "vat_id": _checked_vat_id,
    "city": _by(forms.CharField(max_length=80)),
    "postcode": _by(forms.CharField(max_length=12)),
    "phone": _by(forms.CharField(max_length=32)),
    "website": _by(forms.URLField(assume_scheme="https")),
    "email_domain": _by(forms.CharField(max_length=120)),
}
