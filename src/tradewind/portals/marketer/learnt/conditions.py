"""Who belongs to a part of a profile, in the reader's language and with the toolkit's names for attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from babel.numbers import format_decimal
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tradewind.crm.decisions.predictors import Condition
from tradewind.portals.ui import figures

type Labels = Mapping[str, str]
"""What the toolkit calls each attribute, by its path in rules, and each of its values, by `path=value`."""


def in_words(condition: Condition, labels: Labels) -> str:
    """A condition as a marketer says it. Nothing is said of people who are not known, where there were none.

    >>> in_words(Condition("customer.income", at_least=92.5, missing=True), {"customer.income": "Income"})
    'Income from 92.5, or not known'
    >>> in_words(Condition("customer.segment", values=("home",)), {"customer.segment=home": "At home"})
    'Segment: At home'
    """
    said = _said(condition, labels)
    if condition.missing and not condition.always_known and _is_bound(condition):
        return _("%(condition)s, or not known") % {"condition": said}
    return said


def attribute_name(path: str, labels: Labels) -> str:
    """The toolkit's name for an attribute; for one that it does not have, the last word of its path.

    >>> attribute_name("customer.card_spending", {})
    'Card spending'
    """
    return labels.get(path) or str(capfirst(path.rpartition(".")[2].replace("_", " ")))


def _said(condition: Condition, labels: Labels) -> str:
    name = attribute_name(condition.attribute, labels)
    if condition.values:
        values = [_value_name(condition.attribute, value, labels) for value in condition.values]
        return _("%(attribute)s: %(values)s") % {"attribute": name, "values": _listed(values)}
    if condition.at_least is not None and condition.below is not None:
        ends = {"low": plain(condition.at_least), "high": plain(condition.below)}
        return _("%(attribute)s from %(low)s to below %(high)s") % {"attribute": name, **ends}
    if condition.at_least is not None:
        return _("%(attribute)s from %(low)s") % {"attribute": name, "low": plain(condition.at_least)}
    if condition.below is not None:
        return _("%(attribute)s below %(high)s") % {"attribute": name, "high": plain(condition.below)}
    return (_("%(attribute)s not known") if condition.missing else _("%(attribute)s known")) % {"attribute": name}


def _is_bound(condition: Condition) -> bool:
    return bool(condition.values) or condition.at_least is not None or condition.below is not None


def _value_name(path: str, value: str, labels: Labels) -> str:
    words = {"true": pgettext("value of an attribute", "yes"), "false": pgettext("value of an attribute", "no")}
    return labels.get(f"{path}={value}") or words.get(value, value)


def _listed(values: Sequence[str]) -> str:
    *others, last = values
    return _("%(others)s or %(last)s") % {"others": ", ".join(others), "last": last} if others else last


def plain(value: float) -> str:
    """A number with as many decimals as it has.

    >>> plain(1300.0), plain(92.25)
    ('1,300', '92.25')
    """
    return format_decimal(value, "#,##0.####", locale=figures.locale()).replace("-", figures.MINUS)
