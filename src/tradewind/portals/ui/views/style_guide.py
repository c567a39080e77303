"""`/ui/`: every component in every state."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tradewind.portals.ui import samples


@login_not_required
@require_safe
def style_guide(request: HttpRequest) -> HttpResponse:
    """For those who build: administrators, and everybody in the demo."""
    if not settings.DEMO and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not settings.DEMO and not request.user.is_staff:
        raise Http404
    return render(request, "ui/style_guide.html", _context(request))


def _context(request: HttpRequest) -> dict[str, object]:
    form = samples.SampleForm(samples.SampleForm.FAULTY)
    return {
        "colours": samples.COLOURS,
        "accents": samples.ACCENTS,
        "form": form,
        "clean_form": samples.SampleForm(auto_id="clean_%s"),
        "filters": samples.SampleFilters(request.GET or None, auto_id="filter_%s"),
        "entries": samples.ENTRIES,
        "steps": samples.STEPS,
        "nodes": samples.TREE,
        "stats": samples.STATS,
        "tabs": samples.TABS,
        "facts": samples.FACTS,
        "chart": samples.chart(),
        "page": samples.page(_number(request.GET.get("page", ""))),
        "now": samples.NOON,
    }


def _number(asked: str) -> int:
    return int(asked) if asked.isdecimal() else 3
