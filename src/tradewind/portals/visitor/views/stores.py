"""Where partners receive customers."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tradewind.crm.channel.stores import find


@login_not_required
@require_safe
def stores(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:80]
    return render(request, "visitor/stores.html", {"text": text, "found": find(text)})
