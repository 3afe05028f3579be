"""Settings, all from the environment; what is missing or impossible stops the start with a sentence."""

from datetime import timedelta
from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from certdash.variables import ROOT, VAR, database, directories, env, existing, networks, secret_key, switch, whole

# Makes Django's generic classes subscriptable at run time, so that annotations need no quotes.
django_stubs_ext.monkeypatch()

DEBUG = switch("DEBUG")
SECRET_KEY = secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BEHIND_TLS = switch("BEHIND_TLS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "django_htmx",
    "certdash",
]
MIDDLEWARE = [
    # First, so that they also meet what the others answer: redirects, refusals, files.
    "certdash.views.headers.headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Last: its page names the reader, and no middleware before it looks into what was sent.
    "certdash.views.limits.limits",
]
ROOT_URLCONF = "certdash.urls"
WSGI_APPLICATION = "certdash.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": database()}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Readers never wait for the writer (WAL); a writer takes its lock at BEGIN instead of failing half-way (IMMEDIATE).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": whole("SQLITE_TIMEOUT", 20),
        # A sweep rewrites the same pages again and again: the log takes them up before they are copied once (16 MB).
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000; "
        "PRAGMA wal_autocheckpoint=4000;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "certdash.User"
AUTHENTICATION_BACKENDS = ["certdash.queries.access.Accounts"]
LOGIN_URL = "log_in"
LOGIN_REDIRECT_URL = "overview"
LOGOUT_REDIRECT_URL = "log_in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(VAR / "static")))
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# An upload is read in memory; anything larger is refused before it is parsed. A file of 4 MB comes back from its
# preview as base64.
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
# Browsers take a cookie of such a name from this very host only, and only over TLS.
SESSION_COOKIE_NAME = "__Host-session" if BEHIND_TLS else "certdash_session"
CSRF_COOKIE_NAME = "__Host-csrf" if BEHIND_TLS else "certdash_csrf"
# A working day; then the password is asked for again.
SESSION_COOKIE_AGE = 12 * 60 * 60
# How long the link of an invitation works.
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None

# Errors go to the console in every mode; Django's own settings show them only while DEBUG is on.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "certdash.runtime.logs.WithoutSecrets", "format": "{levelname} {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # Not found, not allowed, form expired: answers, not faults.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
        "certdash": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}

CELERY_BROKER_URL = env.str("BROKER_URL", "") or "filesystem://localhost//"
if "://" not in CELERY_BROKER_URL:
    raise ImproperlyConfigured(
        f"BROKER_URL is {CELERY_BROKER_URL!r}. Write redis://host/0; leave it out for files in the data's folder."
    )
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
if CELERY_BROKER_URL.startswith("filesystem"):
    # One folder for both directions: every process is producer and consumer of the same queue.
    for folder in ("queue", "control", "processed"):
        (VAR / "broker" / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR / "broker" / "queue"),
        "data_folder_out": str(VAR / "broker" / "queue"),
        "control_folder": str(VAR / "broker" / "control"),
        "processed_folder": str(VAR / "broker" / "processed"),
        "store_processed": False,
        "polling_interval": 0.1,
    }

# Probing: all spans in seconds in the environment.
PROBE_INTERVAL = timedelta(seconds=whole("PROBE_INTERVAL", 900))
PROBE_FULL_INTERVAL = timedelta(seconds=whole("PROBE_FULL_INTERVAL", 86_400))
PROBE_DEADLINE = timedelta(seconds=whole("PROBE_DEADLINE", 10))
PROBE_BATCH = whole("PROBE_BATCH", 300)
PROBE_CONCURRENCY = whole("PROBE_CONCURRENCY", 200)
PROBE_LEASE = timedelta(seconds=whole("PROBE_LEASE", 120))
# Networks that the address guard lets through although they are private or loopback: "127.0.0.0/8".
PROBE_ALLOWED_NETWORKS = networks("PROBE_ALLOWED_NETWORKS")
# How often the beat looks for what is due.
PROBE_TICK = timedelta(seconds=whole("PROBE_TICK", 5))
# A verdict whose data is older than this many probe intervals is stale.
STALE_AFTER_INTERVALS = whole("STALE_AFTER_INTERVALS", 4)

