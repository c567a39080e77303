"""Who is signed in, for the views of every portal."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from tradewind.crm.identity.models import User


def person(request: HttpRequest) -> User:
    """The person behind a request; `requires` has let nobody else through."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user
