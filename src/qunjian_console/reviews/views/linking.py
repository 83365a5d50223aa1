"""Who each user is in the communities: a grid for the QA lead."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render

from qunjian_console.accounts.selectors import users
from qunjian_console.audit.services import actor_of
from qunjian_console.language import say
from qunjian_console.reviews.identities import people_on_duty
from qunjian_console.reviews.models import Link
from qunjian_console.reviews.services.working import link

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_MOST = 50


def links(request: HttpRequest) -> HttpResponse:
    """Show and change who each user is in the communities."""
    people, duty = list(users().filter(is_active=True)), people_on_duty()
    if request.method == "POST":
        known = {each.person for each in duty}
        with transaction.atomic():
            for user in people:
                if f"accounts-{user.pk}" not in request.POST:
                    continue
                person = request.POST.get(f"person-{user.pk}", "")
                written = request.POST[f"accounts-{user.pk}"].replace("\n", " ").split()
                link(
                    user, person if person in known else "", [each[:200] for each in written[:_MOST]], actor_of(request)
                )
        messages.success(request, say("已保存。", "Saved."))
        return redirect("reviews:links")
    known_links = {each.user_id: each for each in Link.objects.all()}
    rows = [
        {
            "user": user,
            "person": known_links[user.pk].person if user.pk in known_links else "",
            "accounts": " ".join(json.loads(known_links[user.pk].accounts)) if user.pk in known_links else "",
        }
        for user in people
    ]
    return render(request, "reviews/links.html", {"rows": rows, "duty": duty})
