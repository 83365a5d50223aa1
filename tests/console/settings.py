"""The settings of the console's tests: as in service, with keys and places of their own; DATABASE_URL still counts."""

import os
import tempfile
from pathlib import Path

_HOME = Path(tempfile.mkdtemp(prefix="qunjian-console-"))
os.environ.update(
    QUNJIAN_SECRET_KEY="tests", QUNJIAN_AUDIT_KEY="tests", QUNJIAN_FIRST_RUN_KEY="first", QUNJIAN_HOSTS="*",
    QUNJIAN_WORKSPACE=str(_HOME), QUNJIAN_ZONE="Asia/Shanghai",
)  # fmt: skip

from qunjian_console.config.settings import *  # noqa: E402, F403
from qunjian_console.config.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATABASES["default"].setdefault("TEST", {})
if "sqlite3" in DATABASES["default"]["ENGINE"]:  # a file, so that threads and processes share it as in service
    DATABASES["default"]["TEST"]["NAME"] = _HOME / "tests.sqlite3"
STATICFILES_DIRS: list[str] = []
LOOKING_SECONDS = 600.0  # tests know no hurry
STATIC_ROOT = _HOME / "static"
STATIC_ROOT.mkdir()