if not 1 <= PROBE_BATCH <= 2000:
    raise ImproperlyConfigured(
        f"PROBE_BATCH is {PROBE_BATCH}. A batch holds 1 to 2000 endpoints; 300 suits most fleets."
    )
# Two profiles, each with its own deadline, for as many rounds as the batch needs.
if (needed := 2 * PROBE_DEADLINE * -(-PROBE_BATCH // PROBE_CONCURRENCY)) >= PROBE_LEASE:
    raise ImproperlyConfigured(
        f"PROBE_LEASE is {PROBE_LEASE.total_seconds():g} seconds, but a batch of silent servers takes up to "
        f"{needed.total_seconds():g}. Make it longer, or PROBE_DEADLINE or PROBE_BATCH smaller."
    )

# Authorities that are asked when they suggest to renew (RFC 9773), by the organisation that issues:
# "Let's Encrypt=https://acme-v02.api.letsencrypt.org/directory", several with a semicolon between them.
ACME_DIRECTORIES = directories("ACME_DIRECTORIES")
ACME_DEADLINE = timedelta(seconds=whole("ACME_DEADLINE", 60))
ACME_CA_FILE = existing("ACME_CA_FILE")

# Notices. Links in them need an address that people reach; behind a TLS proxy it is the first of the names above.
BASE_URL = env.str("BASE_URL", f"https://{ALLOWED_HOSTS[0]}" if BEHIND_TLS else "http://127.0.0.1:8000").rstrip("/")
SMTP_HOST = env.str("SMTP_HOST", "")
SMTP_PORT = whole("SMTP_PORT", 587)
SMTP_TLS = env.str("SMTP_TLS", "starttls")
SMTP_USER = env.str("SMTP_USER", "")
SMTP_PASSWORD = env.str("SMTP_PASSWORD", "")
SMTP_FROM = env.str("SMTP_FROM", "certdash@localhost")
# Networks to which webhooks may go although they are private or loopback; further roots for receivers there.
NOTIFY_ALLOWED_NETWORKS = networks("NOTIFY_ALLOWED_NETWORKS")
NOTIFY_CA_FILE = existing("NOTIFY_CA_FILE")
# Chat goes through Apprise, which the address guard cannot hold to what it checked: off unless somebody wants it.
NOTIFY_CHAT = switch("NOTIFY_CHAT")
NOTIFY_DEADLINE = timedelta(seconds=whole("NOTIFY_DEADLINE", 10))
# Every step of a conversation with a mail server has the deadline for itself.
NOTIFY_LEASE = 12 * NOTIFY_DEADLINE
NOTIFY_TICK = timedelta(seconds=whole("NOTIFY_TICK", 20))

if SMTP_TLS not in ("none", "starttls", "tls"):
    raise ImproperlyConfigured(f"SMTP_TLS is {SMTP_TLS!r}. It is starttls (port 587), tls (port 465) or none.")
if "@" not in SMTP_FROM:
    raise ImproperlyConfigured(f"SMTP_FROM is {SMTP_FROM!r}. It is an address, for example certdash@example.com.")

# Each task runs once an interval, however many beats and doubled messages ask for it (certdash.tasks.periodic).
PERIODIC = {
    "certdash.tasks.probing.offer_due": PROBE_TICK,
    "certdash.tasks.probing.offer_unevaluated": timedelta(minutes=1),
    "certdash.tasks.probing.end_stalled_checks": timedelta(minutes=5),
    "certdash.tasks.probing.end_missing": timedelta(minutes=15),
    "certdash.tasks.evaluating.refresh_standing": timedelta(minutes=5),
    "certdash.tasks.evaluating.evaluate_all": timedelta(hours=6),
    "certdash.tasks.renewal_windows.ask_authorities": timedelta(hours=1),
    "certdash.tasks.notices.offer": NOTIFY_TICK,
    "certdash.tasks.notices.look": timedelta(minutes=5),
    "certdash.tasks.notices.tidy": timedelta(days=1),
}
# Named, not found: a worker must know them all whatever else it happens to import.
CELERY_IMPORTS = sorted({name.rpartition(".")[0] for name in PERIODIC})
# What no worker took for a while is worthless: after an outage one message is enough.
CELERY_BEAT_SCHEDULE = {
    name: {"task": name, "schedule": every, "options": {"expires": max(every, timedelta(minutes=1)).total_seconds()}}
    for name, every in PERIODIC.items()
}
