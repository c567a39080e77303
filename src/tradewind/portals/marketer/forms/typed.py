"""What was typed into a form, as it was typed: for showing it again without judging it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.datastructures import MultiValueDict

type Posted = MultiValueDict[str, str]


def typed(form: forms.BaseForm, data: Posted) -> dict[str, Any]:
    """The raw values of `data` for the fields of `form`, fit to be its `initial`."""
    return {
        name: field.widget.value_from_datadict(data, MultiValueDict(), form.add_prefix(name))
        for name, field in form.fields.items()
    }


def is_blank(values: Mapping[str, Any], *ignored: str) -> bool:
    return not any(str(value or "").strip() for name, value in values.items() if name not in ignored)


if TYPE_CHECKING:
    from django.db.models import Model

    type AnyModelForm = forms.ModelForm[Model]
