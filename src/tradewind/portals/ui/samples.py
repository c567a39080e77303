"""What the style guide shows: one sample for each state, in the words of the field."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tradewind.portals.ui.charts import Chart, Column
from tradewind.portals.ui.controls import Chips

NOON = dt.datetime(2026, 11, 17, 12, 0, tzinfo=dt.UTC)

COLOURS = ("paper", "surface", "sunken", "line", "line-control", "ink-soft", "ink", "good", "warn", "bad")
ACCENTS: dict[str, Promise] = {
    "marketer": _("Marketing"),
    "agent": _("Agent desk"),
    "channel": _("Channel"),
    "partner": _("Partner"),
    "finance": _("Finance"),
    "visitor": _("Showroom"),
}


class SampleForm(forms.Form):
    """One field of each kind; bound with `FAULTY` it shows every error."""

    title = forms.CharField(label=_("Title"), help_text=_("As the customer sees it"))
    product = forms.ChoiceField(label=_("Product"), choices=[("fell", "Fell 14"), ("tarn", "Tarn 13")])
    starts_at = forms.DateField(label=_("Starts"), widget=forms.DateInput(attrs={"type": "date"}))
    value = forms.DecimalField(
        label=_("Value"), min_value=0, widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"})
    )
    code = forms.CharField(label=_("Code"), disabled=True, required=False, initial="O-101")
    proof = forms.FileField(label=_("Proof"), help_text=_("PDF, JPEG or PNG, up to 10 MB"), required=False)
    rule = forms.CharField(
        label=_("Eligible when"), widget=forms.Textarea(attrs={"rows": 3, "class": "code", "spellcheck": "false"})
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        choices=[("call-center", _("Phone")), ("web", _("Web")), ("store", _("Store"))],
        widget=forms.CheckboxSelectMultiple,
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=[("product", _("Product offer")), ("message", _("Message"))], widget=Chips
    )
    pay_by = forms.ChoiceField(
        label=_("Pay by"),
        choices=[("memo", _("Credit memo")), ("invoice", _("Partner’s invoice"))],
        widget=forms.RadioSelect,
    )
    agreed = forms.BooleanField(label=_("Approved by the owner"), help_text=_("Kept with name and date"))

    FAULTY: ClassVar[dict[str, Any]] = {
        "title": "Trade in your laptop",
        "product": "fell",
        "starts_at": "",
        "value": "-1",
        "rule": "customer.tenure_months >= 24",
        "channels": ["call-center"],
        "purpose": "product",
        "pay_by": "memo",
    }


class SampleFilters(forms.Form):
    """The filter bar of a list."""

    q = forms.CharField(label=_("Text"), required=False)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("All")), ("draft", _("Draft")), ("released", _("Released"))]
    )
    since = forms.DateField(label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


@dataclass(frozen=True, slots=True)
class Entry:
    happened_at: dt.datetime
    title: str | Promise
    text: str | Promise = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    label: str | Promise
    number: int
    note: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Node:
    label: str | Promise
    number: int
    value: float
    low: float
    high: float
    children: tuple["Node", ...] = ()
    open: bool = False
    note: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Stat:
    label: str | Promise
    figure: str
    unit: str | Promise = ""
    note: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Tab:
    label: str | Promise
    url: str
    current: bool = False
    count: int | None = None


ENTRIES = (
    Entry(NOON, _("Offer released"), "Hannah Lindqvist", "accent"),
    Entry(NOON - dt.timedelta(days=1), _("Sent for review"), _("Third draft; the pitch is shorter")),
    Entry(NOON - dt.timedelta(days=2), _("Sent back"), _("“The price is missing.”"), "bad"),
)
STEPS = (
    Step(_("Valid"), 24, _("planned for today")),
    Step(_("Eligible"), 17, _("7 lost to their own rule")),
    Step(_("Applicable"), 12, _("5 are not for this channel")),
    Step(_("Suitable"), 8, _("4 without a recipient profile that fits")),
    Step(_("Allowed"), 5, _("3 held back by the contact policy")),
    Step(_("Shown"), 3, _("2 ranked lower")),
)
TREE = (
    Node(
        _("Home users"),
        17902,
        0.108,
        0.104,
        0.113,
        open=True,
        children=(
            Node(_("Calls about repair"), 4296, 0.19, 0.178, 0.202),
            Node(_("Other reasons"), 9850, 0.084, 0.078, 0.089),
        ),
    ),
    Node(_("Students"), 3114, 0.121, 0.11, 0.133),
)
STATS = (
    Stat(_("Shown"), "41,862", "", _("in 38,207 sessions")),
    Stat(_("Accepted"), "11.8", "%", "11.5–12.1 %"),
    Stat(_("Above the control group"), "+3.7", _("points"), "+1.9–5.5"),
    Stat(_("Value a session"), "1.62", "", "1.56–1.68"),
)
TABS = (
    Tab(_("Waiting"), "#k-way", current=True, count=3),
    Tab(_("In work"), "#k-way", count=14),
    Tab(_("Lost"), "#k-way", count=25),
)
FACTS = ((_("Customer"), "C-100001"), (_("Since"), "17 Mar 2021"), (_("Speaks"), _("English")))

WEEKS = (
    ("2026-09-21", 0.113, 0.098, 0.128, 0.081),
    ("2026-09-28", 0.116, 0.101, 0.131, 0.079),
    ("2026-10-05", 0.126, 0.109, 0.143, 0.081),
    ("2026-10-12", 0.139, 0.122, 0.157, 0.081),
    ("2026-10-19", 0.134, 0.117, 0.151, 0.083),
    ("2026-10-26", 0.137, 0.12, 0.154, 0.08),
    ("2026-11-02", 0.136, 0.12, 0.153, 0.084),
    ("2026-11-09", 0.137, 0.121, 0.154, 0.079),
)
_WEEK = {
    "field": "week",
    "type": "temporal",
    "axis": {"title": None, "format": "%d.%m.", "grid": False, "tickCount": 4},
}


def _row(week: tuple[str, float, float, float, float]) -> dict[str, Any]:
    return dict(zip(("week", "value", "low", "high", "control"), week, strict=True))


def _label(name: str, text: str, **mark: Any) -> dict[str, Any]:
    """The name of a series at its end."""
    written = {"type": "text", "align": "right", "fontWeight": 600, "text": text, **mark}
    return {"data": {"values": [_row(WEEKS[-1])]}, "mark": written, "encoding": {"y": _share(name)}}


def _share(name: str) -> dict[str, Any]:
    axis = {"title": None, "format": "%", "tickCount": 4, "domain": False, "ticks": False}
    return {"field": name, "type": "quantitative", "axis": axis, "scale": {"domainMin": 0}}


def chart() -> Chart:
    """A line with its interval beside a control group."""
    return Chart(
        id="sample-chart",
        title=_("Acceptance by week"),
        note=_("Share of showings, with its interval"),
        description=_("Acceptance rose from 11 to 14 per cent in eight weeks; the control group stayed at 8."),
        spec={
            "height": 200,
            "data": {"values": [_row(week) for week in WEEKS]},
            "encoding": {"x": _WEEK},
            "layer": [
                {"mark": {"type": "area", "opacity": 0.16}, "encoding": {"y": _share("low"), "y2": {"field": "high"}}},
                {"mark": {"type": "line", "tooltip": True}, "encoding": {"y": _share("value")}},
                {
                    "mark": {"type": "line", "strokeDash": [5, 3], "color": "--ink-soft", "strokeWidth": 1.5},
                    "encoding": {"y": _share("control")},
                },
                _label("high", gettext("Offers"), color="--chart-1", dy=-8),
                _label("control", gettext("Control"), dy=-10),
            ],
        },
        columns=(
            Column(_("Week from")),
            Column(_("Accepted"), numeric=True),
            Column(_("Interval"), numeric=True),
            Column(_("Control"), numeric=True),
        ),
        rows=[
            (week, f"{100 * value:.1f}", f"{100 * low:.1f}–{100 * high:.1f}", f"{100 * control:.1f}")
            for week, value, low, high, control in WEEKS
        ],
    )


def page(number: int) -> Page[int]:
    return Paginator(range(1, 241), 20).get_page(number)
