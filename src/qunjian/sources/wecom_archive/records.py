"""The records of WeCom's conversation archive, as far as they are read.

Third-party dumps write numbers as strings, `tolist` as one string, and every type as a key that is null: all are
accepted. The body of a type stands under its own key, for some types under `doc` or `info`.
"""

from __future__ import annotations

from typing import Any

import msgspec

Number = int | float | str | None


class Body(msgspec.Struct):
    """The body of a message of any type: every type has a few of these; `content` may be text or JSON text."""

    type: str | int | None = None
    content: Any = None
    title: str | None = None
    description: str | None = None
    address: str | None = None
    filename: str | None = None
    filesize: Number = None
    voice_size: Number = None
    imagesize: Number = None
    md5sum: str | None = None
    link_url: str | None = None
    url: str | None = None
    displayname: str | None = None
    corpname: str | None = None
    wish: str | None = None
    topic: str | None = None
    place: str | None = None
    remarks: str | None = None
    votetitle: str | None = None
    voteitem: list[str] | str | None = None
    sph_name: str | None = None
    feed_desc: str | None = None
    ques: str | None = None
    pre_msgid: str | None = None
    userid: str | None = None
    agree_time: Number = None
    disagree_time: Number = None
    item: list[Body] | str | None = None
    details: list[Body] | str | None = None


# PHP writes an empty object as [].
Kept = Body | list[Any] | str | None


class Record(msgspec.Struct):
    """One message, recall or switch of company; `content` holds the record itself where a vendor pushed it as text."""

    msgid: str | int | None = None
    action: str | None = None
    sender: str | None = msgspec.field(default=None, name="from")
    roomid: str | None = None
    msgtime: Number = None
    time: Number = None
    msgtype: str | None = None
    user: str | None = None
    content: Any = None
    encrypted: str | None = msgspec.field(default=None, name="encrypt_chat_msg")
    votetitle: str | None = None
    voteitem: list[str] | str | None = None
    text: Kept = None
    image: Kept = None
    revoke: Kept = None
    agree: Kept = None
    disagree: Kept = None
    voice: Kept = None
    video: Kept = None
    card: Kept = None
    location: Kept = None
    emotion: Kept = None
    file: Kept = None
    link: Kept = None
    weapp: Kept = None
    chatrecord: Kept = None
    todo: Kept = None
    vote: Kept = None
    collect: Kept = None
    redpacket: Kept = None
    external_redpacket: Kept = None
    meeting: Kept = None
    doc: Kept = None
    info: Kept = None
    markdown: Kept = None
    news: Kept = None
    calendar: Kept = None
    mixed: Kept = None
    meeting_voice_call: Kept = None
    meetingvoicecall: Kept = None
    voip_doc_share: Kept = None
    voipdocshare: Kept = None
    sphfeed: Kept = None
