"""The letters that the demo would have sent. Outside the demo the address does not exist."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tradewind.crm.mail.queries import letters_of_the_demo

PAGE = 10


@login_not_required
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    page = Paginator(letters_of_the_demo(), PAGE).get_page(request.GET.get("page"))
    return render(request, "visitor/mailbox.html", {"page": page})
