"""Settings, read from the environment alone; `config.environment` fills it from a workspace folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url

WORKSPACE = Path(os.environ.get("QUNJIAN_WORKSPACE", "workspace"))
HOME = WORKSPACE / "console"
PARTS = Path(os.environ.get("QUNJIAN_PARTS", HOME / "parts"))

SECRET_KEY = os.environ.get("QUNJIAN_SECRET_KEY", "")
AUDIT_KEY = os.environ.get("QUNJIAN_AUDIT_KEY", "")
AUDIT_CHECKPOINTS = Path(os.environ.get("QUNJIAN_AUDIT_CHECKPOINTS", HOME / "audit-checkpoints.txt"))
FIRST_RUN_KEY = os.environ.get("QUNJIAN_FIRST_RUN_KEY", "")

DEBUG = False
ALLOWED_HOSTS = os.environ.get("QUNJIAN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("QUNJIAN_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "qunjian_console.policy",
    "qunjian_console.frame",
    "qunjian_console.audit",
    "qunjian_console.accounts",
    "qunjian_console.jobs",
    "qunjian_console.messages",
    "qunjian_console.ingest",
    "qunjian_console.inspections",
    "qunjian_console.workspace",
    "qunjian_console.standards",
    "qunjian_console.communities",
    "qunjian_console.reports",
    "qunjian_console.reviews",
    "qunjian_console.overview",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "qunjian_console.frame.proxied.Proxied",
    "qunjian_console.frame.headers.Headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "qunjian_console.accounts.middleware.Presence",
    "qunjian_console.frame.speaking.Speaking",
    "django.contrib.messages.middleware.MessageMiddleware",
    "qunjian_console.workspace.middleware.FirstRun",
    "qunjian_console.policy.guard.Guard",
]

ROOT_URLCONF = "qunjian_console.config.urls"
WSGI_APPLICATION = "qunjian_console.config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["qunjian_console.frame.templatetags.words"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "qunjian_console.frame.context.frame",
            ],
        },
    }
]

_SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;",
}
_ADDRESS = os.environ.get("DATABASE_URL", "")
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(_ADDRESS, conn_max_age=60, conn_health_checks=True)
    if _ADDRESS
    else {"ENGINE": "django.db.backends.sqlite3", "NAME": HOME / "console.sqlite3", "OPTIONS": _SQLITE_OPTIONS}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "accounts:sign-in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
]

BEHIND_PROXY = _HTTPS = os.environ.get("QUNJIAN_HTTPS", "") == "1"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "qunjian_console.frame.views.csrf_failed"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("QUNJIAN_ZONE", "Asia/Shanghai")
FORMAT_MODULE_PATH: list[str] = []
DATA_UPLOAD_MAX_NUMBER_FILES = 1000

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("QUNJIAN_STATIC", HOME / "static"))
STATICFILES_DIRS = [("parts", PARTS)]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 24_000_000  # a pasted list of two hundred thousand words

LOOKING_SECONDS = 1.5  # so long a request looks at uploaded files; the page asks for the rest
JOB_PATIENCE = 20.0  # seconds without a heartbeat after which a worker counts as dead
JOB_HEARTBEAT = 4.0

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
