"""All settings, from the environment. Nothing secret has a default; what is wrong is told in one list."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from apps.core.crypto import KeyRing
from apps.core.protection import add_static_headers
from apps.core.sentry import start as start_sentry
from config.env import Environment, database, redis
from config.schedule import build_schedule

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(os.environ)

# The installation
DEBUG = False
SECRET_KEY = env.required("SECRET_KEY", "50 random characters that nobody else knows")
ENCRYPTION_KEYS = env.required("ENCRYPTION_KEYS", "id:base64 of 32 random bytes; the first key writes")
if ENCRYPTION_KEYS:
    try:
        KeyRing.parse(ENCRYPTION_KEYS)
    except ValueError as error:
        env.problem("ENCRYPTION_KEYS", f"is malformed: {error}")
BASE_URL = env.url("BASE_URL", required="the address people open, like https://bids.example.com")
SECURE_COOKIES = BASE_URL.startswith("https://")
ALLOWED_HOSTS = [*env.items("ALLOWED_HOSTS"), urlsplit(BASE_URL).hostname or "localhost"]
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL else []
DEMO = env.flag("DEMO")
if DEMO and (SECURE_COOKIES or not env.text("MAIL_FOLDER")):
    env.problem("DEMO", "opens the mailbox to everybody: leave it out, or use http:// and a MAIL_FOLDER of its own")
SANDBOX_URL = env.url("SANDBOX_URL")
SANDBOX_DATABASE = env.text("SANDBOX_DATABASE")
SANDBOX_PURGE = env.flag("SANDBOX_PURGE")
RELEASE = "0.1.0"

# Engines
DATABASE_URL = env.url(
    "DATABASE_URL", schemes=("postgres", "postgresql"), required="postgresql://user:password@host:5432/name"
)
ROW_SECURITY = env.flag("ROW_SECURITY", default=True)
DATABASES = {
    "default": database(
        DATABASE_URL, pool_size=env.number("DATABASE_POOL_SIZE", 12, least=0), row_security=ROW_SECURITY
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = redis(env.url("REDIS_URL", schemes=("redis", "rediss"), required="redis://:password@host:6379/0"))
CACHES = {"default": {"BACKEND": "apps.core.cache.RedisCache", "LOCATION": REDIS_URL}}

INSTALLED_APPS = [
    "apps.accounts.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "template_partials.apps.SimpleAppConfig",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "django_otp",
    "django_celery_beat",
    "channels",
    "csp",
    "apps.core",
    "apps.notifications",
    "apps.accounts",
    "apps.billing",
    "apps.upwork",
    "apps.ai",
    "apps.pages",
    "apps.jobs",
    "apps.proposals",
    "apps.ops",
]

MIDDLEWARE = [
    "apps.core.middleware.request_id",  # first: everything below logs under it
    "apps.core.protection.headers",
    "csp.middleware.CSPMiddleware",  # these two are above all that may answer: redirects, static files, errors
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # before sessions: static files need none
    "django.middleware.gzip.GZipMiddleware",  # pages; random padding keeps secrets unguessable by length
    "apps.core.protection.Bounded",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.core.throttle.throttled",  # where the session is known, and before anybody is looked up
    "apps.core.protection.unstored",
    "apps.accounts.middleware.seen",
    "apps.accounts.middleware.SecondFactorMiddleware",  # tells the tenancy which staff are verified
    "apps.accounts.acting.middleware.ActingMiddleware",  # after it, the user is the person acted for
    "apps.core.middleware.tenancy",
    "apps.core.middleware.audited",
    "apps.core.middleware.preferences",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.core.middleware.locked",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

_TEMPLATE_LOADERS = [
    (
        "template_partials.loader.Loader",
        [
            (
                "django.template.loaders.cached.Loader",
                ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
            )
        ],
    )
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": _TEMPLATE_LOADERS,
            "builtins": ["template_partials.templatetags.partials", "apps.core.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "apps.pages.context.frame",
            ],
        },
    }
]

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "apps.accounts.validators.CharacterKindsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "jobs:feed"
LOGOUT_REDIRECT_URL = "pages:landing"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before all that accounts.reauthentication guards, and what allauth does
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or second factor is told to its owner
# allauth's others stand: 5 wrong passwords of an account in 5 minutes, 10 of an address in one, and their like
_sign_ups = env.number("SIGN_UPS_PER_MINUTE", 10, least=1)
ACCOUNT_RATE_LIMITS = {
    "signup": f"{_sign_ups}/m/ip,{_sign_ups * 10}/h/ip", "reset_password": "10/m/ip,5/h/key"
}  # fmt: skip
ACCOUNT_FORMS = {"login": "apps.accounts.sign_in_forms.SignInForm"}
ACCOUNT_ADAPTER = "apps.accounts.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "apps.accounts.upwork_sign_in.adapter.SocialAccountAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "apps.accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "add_webauthn": "apps.accounts.sign_in_forms.AddKeyForm",
    "authenticate": "apps.accounts.sign_in_forms.AskCodeForm",
    "authenticate_webauthn": "apps.accounts.sign_in_forms.AskKeyForm",
    "login_webauthn": "apps.accounts.sign_in_forms.SignInByKeyForm",
    "reauthenticate": "apps.accounts.sign_in_forms.AskCodeAgainForm",
    "reauthenticate_webauthn": "apps.accounts.sign_in_forms.AskKeyAgainForm",
}
MFA_TOTP_ISSUER = "Bidwright"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE_COOKIES

SESSION_ENGINE = "django.contrib.sessions.backends.cache"
SESSION_COOKIE_AGE = env.number("SESSION_SECONDS", 24 * 3600, least=60)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
if SECURE_COOKIES:  # a neighbour under the same domain cannot set these
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
CSRF_FAILURE_VIEW = "apps.pages.views.csrf_failure"

# Languages and times
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("uk", _("Ukrainian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# Files
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.text("STATIC_ROOT") or str(BASE_DIR / ".local" / "static")
MEDIA_URL = "/media/"
MEDIA_ROOT = env.text("MEDIA_ROOT") or str(BASE_DIR / ".local" / "media")
HASHED_STATIC = env.flag("HASHED_STATIC", default=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if HASHED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not HASHED_STATIC
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ADD_HEADERS_FUNCTION = add_static_headers

# Protection
_upwork_auth = env.text("UPWORK_AUTH_URL", "https://www.upwork.com").rstrip("/")
_upwork_origin = [f"{urlsplit(_upwork_auth).scheme}://{urlsplit(_upwork_auth).netloc}"] if "://" in _upwork_auth else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF, *_upwork_origin],
        "report-uri": ["/health/csp/"],
        # The name is in the header Reporting-Endpoints, which browsers read over https alone; report-uri is then ignored
        **({"report-to": ["csp"]} if SECURE_COOKIES else {}),
    }
}
CSP_REPORT_DAYS = env.number("CSP_REPORT_DAYS", 30, least=1)
# Requests a minute: of a visitor's address, of an account; 0 is no limit
RATE_LIMIT_ANONYMOUS = env.number("RATE_LIMIT_ANONYMOUS", 100, least=0)
RATE_LIMIT_ACCOUNT = env.number("RATE_LIMIT_ACCOUNT", 600, least=0)
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = SECURE_COOKIES
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
ALLAUTH_TRUSTED_PROXY_COUNT = int(env.flag("BEHIND_PROXY"))  # limits count the visitor's address, not the proxy's
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_COOKIES
SECURE_REFERRER_POLICY = "same-origin"
OUTBOUND_PRIVATE_ALLOW = env.items(
    "OUTBOUND_PRIVATE_ALLOW", shape=r".+:\d{1,5}", example="10.0.0.5:8080,ai.internal:443"
)
UPLOAD_MOST_BYTES = env.number("UPLOAD_MOST_BYTES", 5_000_000, least=1)
REQUEST_MOST_BYTES = 4 * UPLOAD_MOST_BYTES + 1_000_000  # up to here the form says what is wrong, beyond it nobody reads
DATA_UPLOAD_MAX_NUMBER_FILES = 5

# Upwork
UPWORK_API_URL = env.url("UPWORK_API_URL", "https://api.upwork.com")
UPWORK_AUTH_URL = _upwork_auth
UPWORK_TOKEN_URL = env.url("UPWORK_TOKEN_URL", "https://www.upwork.com/api/v3/oauth2/token")
UPWORK_SITE_URL = env.text("UPWORK_SITE_URL", "https://www.upwork.com").rstrip("/")
UPWORK_CLIENT_ID = env.text("UPWORK_CLIENT_ID")
UPWORK_CLIENT_SECRET = env.text("UPWORK_CLIENT_SECRET")
UPWORK_POLL_SECONDS = env.number("UPWORK_POLL_SECONDS", 60, least=5)
UPWORK_TIMEOUT_SECONDS = env.number("UPWORK_TIMEOUT_SECONDS", 20.0, least=0.1)
UPWORK_PER_SECOND = env.number("UPWORK_PER_SECOND", 10, least=1)
UPWORK_PER_MINUTE = env.number("UPWORK_PER_MINUTE", 300, least=1)
UPWORK_PER_DAY = env.number("UPWORK_PER_DAY", 40_000, least=1)
UPWORK_JOBS_PER_HOUR = env.number("UPWORK_JOBS_PER_HOUR", 1_000, least=1)
UPWORK_PROPOSALS_PER_HOUR = env.number("UPWORK_PROPOSALS_PER_HOUR", 100, least=1)
UPWORK_MESSAGES_PER_HOUR = env.number("UPWORK_MESSAGES_PER_HOUR", 500, least=1)
UPWORK_CONTENT_HOURS = env.number("UPWORK_CONTENT_HOURS", 24, least=1)

# AI
OPENAI_BASE_URL = env.url("OPENAI_BASE_URL", "https://api.openai.com/v1")
OPENAI_API_KEY = env.text("OPENAI_API_KEY")
OPENAI_MODEL = env.text("OPENAI_MODEL", "gpt-6.1-sol")
OPENAI_FALLBACK_MODEL = env.text("OPENAI_FALLBACK_MODEL", "gpt-5.4-mini")
ANTHROPIC_BASE_URL = env.url("ANTHROPIC_BASE_URL", "https://api.anthropic.com")
ANTHROPIC_API_KEY = env.text("ANTHROPIC_API_KEY")
ANTHROPIC_MODEL = env.text("ANTHROPIC_MODEL", "claude-sonnet-5-5")
AI_MAX_TOKENS = env.number("AI_MAX_TOKENS", 2_000, least=100)
AI_TEMPERATURE = env.number("AI_TEMPERATURE", 0.7, least=0.0)
AI_FIRST_TOKEN_SECONDS = env.number("AI_FIRST_TOKEN_SECONDS", 20.0, least=0.1)
AI_GAP_SECONDS = env.number("AI_GAP_SECONDS", 15.0, least=0.1)
AI_CACHE_SECONDS = env.number("AI_CACHE_SECONDS", 3_600, least=0)
# model=prompt/completion in USD for a million tokens
AI_PRICES = env.items("AI_PRICES", shape=r".+=\d+(\.\d+)?/\d+(\.\d+)?", example="my-model=0.5/1.50,other=2/10")

# Proposals
SEND_UNDO_SECONDS = env.number("SEND_UNDO_SECONDS", 10, least=0)
UPWORK_FEE_PERCENT = env.number("UPWORK_FEE_PERCENT", 10.0, least=0.0)

# Privacy
PRIVACY_CONTACT = env.text("PRIVACY_CONTACT")
RETENTION_DAYS = env.number("RETENTION_DAYS", 730, least=31)
ERASURE_GRACE_DAYS = env.number("ERASURE_GRACE_DAYS", 14, least=0)
EXPORT_HOURS = env.number("EXPORT_HOURS", 48, least=1)
AUDIT_DAYS = env.number("AUDIT_DAYS", 365, least=1)
MESSAGE_DAYS = env.number("MESSAGE_DAYS", 180, least=1)

# Mail
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Bidwright <no-reply@bidwright.example>")
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25, least=1)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10
MAIL_FOLDER = env.text("MAIL_FOLDER")
if MAIL_FOLDER:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = MAIL_FOLDER

# Background work
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_EXPIRES = None  # nothing is kept, so nothing has to be cleaned up
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
DJANGO_CELERY_BEAT_TZ_AWARE = True
CELERY_BEAT_SCHEDULE = build_schedule(poll_seconds=UPWORK_POLL_SECONDS)

# Logs
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "apps.core.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {"httpx2": {"level": "WARNING"}, "django.server": {"level": "WARNING"}},
}
SENTRY_DSN = env.text("SENTRY_DSN")

env.finish()
start_sentry(dsn=SENTRY_DSN, environment=env.text("ENVIRONMENT", "production"), release=RELEASE)
