"""What a request learns from the person who sends it: how long the session lasts, which language we speak."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

SIGNED_IN, SEEN = "signed_in_at", "seen_at"
WRITE_EVERY_SECONDS = 60

type Answer = Callable[[HttpRequest], HttpResponse]


class SessionLimitsMiddleware:
    """A session ends after `SESSION_COOKIE_AGE` in any case, and after `SESSION_IDLE_SECONDS` without a request."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self.keep_or_end(request, int(timezone.now().timestamp()))
        return self.get_response(request)

    def keep_or_end(self, request: HttpRequest, now: int) -> None:
        session = request.session
        signed_in = session.setdefault(SIGNED_IN, now)
        seen = session.setdefault(SEEN, now)
        if now - signed_in > settings.SESSION_COOKIE_AGE or now - seen > settings.SESSION_IDLE_SECONDS:
            logout(request)
        elif now - seen >= WRITE_EVERY_SECONDS:
            session[SEEN] = now


class LanguageMiddleware:
    """The language of the person, else of the cookie, else of the browser."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def language_of(request: HttpRequest) -> str:
    saved: str = getattr(request.user, "language", "")
    if saved in dict(settings.LANGUAGES):
        return saved
    return translation.get_language_from_request(request)
