"""Django's settings, all of them derived from the checked environment."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from bandeng.config import environment

ENVIRONMENT = environment.read()
DATA = ENVIRONMENT.data
SOURCE = Path(__file__).resolve().parent.parent

DEBUG = ENVIRONMENT.flag("BANDENG_DEBUG")
DEMO = ENVIRONMENT.flag("BANDENG_DEMO") or (DATA / "demo.json").exists()
SECRET_KEY = ENVIRONMENT.text("BANDENG_SECRET_KEY") or environment.kept_secret(
    folder=DATA, name="secret", make=environment.random_secret
)
CONTACT_KEY = ENVIRONMENT.text("BANDENG_CONTACT_KEY") or environment.kept_secret(
    folder=DATA, name="contact", make=environment.random_fernet_key
)
CLUE_KEYS = ENVIRONMENT.names("BANDENG_CLUE_KEYS") or [
    environment.kept_secret(folder=DATA, name="clue", make=environment.random_fernet_key)
]
AUDIT_KEY = ENVIRONMENT.text("BANDENG_AUDIT_KEY") or environment.kept_secret(
    folder=DATA, name="audit", make=environment.random_seed
)
CLASSIFIER_FILE = Path(ENVIRONMENT.text("BANDENG_CLASSIFIER") or DATA / "models" / "classifier")
PUBLIC_URL = ENVIRONMENT.text("BANDENG_URL")
REQUEST_LOG = ENVIRONMENT.flag("BANDENG_REQUEST_LOG")
WEBHOOKS_INSIDE = ENVIRONMENT.flag("BANDENG_WEBHOOKS_INSIDE")

ALLOWED_HOSTS = ENVIRONMENT.names("BANDENG_HOSTS")
if PUBLIC_URL:
    ALLOWED_HOSTS.append(urlsplit(PUBLIC_URL).hostname or "")
    CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "bandeng.core",
    "bandeng.ledger",
    "bandeng.accounts",
    "bandeng.areas",
    "bandeng.organisations",
    "bandeng.people",
    "bandeng.matters",
    "bandeng.dispatch",
    "bandeng.clues",
    "bandeng.intake",
    "bandeng.desk",
    "bandeng.risk",
    "bandeng.harm",
    "bandeng.evaluation",
    "bandeng.cockpit",
    "bandeng.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "bandeng.core.requests.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "bandeng.config.static.StaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "bandeng.accounts.middleware.PasswordMiddleware",
    "bandeng.organisations.permission.PostMiddleware",
    "bandeng.core.methods.MethodPage",
]

BENCHMARKS = [
    f"bandeng.config.benchmarks.{name}"
    for name in ("intake", "importing", "million", "migrating", "evaluating")
]
ROOT_URLCONF = "bandeng.config.urls"
ASGI_APPLICATION = "bandeng.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bandeng.core.views.shared_context",
                "bandeng.organisations.permission.post_context",
            ],
        },
    }
]

if ENVIRONMENT.text("BANDENG_DATABASE"):
    DATABASES: dict[str, dict[str, object]] = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            **environment.database_parts(ENVIRONMENT.text("BANDENG_DATABASE")),
            "OPTIONS": {
                "pool": {"min_size": 1, "max_size": ENVIRONMENT.number("BANDENG_CONNECTIONS"), "timeout": 10},
                # Compiling a query costs more than any of ours takes.
                "options": "-c jit=off",
            },
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(DATA / "bandeng.sqlite3"),
            "OPTIONS": {
                # DEFERRED transactions that turn into writers fail at once instead of waiting their turn.
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                # FULL: an acknowledged matter survives a power cut, not only a killed process.
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; "
                    "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
                ),
            },
            "TEST": {"NAME": None},
        }
    }

# Columns carried along in an index serve PostgreSQL; SQLite keeps the index without them.
SILENCED_SYSTEM_CHECKS = ["models.W040"]
AUTH_USER_MODEL = "accounts.User"
# Sign-in. Staff by user name; no address lets anyone open an account by themselves.
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account_start"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "bandeng.accounts.services.passwords.NotUsedBefore"},
]
ACCOUNT_ADAPTER = "bandeng.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "bandeng.accounts.forms.SignInForm",
    "reauthenticate": "bandeng.accounts.forms.ConfirmPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# Until SESSION_COOKIE_AGE: a telephone that closes its browser must still send its queue of reports.
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
# allauth counts in each process's memory; accounts.services.lockout counts in the database instead.
ACCOUNT_RATE_LIMITS = False
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENVIRONMENT.flag("BANDENG_TRUST_PROXY") else 0
MFA_ADAPTER = "bandeng.accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "bandeng.accounts.forms.CodeForm",
    "reauthenticate": "bandeng.accounts.forms.ConfirmCodeForm",
    "activate_totp": "bandeng.accounts.forms.FirstCodeForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "板凳"
MFA_TOTP_TOLERANCE = 1  # telephones' clocks are off by some seconds
SOCIALACCOUNT_ADAPTER = "bandeng.accounts.adapters.ProviderAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
OIDC_ISSUER = ENVIRONMENT.text("BANDENG_OIDC_ISSUER")
OIDC_MATCH = ENVIRONMENT.text("BANDENG_OIDC_MATCH")
OIDC_APP = {
    "provider_id": "district",
    "name": ENVIRONMENT.text("BANDENG_OIDC_NAME"),
    "client_id": ENVIRONMENT.text("BANDENG_OIDC_CLIENT_ID"),
    "secret": ENVIRONMENT.text("BANDENG_OIDC_CLIENT_SECRET"),
    "settings": {"server_url": OIDC_ISSUER, "oauth_pkce_enabled": True},
}
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [OIDC_APP] if OIDC_ISSUER else []}}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [SOURCE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = None  # files are served from where they stand in the package
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = DATA / "photos"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "bandeng.config.static.HashedNames"},
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PUBLIC_URL.startswith("https://"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
TRUST_PROXY = ENVIRONMENT.flag("BANDENG_TRUST_PROXY")
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        # A browser holds the redirect after a form against this list too, so signing in there must be on it.
        "form-action": [SELF, *([urlsplit(OIDC_ISSUER)._replace(path="").geturl()] if OIDC_ISSUER else [])],
        "frame-ancestors": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 12
FILE_UPLOAD_PERMISSIONS = 0o600
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"bandeng": {"level": "INFO"}},
}
