"""Django settings, all derived from one checked Environment. There are no per-environment modules."""

import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from linli.config.environment import Environment

BASE_DIR = Path(__file__).resolve().parents[2]
try:
    ENVIRONMENT = Environment()
except ValidationError as invalid:
    said = "; ".join(
        f"{'.'.join(map(str, problem['loc'])) or 'settings'}: {problem['msg']}"
        for problem in invalid.errors()
    )
    raise ImproperlyConfigured(f"The environment is not usable: {said}") from None

PRODUCTION = ENVIRONMENT.production
TESTING = ENVIRONMENT.test or "pytest" in sys.modules
STATE_DIR = ENVIRONMENT.state_dir.resolve()
PACKS_DIR = ENVIRONMENT.packs_dir or BASE_DIR / "packs"
FILES_DIR = STATE_DIR / "files"
PUBLIC_URL = ENVIRONMENT.public_url.rstrip("/")

DEBUG = False  # error pages are ours everywhere; details go to the log, never to a visitor (W7)
SECRET_KEY = ENVIRONMENT.secret_key.get_secret_value()
ALLOWED_HOSTS = [*ENVIRONMENT.host_list, *(["testserver"] if TESTING else [])]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PRODUCTION else []

INSTALLED_APPS = [
    "linli.ui",  # first: its templates dress those of Django's forms and of allauth
    "django.forms",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # the session list of allauth asks for it
    "django_htmx",
    "ninja",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "linli.measures",
    "linli.packs",
    "linli.calendar",
    "linli.jobs",
    "linli.audit",
    "linli.search",
    "linli.api",
    "linli.files",
    "linli.exchange",
    "linli.places",
    "linli.people",
    "linli.notices",
    "linli.cases",
    "linli.facilities",
    "linli.registers",
    "linli.organisations",
    "linli.workforce",
    "linli.reach",
    "linli.plans",
    "linli.requests",
    "linli.care",
    "linli.oneform",
    "linli.grid",
    "linli.needs",
    "linli.services",
    "linli.ledger",
    "linli.volunteering",
    "linli.commerce",
    "linli.journeys",
    "linli.portal",
    "linli.config",  # last: once every app is ready it loads what they declare
]

MESSAGE_STORAGE = "linli.ui.toasts.Waiting"
MIDDLEWARE = [
    "linli.config.headers.Policies",  # first: what every answer carries, whoever gives it
    "linli.api.middleware.ApiAnswers",  # whatever refuses below /api/, the answer is problem+json
    "linli.requests.open311.middleware.Open311Answers",  # and below /open311/ in the shape of GeoReport v2
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "linli.config.standing.Policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "linli.config.standing.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "linli.people.sessions.WhoAsks",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "linli.ui.middleware.NoNulls",
    "linli.people.middleware.NumbersStayOut",
    "linli.notices.middleware.SessionLimits",
    "linli.notices.middleware.SecondFactor",
    "linli.notices.middleware.PasswordAge",
    "linli.ui.middleware.Htmx",
    "linli.audit.middleware.Refusals",
    "linli.audit.middleware.HistoryContext",
    "linli.api.middleware.CostlyDoors",
    "linli.exchange.middleware.FeedUses",
    "linli.ui.middleware.ErrorPages",  # last: a bare refusal of a view becomes a page with words
]

