"""The whole configuration of the CRM and its portals, from the environment.

Every variable is named in `docs/reference/settings.md`. `DEMO` opens the one-click sign-in of the sample cast
and plain HTTP; everything else is as strict as a real installation.
"""

import os
import secrets
from pathlib import Path
from typing import Any

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from tradewind.config import environment

DATA = Path(os.environ.get("TRADEWIND_DATA", ".demo")).absolute()
DEMO = environment.flag(os.environ, "TRADEWIND_DEMO")
DEBUG = environment.flag(os.environ, "TRADEWIND_DEBUG")
HTTPS = environment.flag(os.environ, "TRADEWIND_HTTPS", default=not (DEMO or DEBUG))

# Without a key of its own a process signs for itself only; `tradewind web` keeps one in the data folder.
SECRET_KEY = os.environ.get("TRADEWIND_SECRET_KEY") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = environment.words(os.environ, "TRADEWIND_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = environment.words(os.environ, "TRADEWIND_ORIGINS", default=[])

TRADEWIND_ENGINE_URL = os.environ.get("TRADEWIND_ENGINE_URL", "http://127.0.0.1:8100")
TRADEWIND_ENGINE_KEY = os.environ.get("TRADEWIND_ENGINE_KEY", "")

INSTALLED_APPS = [
    "tradewind.portals.ui",  # first: its templates stand before those of others
    "tradewind.portals.agent",  # before marketing: whoever may enter both is at home at the desk
    "tradewind.portals.administrator",  # before marketing: administrators are at home with access
    "tradewind.portals.marketer",
    "tradewind.portals.partner",
    "tradewind.portals.channel_manager",
    "tradewind.portals.visitor",
    "tradewind.crm.funds",
    "tradewind.crm.care",
    "tradewind.crm.channel",
    "tradewind.crm.orders",
    "tradewind.crm.sales",
    "tradewind.crm.interactions",
    "tradewind.crm.decisions",
    "tradewind.crm.marketing",
    "tradewind.crm.toolkit",
    "tradewind.crm.catalog",
    "tradewind.crm.parties",
    "tradewind.crm.files",
    "tradewind.crm.activities",
    "tradewind.crm.jobs",
    "tradewind.crm.ledger",
    "tradewind.crm.mail",
    "tradewind.crm.access",
    "tradewind.crm.identity",
    "tradewind.config",
    "unfold.apps.BasicAppConfig",
    "tradewind.config.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "django_tasks_db",
    "lucide",
    "simple_history",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tradewind.crm.identity.middleware.SessionLimitsMiddleware",
    "tradewind.crm.identity.middleware.LanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "tradewind.config.urls"
WSGI_APPLICATION = "tradewind.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

FORM_RENDERER = "tradewind.portals.ui.controls.KitRenderer"

# --- Records ----------------------------------------------------------------------------------------------------------

DATABASES = {"default": environment.database(os.environ.get("DATABASE_URL"), data=DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
MAILERS = {"default": environment.mailer(os.environ.get("TRADEWIND_MAIL"), kept=DEMO, to_log=DEBUG)}

# --- Sign-in ----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "tradewind.crm.identity.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator makes accounts; nobody signs up
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tradewind"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses come from an administrator, not from the person
if DEMO:  # one address signs in for everybody
    ACCOUNT_RATE_LIMITS: dict[str, Any] = {"login": "600/m/ip"}

SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_IDLE_SECONDS = 60 * environment.number(os.environ, "TRADEWIND_IDLE_MINUTES", default=30)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- What a browser may do --------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if environment.flag(os.environ, "TRADEWIND_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # limits count the address that the proxy saw
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("TRADEWIND_STATIC", str(DATA / "static")))
WHITENOISE_USE_FINDERS = DEMO or DEBUG
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = DATA / "files"

# --- Language, time, numbers ------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGE_COOKIE_NAME = "tradewind_language"
LANGUAGES = [("en", _("English")), ("ro", _("Romanian"))]
TRADEWIND_CURRENCY = environment.currency(os.environ, "TRADEWIND_CURRENCY", default="GBP")
TIME_ZONE = os.environ.get("TRADEWIND_TIME_ZONE", "Europe/London")
USE_TZ = True

# --- The back office --------------------------------------------------------------------------------------------------

UNFOLD: dict[str, Any] = {"SITE_TITLE": "Tradewind", "SITE_HEADER": "Tradewind", "SITE_URL": "/"}

# --- What is written down ---------------------------------------------------------------------------------------------

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "tradewind.config.logs.Redact"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["redact"], "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("TRADEWIND_LOG_LEVEL", "WARNING")},
    "loggers": {"django": {"handlers": [], "level": "INFO", "propagate": True}},
}
