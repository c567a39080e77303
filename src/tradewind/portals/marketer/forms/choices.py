"""What a choice field offers: only rows that the person may see."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet


def choice(form: forms.BaseForm, name: str) -> forms.ModelChoiceField[Any]:
    field = form.fields[name]
    if not isinstance(field, forms.ModelChoiceField):
        raise TypeError(f"{name} chooses no rows")
    return field


def offer_rows(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    choice(form, name).queryset = rows
