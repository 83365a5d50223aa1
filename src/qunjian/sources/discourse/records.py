"""The answers of Discourse's interface, as far as they are read."""

from __future__ import annotations

from typing import Any

import msgspec

Number = int | float | str | None


class Count(msgspec.Struct, gc=False):
    """How often something was done to a post: id 2 is a like; plugins name emojis."""

    id: int | str | None = None
    count: int | None = None


class Post(msgspec.Struct):
    """A post; `raw` is its Markdown, `cooked` its HTML. post_type 3 tells what was done to the topic."""

    id: int | None = None
    name: str | None = None
    username: str | None = None
    user_id: int | None = None
    topic_id: int | None = None
    post_number: int | None = None
    post_type: int | None = None
    created_at: str | None = None
    updated_at: str | None = None
    version: int | None = None
    raw: str | None = None
    cooked: str | None = None
    reply_to_post_number: int | None = None
    action_code: str | None = None
    action_code_who: str | None = None
    actions_summary: list[Count] | None = None
    reactions: list[Count] | None = None
    like_count: int | None = None
    moderator: bool | None = None
    admin: bool | None = None
    deleted_at: str | None = None
    user_deleted: bool | None = None
    category_id: int | None = None
    archetype: str | None = None


class Stream(msgspec.Struct):
    """The posts of a topic, decoded one by one: a bad one must not lose the others."""

    posts: list[dict[str, Any]] | None = None


class Category(msgspec.Struct):
    """A category; `subcategory_list` where the answer holds them."""

    id: int
    name: str | None = None
    parent_category_id: int | None = None
    subcategory_list: list[Category] | None = None


class Categories(msgspec.Struct):
    """The categories of a site."""

    categories: list[Category] | None = None


class Answer(Post):
    """One answer: a topic, a page of newest posts, categories, a list of topics, or a post that stands alone."""

    post_stream: Stream | None = None
    latest_posts: list[dict[str, Any]] | None = None
    category_list: Categories | None = None
    topic_list: dict[str, Any] | None = None
