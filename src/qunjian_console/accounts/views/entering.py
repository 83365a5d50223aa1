"""Coming in: sign-in with its second step, links of invitation, and going out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from qunjian_console.accounts.forms import CodeForm, NewAccountForm, NewPasswordForm, SignInForm
from qunjian_console.accounts.models import User
from qunjian_console.accounts.refusals import RefusedError
from qunjian_console.accounts.selectors import open_invitations
from qunjian_console.accounts.services import people, signing_in
from qunjian_console.accounts.services.securing import check_code
from qunjian_console.language import say

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_HALF_WAY = "half_way"  # the session's note of who gave a right password and still owes a code
_PATIENCE = 300


def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = signing_in.check_password(request, form.cleaned_data["username"], form.cleaned_data["password"])
        if user is not None and user.second_factor:
            request.session[_HALF_WAY] = [user.pk, time.time(), _next(request)]
            return redirect("accounts:second-step")
        if user is not None:
            signing_in.sign_in(request, user, second_factor=False)
            return redirect(_next(request))
        form.add_error(None, _refusal(request, form.cleaned_data["username"]))
    return render(request, "accounts/sign_in.html", {"form": form, "next": _next(request)})


def _refusal(request: HttpRequest, username: str) -> str:
    if signing_in.throttled(username, request.META.get("REMOTE_ADDR", "")):
        return say("失败次数太多，请一刻钟后再试", "Too many tries; wait a quarter of an hour")
    return say("用户名或密码不对，或账号已停用", "User name or password is wrong, or the account is disabled")


def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the second step."""
    number, since, target = request.session.get(_HALF_WAY, (None, 0.0, "/"))
    user = User.objects.filter(pk=number, is_active=True).first()
    if user is None or time.time() - since > _PATIENCE:
        request.session.pop(_HALF_WAY, None)
        return redirect("accounts:sign-in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = request.META.get("REMOTE_ADDR", "")
        blocked = signing_in.throttled(user.username, address)
        if not blocked and check_code(user, form.cleaned_data["code"]):
            request.session.pop(_HALF_WAY)
            signing_in.sign_in(request, user, second_factor=True)
            return redirect(target)
        signing_in.note_failure(user.username, address, throttled=blocked)
        form.add_error("code", say("验证码不对或已用过", "The code is wrong or was used"))
    return render(request, "accounts/second_step.html", {"form": form})


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else "/"


def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    signing_in.sign_out(request)
    return redirect("accounts:sign-in")


def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Make the account, or set the password, that a link offers."""
    invitation = get_object_or_404(open_invitations(), digest=people.digest_of(token))
    form: NewPasswordForm
    if invitation.user is not None:
        form = NewPasswordForm(request.POST or None, user=invitation.user)
    else:
        form = NewAccountForm(request.POST or None, initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        given, address = form.cleaned_data, request.META.get("REMOTE_ADDR", "")
        try:
            if invitation.user is not None:
                people.reset_password(invitation, given["password"], address)
            else:
                people.accept(invitation, given["username"], given["name"], given["password"], address)
        except RefusedError:
            messages.error(request, say("这个链接已经用过", "This link was used already"))
        else:
            messages.success(request, say("好了，请登录。", "Done. Please sign in."))
        return redirect("accounts:sign-in")
    return render(request, "accounts/accept.html", {"form": form, "invitation": invitation})