ROOT_URLCONF = "linli.config.urls"
WSGI_APPLICATION = "linli.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [("linli.ui.folding.Loader", ["django.template.loaders.app_directories.Loader"])],
            "builtins": ["linli.ui.templatetags.parts"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "linli.ui.drawn.one_token",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database -------------------------------------------------------------------------------------
_url = ENVIRONMENT.database_url
if _url is None and not {"makemessages", "compilemessages"} & set(sys.argv):
    raise ImproperlyConfigured(
        "DATABASE_URL is not set. `python3 x.py run` and `test` start the embedded PostgreSQL and set it; "
        "with a server of your own say DATABASE_URL=postgresql://user:password@host/name"
    )
_host = _url.hosts()[0] if _url else {}
_query = dict(_url.query_params()) if _url else {}
# Where no trigger is set aside, the trigger of each row that is written would look for this and fail: a part of the
# transaction thrown away for every row, and with it a walk through all keys it has yet to check.
_OPTIONS = "-c pgtrigger.ignore={}"
if TESTING:  # the test runner empties its tables by TRUNCATE, which audit and ledger refuse to everybody else
    _OPTIONS += " -c linli.may_truncate=on"
DATABASES = {
    "default": {
        "ENGINE": "linli.config.database",
        "NAME": (_url.path or "/linli").lstrip("/") if _url else "linli",
        "USER": _host.get("username") or "",
        "PASSWORD": _host.get("password") or "",
        "HOST": _query.get("host") or _host.get("host") or "",
        "PORT": str(_query.get("port") or _host.get("port") or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,  # the database may have been away: try again, do not fail (W3)
        "OPTIONS": {
            "connect_timeout": 5,
            "application_name": "linli",
            "prepare_threshold": 3,  # plans kept by the server, for kernel.together alone: Django binds in the text
            **ENVIRONMENT.database_tls,
            "options": _OPTIONS,
        },
    }
}

# --- People and sign-in (security A1–A6) ------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "linli.people.accounts.Accounts",
    "linli.people.accounts.SignIn",
]
_HASHER = "django.contrib.auth.hashers."
PASSWORD_HASHERS = [f"{_HASHER}MD5PasswordHasher"] if TESTING else [f"{_HASHER}Argon2PasswordHasher"]
_VALIDATION = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": f"{_VALIDATION}CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}UserAttributeSimilarityValidator"},
    {"NAME": "linli.notices.passwords.LongestValidator"},
    {"NAME": "linli.notices.passwords.LocalWordsValidator"},
    {"NAME": "linli.notices.passwords.StaffValidator"},  # asks under LINLI_STAFF_PROFILE=djbh3 alone
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
ACCOUNT_ADAPTER = "linli.notices.adapter.AccountAdapter"  # codes leave by the channels, into no row (A2)
ACCOUNT_FORMS = {
    "confirm_login_code": "linli.notices.forms.ConfirmCodeForm",
    "confirm_reauthentication_code": "linli.notices.forms.ConfirmCodeForm",
    "verify_phone": "linli.notices.phone.VerifyNewPhoneForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email", "phone"}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 5 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # A3: nobody's address is written to because somebody typed it
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 10 / (24 * 60)  # A2: links too live ten minutes
PASSWORD_RESET_TIMEOUT = 10 * 60
ACCOUNT_RATE_LIMITS = {  # kept in the shared cache: a restart forgets nothing
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key,20/d/key",
    "request_login_code": "20/h/ip,1/30s/key,10/d/key",
    "codes_of_everybody": "3000/h/key",
    "reset_password": "20/h/ip,3/h/key",
    "signup": "20/h/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT.trusted_proxies  # A6
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_PREVENT_ENUMERATION = "strict"  # A3: the same answer whether an account exists or not
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True  # A4
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # A5
ACCOUNT_EMAIL_NOTIFICATIONS = True  # A5: the old contact is told
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
MFA_ADAPTER = "linli.notices.second_factor.SealedSecrets"  # TOTP seeds are sealed in the database (D2)
MFA_FORMS = {
    "add_webauthn": "linli.notices.forms.AddKeyForm",
    "edit_webauthn": "linli.notices.forms.EditKeyForm",
}
MFA_TOTP_TOLERANCE = 0  # a code of its own half minute and no other
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Linli 邻里"
SOCIALACCOUNT_LOGIN_ON_GET = False  # no session begins by following a link
SOCIALACCOUNT_PROVIDERS = {}
if ENVIRONMENT.oidc_server:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "city",
                "name": _("统一身份认证"),
                "client_id": ENVIRONMENT.oidc_client,
                "secret": ENVIRONMENT.oidc_secret.get_secret_value(),
                "settings": {"server_url": ENVIRONMENT.oidc_server},
            }
        ]
    }
SESSION_ENGINE = "linli.people.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60  # absolute limit of a session: one working day (SessionLimits holds it)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "linli.ui.errors.csrf_failure"
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- Language and time (I4) -------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "linli" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- Cache, static files ----------------------------------------------------------------------------
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": ENVIRONMENT.redis_url}
        if ENVIRONMENT.redis_url
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "linli_cache"}
    )
}
STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
_STATIC = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if TESTING else _STATIC
    },
}
WHITENOISE_USE_FINDERS = TESTING
WHITENOISE_ROOT = STATE_DIR / "public"  # the base map, served with ranges
WHITENOISE_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_AUTOREFRESH = TESTING
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # I13: forms are text; files go through the one door
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# --- Headers (I5, I14, settings list of security-notes §9) ------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
if ENVIRONMENT.tianditu_key:
    _TIANDITU = "https://*.tianditu.gov.cn"
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"].append(_TIANDITU)
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["connect-src"].append(_TIANDITU)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.trusted_proxies else None
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"

# --- Logs (D10, W7) ---------------------------------------------------------------------------------
LOGGING_CONFIG = "linli.config.logs.configure"
LOGGING = {"level": ENVIRONMENT.log_level, "to": ENVIRONMENT.log_to, "ca": ENVIRONMENT.log_ca}

# --- Jobs and mail ----------------------------------------------------------------------------------
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
_mail = urlsplit(ENVIRONMENT.email_url)  # smtp://user:password@host:587 (STARTTLS) or smtps://…:465
EMAIL_BACKEND = "django.core.mail.backends." + {
    "console": "console.EmailBackend",
    "folder": "filebased.EmailBackend",  # a demonstration writes its mail beside its text messages
}.get(_mail.scheme, "smtp.EmailBackend")
EMAIL_FILE_PATH = STATE_DIR / "messages" / "email"
EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 587
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.scheme == "smtp", _mail.scheme == "smtps"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = "linli@localhost"
NOTICES_POST_JSON = "linli.exchange.outbound.post_json"  # the one outbound client (I11)

SILENCED_SYSTEM_CHECKS: list[str] = []
