"""Language, theme and density: one POST a switch."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tradewind.crm.identity.models import User
from tradewind.portals.ui.appearance import CHOICES, cookie_of

A_YEAR = 365 * 24 * 60 * 60


@login_not_required
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep what was chosen, for the person when signed in and for this browser in any case."""
    chosen = {name: request.POST[name] for name in CHOICES if name in request.POST}
    if not chosen or any(value not in CHOICES[name] for name, value in chosen.items()):
        return HttpResponseBadRequest()
    response = HttpResponseRedirect(_back(request))
    for name, value in chosen.items():
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME if name == "language" else cookie_of(name),
            value,
            max_age=A_YEAR,
            secure=bool(settings.LANGUAGE_COOKIE_SECURE),
            httponly=True,
            samesite="Lax",
        )
    if isinstance(request.user, User):
        _save(request.user, chosen)
    return response


def _save(person: User, chosen: dict[str, str]) -> None:
    for name, value in chosen.items():
        setattr(person, name, value)
    person.save(update_fields=list(chosen))


def _back(request: HttpRequest) -> str:
    """The page the switch stood on; never another site."""
    wanted = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"
