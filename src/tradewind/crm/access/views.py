"""The guard in front of a view."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any, Final, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode

from tradewind.crm.access.state import one_state
from tradewind.crm.identity.roles import Role

READING: Final = frozenset({"GET", "HEAD"})


def requires[V: Callable[..., HttpResponseBase]](*roles: Role, writes: bool = False) -> Callable[[V], V]:
    """Let holders of one of the roles in. Others get 404: for them the page does not exist; strangers may sign in.

    Who only asks for a page gets it whole from one state of the database, the roles included, and nothing is written
    meanwhile.

    Args:
        roles: Who may come in.
        writes: Does opening the page already write something? Then each question in it is of its own moment.
    """

    def guard(view: V) -> V:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}")
            with nullcontext() if writes or request.method not in READING else one_state():
                if not request.user.has_role(*roles):
                    raise Http404
                return view(request, *args, **kwargs)

        guarded.__dict__["required_roles"] = frozenset(roles)
        return cast(V, guarded)

    return guard
