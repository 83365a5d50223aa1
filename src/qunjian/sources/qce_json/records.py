"""The records of QQ Chat Exporter's JSON, as far as they are read: V4 and V5 name the same things differently."""

from __future__ import annotations

import msgspec


class Sender(msgspec.Struct, gc=False):
    """Who wrote: `uin` is the QQ number, `uid` QQ's internal id; `name` what the exporter chose to show."""

    uid: str | int | None = None
    uin: str | int | None = None
    name: str | None = None
    nickname: str | None = None
    card: str | None = msgspec.field(default=None, name="groupCard")
    title: str | None = None
    role: str | None = None


class Data(msgspec.Struct, gc=False):
    """What an element holds, over all types of element."""

    text: str | None = None
    filename: str | None = None
    size: int | float | str | None = None
    md5: str | None = None
    referenced: str | int | None = msgspec.field(default=None, name="referencedMessageId")
    message_id: str | int | None = msgspec.field(default=None, name="messageId")
    content: str | None = None
    title: str | None = None
    description: str | None = None
    url: str | None = None
    summary: str | None = None


class Element(msgspec.Struct, gc=False):
    """One part of a message."""

    type: str = ""
    data: Data | None = None


class Resource(msgspec.Struct, gc=False):
    """One picture, voice, video or file; V4 writes fileName and fileSize."""

    type: str = ""
    filename: str | None = None
    file_name: str | None = msgspec.field(default=None, name="fileName")
    size: int | float | str | None = None
    file_size: int | float | str | None = msgspec.field(default=None, name="fileSize")
    local: object = msgspec.field(default=None, name="localPath")
    url: object = None

    @property
    def file(self) -> str | None:
        """Return where the exporter put the file, where it says so: the address is the server's, or a place beside."""
        told = (each for each in (self.local, self.url) if isinstance(each, str) and each)
        return next((each for each in told if "://" not in each), None)


class Mention(msgspec.Struct, gc=False):
    """One @."""

    uid: str | int | None = None
    uin: str | int | None = None
    type: str = ""


class Reply(msgspec.Struct, gc=False):
    """What V4 says of the message replied to."""

    referenced: str | int | None = msgspec.field(default=None, name="referencedMessageId")
    message_id: str | int | None = msgspec.field(default=None, name="messageId")
    content: str | None = None


class Content(msgspec.Struct, gc=False):
    """The words and the parts."""

    text: str | None = None
    elements: list[Element] | None = None
    resources: list[Resource] | None = None
    mentions: list[Mention] | None = None
    reply: Reply | None = None


class Receiver(msgspec.Struct, gc=False):
    """V4: where it was sent; of a group `uid` is its number."""

    uid: str | int | None = None
    type: str = ""


class Record(msgspec.Struct, gc=False):
    """One message."""

    id: str | int | None = None
    message_id: str | int | None = msgspec.field(default=None, name="messageId")
    timestamp: int | float | str | None = None
    sender: Sender | None = None
    receiver: Receiver | None = None
    type: str = ""
    content: Content | None = None
    recalled: bool = False
    is_recalled: bool = msgspec.field(default=False, name="isRecalled")
    system: bool = False
    is_system: bool = msgspec.field(default=False, name="isSystemMessage")


class Metadata(msgspec.Struct):
    """The exporter and, in some versions, when it ran."""

    name: str = ""
    version: str = ""
    exported: str | None = msgspec.field(default=None, name="exportTime")


class ChatInfo(msgspec.Struct):
    """The chat; its number stands there only in later versions."""

    name: str | None = None
    type: str = ""
    peer_uin: str | int | None = msgspec.field(default=None, name="peerUin")
    peer_uid: str | int | None = msgspec.field(default=None, name="peerUid")
    self_name: str | None = msgspec.field(default=None, name="selfName")
    self_uin: str | int | None = msgspec.field(default=None, name="selfUin")
    self_uid: str | int | None = msgspec.field(default=None, name="selfUid")


class Header(msgspec.Struct):
    """What stands before the messages."""

    metadata: Metadata | None = None
    chat: ChatInfo | None = msgspec.field(default=None, name="chatInfo")


class Chunk(msgspec.Struct):
    """One entry of a manifest's list of chunks."""

    path: str = msgspec.field(default="", name="relativePath")
    name: str = msgspec.field(default="", name="fileName")
    count: int = 0
