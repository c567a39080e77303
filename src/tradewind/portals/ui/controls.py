"""Form controls in the dress of the kit, for any Django widget."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BaseForm, BoundField
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeString

OWN_DRESS = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


class KitRenderer(DjangoTemplates):
    """`FORM_RENDERER`: `{{ form }}` and `{{ form.name.as_field_group }}` come out as the kit."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
    formset_template_name = "ui/formset.html"


class Chips(forms.RadioSelect):
    """A choice where every answer is in view."""

    dress = "chips"


def kind(field: BoundField) -> str:
    """How the field is laid out: `hidden`, `choice`, `choices`, `chips` or `input`."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxInput):
        return "choice"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return str(getattr(widget, "dress", "choices"))
    return "input"


def control(field: BoundField, **attributes: Any) -> SafeString:
    """The widget with the kit's class and the attributes given (`data_x` becomes `data-x`)."""
    attrs = {name.replace("_", "-"): value for name, value in attributes.items()}
    if not isinstance(field.field.widget, OWN_DRESS):
        classes = ["input", field.field.widget.attrs.get("class", ""), attrs.get("class", "")]
        attrs["class"] = " ".join(name for name in classes if name)
    return field.as_widget(attrs=attrs)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a form; `target` is the id of the control that it concerns, or empty."""

    label: str
    text: str
    target: str = ""


def problems(form: BaseForm) -> Iterator[Problem]:
    """The faults of a bound form: those of the whole first, then field by field."""
    for text in form.non_field_errors():
        yield Problem("", str(text))
    for field in form:
        for text in field.errors:
            yield Problem(str(field.label), str(text), field.id_for_label or field.auto_id or "")
