"""What a choice field offers: only rows that the person may see."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

NOTHING = "–"  # one mark for both languages; Django's own words for it have no Romanian


def choice(form: forms.BaseForm, name: str) -> forms.ModelChoiceField[Any]:
    field = form.fields[name]
    if not isinstance(field, forms.ModelChoiceField):
        raise TypeError(f"{name} chooses no rows")
    return field


def offer_rows(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    choice(form, name).queryset = rows


def mark_nothing(form: forms.BaseForm) -> None:
    """Where one row is chosen, the empty choice is a dash."""
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField) and field.empty_label is not None:
            field.empty_label = NOTHING
