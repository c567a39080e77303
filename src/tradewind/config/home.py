"""`/`: to the first portal of the person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tradewind.portals.ui.navigation import portals_of


def home(request: HttpRequest) -> HttpResponse:
    for portal in portals_of(request.user):
        return redirect(portal.home)
    return render(request, "house/no_portal.html")
