"""A person's own account: password, second step, sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyotp
import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe

from qunjian_console.accounts.forms import CodeForm, PasswordForm
from qunjian_console.accounts.models import User, Visit
from qunjian_console.accounts.services import securing, signing_in
from qunjian_console.audit.services import actor_of
from qunjian_console.language import say

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_OFFERED = "second_factor_offered"


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 (the guard lets nobody else through)
    return request.user


def me(request: HttpRequest) -> HttpResponse:
    """Show one's own account."""
    visits = _me(request).visits.all()
    return render(request, "accounts/me.html", {"visits": visits, "here": request.session.session_key})


def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password."""
    user = _me(request)
    form = PasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        key = request.session.session_key
        securing.change_password(user, form.cleaned_data["password"], actor_of(request), key)
        update_session_auth_hash(request, user)
        Visit.objects.filter(session_key=key).update(session_key=request.session.session_key)
        messages.success(request, say("密码已更改，其他会话都已结束。", "Password changed; all other sessions ended."))
        return redirect("accounts:me")
    return render(request, "accounts/password.html", {"form": form})


def second_factor(request: HttpRequest) -> HttpResponse:
    """Turn on the second step: show the secret, check a code, show the recovery codes once."""
    user = _me(request)
    if user.second_factor:
        return redirect("accounts:me")
    form = CodeForm(request.POST or None)
    secret = request.session.setdefault(_OFFERED, pyotp.random_base32())
    if request.method == "POST" and form.is_valid():
        codes = securing.turn_on(user, secret, form.cleaned_data["code"].replace(" ", ""), actor_of(request))
        if codes is not None:
            request.session.pop(_OFFERED)
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
        form.add_error("code", say("验证码不对：请核对手机时间", "The code is wrong: check the clock of the phone"))
    picture = segno.make(securing.address_of(user, secret)).svg_inline(svgclass=None, lineclass=None, omitsize=True)
    context = {"form": form, "secret": secret, "picture": mark_safe(picture)}  # noqa: S308 (drawn by us)
    return render(request, "accounts/second_factor.html", context)


def second_factor_off(request: HttpRequest) -> HttpResponse:
    """Turn off one's own second step, with the password."""
    user = _me(request)
    if user.check_password(request.POST.get("password", "")):
        securing.turn_off(user, actor_of(request))
        messages.success(request, say("两步验证已关闭。", "Two-step sign-in is off."))
    else:
        messages.error(request, say("密码不对，没有改动。", "The password is wrong; nothing was changed."))
    return redirect("accounts:me")


def session_end(request: HttpRequest, visit: int) -> HttpResponse:
    """End one of one's own sessions."""
    signing_in.end_session(get_object_or_404(Visit, pk=visit), actor_of(request))
    return redirect("accounts:me")
