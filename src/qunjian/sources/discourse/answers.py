"""Reads answers of Discourse's interface: the posts, roles and categories in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.model.records import Reject
from qunjian.sources.discourse.posts import Found, account, place
from qunjian.sources.discourse.records import Category, Post

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qunjian.sources.discourse.records import Answer


class Answers:
    """What some answers hold. `roles`: who is on the staff, and the server's own accounts, as the posts say."""

    def __init__(self) -> None:
        self.found: list[Found] = []
        self.rejects: list[Reject] = []
        self.categories: dict[str, str] = {}
        self.roles: dict[str, str] = {}

    def take(self, answer: Answer, at: int) -> None:
        """Take in an answer."""
        if answer.category_list is not None:
            self._categories(answer.category_list.categories or (), "")
        elif answer.post_stream is not None:
            for post in self._decoded(answer.post_stream.posts or [], at):
                post.topic_id = post.topic_id or answer.id
                post.category_id = answer.category_id if post.category_id is None else post.category_id
                post.archetype = answer.archetype or post.archetype
                self._add(post, at)
        elif answer.latest_posts is not None:
            for post in self._decoded(answer.latest_posts, at):
                self._add(post, at)
        elif answer.topic_list is None:
            self._add(answer, at)

    def _decoded(self, posts: list[dict[str, Any]], at: int) -> list[Post]:
        try:
            return msgspec.convert(posts, list[Post], strict=False)
        except msgspec.ValidationError:
            made: list[Post] = []
            for one in posts:
                try:
                    made.append(msgspec.convert(one, Post, strict=False))
                except msgspec.ValidationError:
                    self.rejects.append(Reject("wrong_type", at, f"id {one.get('id')}"[:80]))
            return made

    def _add(self, post: Post, at: int) -> None:
        channel = str(post.category_id) if post.category_id is not None else ""
        found = place(at, post, channel)
        if isinstance(found, Reject):
            self.rejects.append(found)
            return
        self.found.append(found)
        who = account(post.username)
        if who is not None and post.user_id is not None and post.user_id < 0:
            self.roles[who] = "bot"
        elif who is not None and (post.admin or post.moderator):
            self.roles[who] = "admin"

    def _categories(self, categories: Iterable[Category], above: str) -> None:
        for one in categories:
            name = f"{above}{one.name or one.id}"
            self.categories[str(one.id)] = name
            self._categories(one.subcategory_list or (), f"{name} / ")
