"""A person's own keys: password, second step at sign-in, recovery codes."""

from __future__ import annotations

import hashlib
import secrets
import time

import pyotp
from django.db import transaction

from qunjian_console.accounts import entries
from qunjian_console.accounts.models import User
from qunjian_console.accounts.services.signing_in import end_sessions
from qunjian_console.audit.services import Actor, record

_STEP = 30
_RECOVERY_CODES = 8


@transaction.atomic
def change_password(user: User, password: str, actor: Actor, session_key: str | None) -> None:
    """Set a new password; every other session of the user ends."""
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sessions(user.pk, spare=session_key)
    record(entries.PASSWORD_CHANGED, actor, subject=f"user:{user.pk}")


def address_of(user: User, secret: str) -> str:
    """Return what an authenticator app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name="Qunjian")


def _step_of(secret: str, code: str) -> int | None:
    """Return the time step a code is right for, now or one step off."""
    now = int(time.time()) // _STEP
    totp = pyotp.TOTP(secret)
    for step in (now, now - 1, now + 1):
        if secrets.compare_digest(totp.at(step * _STEP), code):
            return step
    return None


@transaction.atomic
def turn_on(user: User, secret: str, code: str, actor: Actor) -> list[str] | None:
    """Turn on the second step, once a code shows that the app has the secret; returns the recovery codes."""
    step = _step_of(secret, code)
    if step is None:
        return None
    codes = [secrets.token_hex(5) for _ in range(_RECOVERY_CODES)]
    user.second_factor, user.second_factor_step = secret, step
    user.recovery_codes = " ".join(map(_digest, codes))
    user.save(update_fields=["second_factor", "second_factor_step", "recovery_codes"])
    record(entries.SECOND_FACTOR_ON, actor, subject=f"user:{user.pk}")
    return codes


@transaction.atomic
def turn_off(user: User, actor: Actor) -> None:
    """Turn off the second step, of oneself or, by the owner, of somebody who lost the phone."""
    user.second_factor, user.recovery_codes = "", ""
    user.save(update_fields=["second_factor", "recovery_codes"])
    record(entries.SECOND_FACTOR_OFF, actor, subject=f"user:{user.pk}", after={"name": user.name})


@transaction.atomic
def check_code(user: User, code: str) -> bool:
    """Return whether a code is right; each code, of the app or for recovery, is good once."""
    code = code.replace(" ", "").lower()
    kept = User.objects.select_for_update().get(pk=user.pk)
    step = _step_of(kept.second_factor, code) if kept.second_factor else None
    if step is not None:
        fresh = step > kept.second_factor_step
        User.objects.filter(pk=user.pk, second_factor_step__lt=step).update(second_factor_step=step)
        return fresh
    left = kept.recovery_codes.split()
    if _digest(code) not in left:
        return False
    left.remove(_digest(code))
    User.objects.filter(pk=user.pk).update(recovery_codes=" ".join(left))
    return True


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
