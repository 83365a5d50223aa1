"""Silences: the list, a new one, and taking one back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from qunjian_console.audit.services import actor_of
from qunjian_console.bridge.inspections import Wanted, judged
from qunjian_console.bridge.masking import mask_account
from qunjian_console.inspections import selectors
from qunjian_console.inspections.forms import SilenceForm
from qunjian_console.inspections.models import Silence
from qunjian_console.inspections.services import silencing
from qunjian_console.language import say
from qunjian_console.messages.services import reader

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from qunjian_console.accounts.models import User

_USUAL = dt.timedelta(days=30)


def show_list(request: HttpRequest) -> HttpResponse:
    """Show the silences, those that still count and those that ended."""
    silencing.adopt()
    user, today = reader(request), timezone.localdate()
    found = selectors.silences_for(user)
    run = selectors.run_named("")
    texts = {code: text.name for code, text in selectors.texts_of(run).items()} if run else {}
    context = {
        "counting": [each for each in found if each.expires >= today],
        "ended": [each for each in found if each.expires < today],
        "names": selectors.names_for(user), "texts": texts, "everywhere": user.everywhere,
    }  # fmt: skip
    return render(request, "inspections/silences.html", context)


def add(request: HttpRequest) -> HttpResponse:
    """Silence a rule, everywhere, in a community, or of one account there."""
    user = reader(request)
    asked = {name: request.GET.get(name, "")[:200] for name in ("rule", "community", "account")}
    run = selectors.run_named("")
    texts = selectors.texts_of(run) if run else {}
    scopes = _scopes(asked, user)
    if not asked["rule"] or not scopes:
        return render(request, "inspections/silence.html", {"form": None})
    initial = {"where": scopes[0][0], "expires": timezone.localdate() + _USUAL}
    form = SilenceForm(request.POST or None, scopes=scopes, initial=initial)
    if request.method == "POST" and form.is_valid():
        where = form.cleaned_data["where"]
        silencing.silence(
            asked["rule"], community=asked["community"] if where != "everywhere" else "",
            account=asked["account"] if where == "account" else "", reason=form.cleaned_data["reason"],
            expires=form.cleaned_data["expires"], user=user, actor=actor_of(request),
        )  # fmt: skip
        messages.success(request, say("已静默；可随时撤销。", "Silenced; you can take it back at any time."))
        return redirect("inspections:silences")
    context = {
        "form": form, "rule": texts.get(asked["rule"]), "code": asked["rule"],
        "waiting": _waiting(asked, user, run.run) if run else [],
    }  # fmt: skip
    return render(request, "inspections/silence.html", context)


def _scopes(asked: dict[str, str], user: User) -> list[tuple[str, str]]:
    """Return the scopes a reader may choose from, the narrowest first."""
    names = selectors.names_for(user)
    found = []
    if asked["community"] in names:
        name = names[asked["community"]]
        if asked["account"]:
            account = mask_account(asked["account"])
            found.append(("account", say("只是{name}里的账号 {account}", "Only the account {account} in {name}",
                                         name=name, account=account)))  # fmt: skip
        found.append(("community", say("社群：{name}", "The community {name}", name=name)))
    if user.everywhere:
        found.append(("everywhere", say("全部社群", "All communities")))
    return found


def _waiting(asked: dict[str, str], user: User, run: str) -> list[tuple[str, int]]:
    """Return how many open findings of the newest run each scope would put aside."""
    with judged(run) as found:
        rule = Wanted(rules=(asked["rule"],), states=("open",))
        counts = {}
        if asked["community"] and user.sees(asked["community"]):
            here = Wanted(rules=(asked["rule"],), states=("open",), communities=(asked["community"],))
            counts["community"] = found.count(here)
        if user.everywhere:
            counts["everywhere"] = found.count(rule)
    titles = {"community": say("这个社群", "This community"), "everywhere": say("全部社群", "All communities")}
    return [(titles[name], number) for name, number in counts.items()]


def undo(request: HttpRequest, silence: int) -> HttpResponse:
    """Take a silence back."""
    user, one = reader(request), get_object_or_404(Silence, pk=silence)
    if not selectors.may_take_back(one, user):
        raise Http404
    silencing.unsilence(one, actor_of(request))
    messages.success(request, say("已撤销，那些问题又列为待处理。", "Taken back; those findings are open again."))
    return redirect("inspections:silences")
