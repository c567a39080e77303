"""The keyboard shortcuts as a page, for where the dialog cannot open."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def shortcuts(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/shortcuts_page.html")
