"""Prepares the environment of a console process from a workspace folder: keys, places, zone; then loads Django."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

import django

from qunjian_console.config.keys import kept_key


def prepare(workspace: Path, zone: str) -> None:
    """Set what `config.settings` reads; what the environment says already stays."""
    home = workspace / "console"
    home.mkdir(parents=True, exist_ok=True)
    secret = os.environ.get("QUNJIAN_SECRET_KEY") or kept_key(home / "secret.key")
    audit_file = Path(os.environ.get("QUNJIAN_AUDIT_KEY_FILE", home / "audit.key"))
    os.environ.setdefault("QUNJIAN_AUDIT_KEY", kept_key(audit_file))
    os.environ["QUNJIAN_WORKSPACE"] = str(workspace.resolve())
    os.environ["QUNJIAN_SECRET_KEY"] = secret
    os.environ["QUNJIAN_FIRST_RUN_KEY"] = hmac.new(secret.encode(), b"first run", hashlib.sha256).hexdigest()[:32]
    os.environ.setdefault("QUNJIAN_ZONE", zone)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qunjian_console.config.settings")


def load() -> None:
    """Load Django, once."""
    django.setup()
