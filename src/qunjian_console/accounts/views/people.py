"""Users and their invitations: list, invite, change, disable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from qunjian_console.accounts.forms import InviteForm, ScopeForm
from qunjian_console.accounts.models import Invitation, User
from qunjian_console.accounts.refusals import RefusedError
from qunjian_console.accounts.selectors import open_invitations
from qunjian_console.accounts.selectors import users as all_users
from qunjian_console.accounts.services import people, securing
from qunjian_console.audit.services import actor_of
from qunjian_console.bridge.communities import community_names
from qunjian_console.language import say
from qunjian_console.policy.roles import Role

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def users(request: HttpRequest) -> HttpResponse:
    """List everybody, and the links still open."""
    return render(request, "accounts/users.html", {"users": all_users(), "invitations": open_invitations()})


def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody; the link is shown once."""
    form = InviteForm(
        request.POST or None, communities=community_names(), initial={"everywhere": True, "role": Role.INSPECTOR}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        token = people.invite(
            given["name"], given["role"], given["communities"], actor_of(request), everywhere=given["everywhere"]
        )
        return _link(request, token, given["name"])
    return render(request, "accounts/invite.html", {"form": form})


def _link(request: HttpRequest, token: str, name: str) -> HttpResponse:
    address = request.build_absolute_uri(reverse("accounts:accept", args=[token]))
    return render(request, "accounts/link.html", {"address": address, "name": name})


def withdraw(request: HttpRequest, invitation: int) -> HttpResponse:
    """Make an invitation useless."""
    people.withdraw(get_object_or_404(Invitation, pk=invitation, used=None), actor_of(request))
    return redirect("accounts:users")


def user(request: HttpRequest, user: int) -> HttpResponse:
    """Show one user; change role and scope."""
    found = get_object_or_404(User, pk=user)
    standing = {"role": found.role, "everywhere": found.everywhere, "communities": sorted(found.communities)}
    known = community_names()
    form = ScopeForm(
        request.POST or None, initial=standing, communities={each: each for each in found.communities} | known
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            people.change(found, given["role"], given["communities"], actor_of(request), everywhere=given["everywhere"])
        except RefusedError:
            form.add_error("role", _LAST_OWNER)
        else:
            messages.success(request, say("已保存，立即生效。", "Saved; it holds at once."))
            return redirect("accounts:user", user=user)
    return render(request, "accounts/user.html", {"person": found, "form": form})


_LAST_OWNER = say("至少要留一位启用的所有者。", "At least one active owner must remain.")


def disable(request: HttpRequest, user: int) -> HttpResponse:
    """Lock a user out."""
    try:
        people.disable(get_object_or_404(User, pk=user), actor_of(request))
    except RefusedError:
        messages.error(request, _LAST_OWNER)
    return redirect("accounts:user", user=user)


def enable(request: HttpRequest, user: int) -> HttpResponse:
    """Let a user in again."""
    people.enable(get_object_or_404(User, pk=user), actor_of(request))
    return redirect("accounts:user", user=user)


def password_link(request: HttpRequest, user: int) -> HttpResponse:
    """Issue a link by which a user sets a new password."""
    found = get_object_or_404(User, pk=user)
    return _link(request, people.offer_password_link(found, actor_of(request)), found.name)


def second_factor_off(request: HttpRequest, user: int) -> HttpResponse:
    """Turn off the second step of somebody who lost the phone."""
    securing.turn_off(get_object_or_404(User, pk=user), actor_of(request))
    return redirect("accounts:user", user=user)
