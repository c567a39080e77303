"""`{% load ui %}`: icons, figures, bars, form controls and the masthead."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tradewind.crm.identity.models import User
from tradewind.portals.ui import bars, cast, charts, controls, figures, icons
from tradewind.portals.ui import saved_views as kept
from tradewind.portals.ui.appearance import DENSITIES, LANGUAGES, THEMES, Appearance, appearance_of
from tradewind.portals.ui.navigation import current_portal, places, portals_of

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    return icons.icon(str(name), size)


# ---- Figures. Nothing known gives an empty text, so that a template may say so in words.


@register.filter
def number(value: figures.Number | None, decimals: int = 0) -> str:
    return "" if value is None else figures.number(value, decimals)


@register.filter
def percent(share: figures.Number | None, decimals: int = 0) -> str:
    return "" if share is None else figures.percent(share, decimals)


@register.filter
def percent_figure(share: figures.Number | None) -> str:
    """The number of a percentage, for where the sign stands beside it already."""
    return "" if share is None else figures.number(float(share) * 100)


@register.filter
def attribute(value: float | None) -> str:
    """A number as an attribute of HTML or SVG wants it, in every language with a point."""
    return "" if value is None else f"{float(value):g}"


@register.filter
def money_minor(minor: int | None, currency: str) -> str:
    return "" if minor is None else figures.money(minor, currency)


@register.filter
def day(value: dt.date | None) -> str:
    return "" if value is None else figures.day(value)


@register.filter
def full_day(value: dt.date | None) -> str:
    return "" if value is None else figures.day(value, year=True)


@register.filter
def clock(value: dt.datetime | None) -> str:
    return "" if value is None else figures.clock(value)


@register.filter
def moment(value: dt.datetime | None) -> str:
    return "" if value is None else figures.moment(value)


@register.filter
def short_moment(value: dt.datetime | None) -> str:
    return "" if value is None else figures.short_moment(value)


# ---- Bars


@register.simple_tag
def bar(share: float, full: float = 1.0, tone: str = "", label: str = "", quiet: bool = False) -> SafeString:
    return bars.bar(float(share), full=float(full), tone=tone, label=label, quiet=quiet)


@register.simple_tag
def interval_bar(value: float, low: float, high: float, full: float = 1.0, decimals: int = 0) -> SafeString:
    """A bar that reads itself aloud: `34 %, between 29 and 39 %`."""
    return bars.interval_bar(
        bars.Interval(float(value), float(low), float(high)),
        full=float(full),
        label=interval_words(value, low, high, decimals),
    )


@register.simple_tag
def interval_words(value: float, low: float, high: float, decimals: int = 0) -> str:
    return _("%(value)s, between %(low)s and %(high)s") % {
        "value": figures.percent(value, decimals),
        "low": figures.number(float(low) * 100, decimals),
        "high": figures.percent(high, decimals),
    }


# ---- Tables


@register.inclusion_tag("ui/column_head.html", takes_context=True)
def column_head(context: template.Context, column: charts.Column) -> dict[str, Any]:
    """The head of a column; with `column.sort` a link that sorts by it, and again the other way round."""
    return _head(context, column.label, column.sort, column.numeric)


@register.inclusion_tag("ui/column_head.html", takes_context=True)
def sort_head(context: template.Context, label: str, name: str, numeric: bool = False) -> dict[str, Any]:
    """`{% sort_head _("Value") "value" numeric=True %}`: the address says `sort=value` or `sort=-value`."""
    return _head(context, label, name, numeric)


def _head(context: template.Context, label: Any, name: str, numeric: bool) -> dict[str, Any]:
    request: HttpRequest | None = context.get("request")
    if not name or request is None:
        return {"label": label, "numeric": numeric}
    asked = request.GET.get("sort", "")
    direction = {name: "ascending", f"-{name}": "descending"}.get(asked, "")
    query = request.GET.copy()
    query.pop("page", None)
    query["sort"] = f"-{name}" if asked == name else name
    return {"label": label, "numeric": numeric, "direction": direction, "url": f"?{query.urlencode()}"}


@register.filter
def beside(columns: Iterable[Any], cells: Iterable[Any]) -> list[tuple[Any, Any]]:
    return list(zip(columns, cells, strict=True))


@register.inclusion_tag("ui/saved_views.html", takes_context=True)
def saved_views(context: template.Context) -> dict[str, Any]:
    """`{% saved_views %}` under the filters of a list: the views that were kept, and a form to keep this one."""
    request: HttpRequest | None = context.get("request")
    user = getattr(request, "user", None)
    if request is None or request.resolver_match is None or not isinstance(user, User):
        return {}
    page = request.resolver_match.view_name
    views = kept.offered(request, user, page)
    return {
        "page": page,
        "views": views,
        "query": kept.kept_query(request.GET.urlencode()),
        "is_kept": any(view.is_current for view in views),
        "csrf_token": context.get("csrf_token"),
    }


# ---- Forms


@register.simple_tag
def control(field: BoundField, **attributes: Any) -> SafeString:
    return controls.control(field, **attributes)


@register.filter
def control_kind(field: BoundField) -> str:
    return controls.kind(field)


@register.simple_tag
def problems(form: Any = None, more: Iterable[BaseForm] = ()) -> list[controls.Problem]:
    """Every fault of a form and of further forms, for the error summary."""
    forms = ([form] if form else []) + list(more or ())
    return [problem for each in forms for problem in controls.problems(each)]


# ---- The page


@register.filter
def initials(person: Any) -> str:
    """`HL` for Hannah Lindqvist."""
    return cast.initials(str(person))


@register.simple_tag
def demo_cast() -> tuple[cast.Member, ...]:
    return cast.demo_cast()


@register.simple_tag
def elided(page: Page[Any]) -> list[int | str]:
    """The page numbers to show, with a gap for those between."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.simple_tag(takes_context=True)
def appearance(context: template.Context) -> Appearance:
    return appearance_of(context.get("request"))


@register.simple_tag(takes_context=True)
def portal(context: template.Context) -> Any:
    request: HttpRequest | None = context.get("request")
    return current_portal(request) if request is not None else None


@register.inclusion_tag("ui/masthead.html", takes_context=True)
def masthead(context: template.Context) -> dict[str, Any]:
    request: HttpRequest = context["request"]
    here = current_portal(request)
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "person": getattr(request, "user", None),
        "portal": here,
        "portals": portals_of(getattr(request, "user", None)),
        "places": places(here, request.path, getattr(request, "user", None)) if here else (),
        "languages": LANGUAGES,
        "themes": THEMES,
        "densities": DENSITIES,
        "look": appearance_of(request),
    }
