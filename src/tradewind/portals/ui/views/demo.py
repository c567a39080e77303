"""One-click sign-in as a member of the demo company. Outside the demo the address does not exist."""

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from tradewind.portals.ui.cast import demo_person


@login_not_required
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as the member whose `email` was posted."""
    if not settings.DEMO or request.method != "POST":
        raise Http404
    person = demo_person(request.POST.get("email", ""))
    if person is None:
        raise Http404
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    response: HttpResponse = perform_login(request, person, redirect_url=wanted if safe else None)
    return response
