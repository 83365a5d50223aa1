"""The review queue: one item after another, the next ones fetched ahead; keys; leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from qunjian_console.audit.services import actor_of
from qunjian_console.language import say
from qunjian_console.messages.services import reader
from qunjian_console.reviews import cards, selectors
from qunjian_console.reviews.forms import KeysForm
from qunjian_console.reviews.keys import ACTIONS, blur_of, keys_of
from qunjian_console.reviews.models import Plan
from qunjian_console.reviews.services import holding, working

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from qunjian_console.accounts.models import User

AHEAD = 3  # items a browser holds: the one shown, and those fetched ahead
_MOST_NAMED = 20


def work(request: HttpRequest, plan: int) -> HttpResponse:
    """Show the queue with the first items in it."""
    user = reader(request)
    found = get_object_or_404(Plan, pk=plan)
    items = holding.claim(user, plan, actor_of(request), most=AHEAD)
    total, done = found.items.count(), found.items.exclude(state="open").count()
    return render(request, "reviews/work.html", {
        "plan": found, "cards": cards.cards(request, found, items), "page_keys": _page_keys(user),
        "keys": keys_of(user), "total": total, "done": done,
        "last": selectors.last_decision(user, plan), "reasons": cards.REASONS,
    })  # fmt: skip


def more(request: HttpRequest, plan: int) -> HttpResponse:
    """Return the next items as cards, besides those the browser names."""
    found = get_object_or_404(Plan, pk=plan)
    held = [int(number) for number in request.POST.getlist("besides")[:_MOST_NAMED] if number.isdigit()]
    want = request.POST.get("want", "")
    most = min(int(want), AHEAD) if want.isdigit() else AHEAD
    items = holding.claim(reader(request), plan, actor_of(request), most=most, besides=held)
    return render(request, "reviews/cards.html", {"plan": found, "cards": cards.cards(request, found, items)})


def leave(request: HttpRequest, plan: int) -> HttpResponse:
    """Put back what the reader holds, and go to the list."""
    holding.release(reader(request), plan, actor_of(request))
    return redirect("reviews:list")


def keys(request: HttpRequest) -> HttpResponse:
    """Show and change the reader's keys, and which texts are blurred."""
    user = reader(request)
    form = KeysForm(request.POST or None, initial={**keys_of(user), "texts": blur_of(user)})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        working.keep_habits(user, {name: given[name] for name in ACTIONS}, given["texts"])
        messages.success(request, say("已保存。", "Saved."))
        return redirect("reviews:keys")
    return render(request, "reviews/keys.html", {"form": form})


def _page_keys(user: User) -> list[tuple[str, str]]:
    """Return what the list of keys says of this page."""
    own = [(key, ACTIONS[name][1]) for name, key in keys_of(user).items()]
    return [*own, ("1–5", say("评分表选这一档；原因按编号选", "This level of the form; a reason by its number")),
            ("0", say("评分表：不适用", "The form: not applicable")),
            ("↑ ↓", say("评分表：上一项、下一项", "The form: the item before, the next"))]  # fmt: skip
