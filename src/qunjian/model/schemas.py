"""The Arrow schemas of every table in the lake: what a row means, its units, and which column may be null.

Times are UTC microseconds. `scope` + `message_id` is the key of a message: scope begins with the platform
("telegram:1234" for ids unique in one chat, "zulip:leanprover" for ids unique in one server). A row of any table
carries the `act_id` that wrote it and is real only while that act is visible (lake/).
"""

from __future__ import annotations

import pyarrow as pa

UTC_US = pa.timestamp("us", tz="UTC")
REACTION = pa.struct([("emoji", pa.string()), ("count", pa.int32())])
# kind: image video voice file link sticker …; size in bytes; digest: the export's own hash where it states one.
ATTACHMENT = pa.struct([("kind", pa.string()), ("name", pa.string()), ("size", pa.int64()), ("digest", pa.string())])
SPAN = pa.struct([("start", pa.int32()), ("end", pa.int32())])

KINDS = (
    "text", "image", "voice", "video", "file", "link", "sticker", "red_packet", "location", "card",
    "forward", "system", "recall", "other",
)  # fmt: skip
MEMBERSHIP_KINDS = ("joined", "left", "kicked", "invited", "renamed")
ROLES = ("owner", "admin", "staff", "member", "bot")


def _schema(**fields: pa.DataType) -> pa.Schema:
    return pa.schema([pa.field(name, kind) for name, kind in fields.items()])


# What a reader makes of one message. `message_id` starting with "~" is a fingerprint (no native id): the lake
# adds its ordinal within the document. `wall_time` is what the source wrote, without zone; null when it gave an epoch.
MESSAGE = _schema(
    scope=pa.string(), message_id=pa.string(), platform=pa.string(), community_id=pa.string(), channel_id=pa.string(),
    sent_at=UTC_US, wall_time=pa.timestamp("us"), zone=pa.string(), account_id=pa.string(), name_then=pa.string(),
    kind=pa.string(), text=pa.string(), reply_to=pa.string(), thread_id=pa.string(), mentions=pa.list_(pa.string()),
    reactions=pa.list_(REACTION), attachments=pa.list_(ATTACHMENT), forwarded_from=pa.string(), edited_at=UTC_US,
    content_hash=pa.binary(),
)  # fmt: skip

# What a reader says beside MESSAGE: where the file of each attachment lies, seen from the document; not stored there.
FILES = pa.field("files", pa.list_(pa.string()))

# A true join, leave, kick, invitation or renaming. `actor_id`: who did it; `detail`: the new name, the join scene.
MEMBERSHIP = _schema(
    scope=pa.string(), message_id=pa.string(), platform=pa.string(), community_id=pa.string(), channel_id=pa.string(),
    sent_at=UTC_US, wall_time=pa.timestamp("us"), zone=pa.string(), account_id=pa.string(), name_then=pa.string(),
    kind=pa.string(), actor_id=pa.string(), detail=pa.string(), content_hash=pa.binary(),
)  # fmt: skip

# Who is in a community. `complete`: this roster claims to list everyone at `observed_at`.
ROSTER = _schema(
    platform=pa.string(), community_id=pa.string(), account_id=pa.string(), name=pa.string(), role=pa.string(),
    joined_at=UTC_US, left_at=UTC_US, scene=pa.string(), inviter=pa.string(), complete=pa.bool_(), observed_at=UTC_US,
)  # fmt: skip

COMMUNITY = _schema(
    platform=pa.string(), community_id=pa.string(), name=pa.string(), zone=pa.string(), observed_at=UTC_US
)
CHANNEL = _schema(community_id=pa.string(), channel_id=pa.string(), name=pa.string(), observed_at=UTC_US)
# What a platform itself counts of a community, or of all groups of an owner. measure: members, members_spoken, groups,
# groups_spoken, groups_migrated, messages (cumulative: all there was up to `at`), new_members, new_groups (of the day
# that ends then; of an owner's groups: of the days that were asked for).
PLATFORM_COUNT = _schema(
    community_id=pa.string(), at=UTC_US, measure=pa.string(), value=pa.int64(), cumulative=pa.bool_()
)
SIZE_SNAPSHOT = _schema(community_id=pa.string(), at=UTC_US, members=pa.int64())
# One answer to one question of one form; account_id: the form ("wjx:<survey>#<number>"), for nobody says whose it is.
# seconds: how long the form took; scene: where it was opened. Several choices stand in one answer, joined by ┋.
SURVEY_ANSWER = _schema(
    platform=pa.string(), survey_id=pa.string(), account_id=pa.string(), position=pa.int32(), question=pa.string(),
    answer=pa.string(), submitted_at=UTC_US, seconds=pa.int64(), scene=pa.string(), observed_at=UTC_US,
)  # fmt: skip

# One file (or archive member) an import read. counts, rejects, warnings, capabilities: JSON (capabilities because a
# mapping file declares its own). communities: JSON {community_id: records}. zone_basis: stated, asked, default.
# rejects: [[reason, line or record, masked excerpt]]. report: JSON of what else the import report tells
# (cleaned, unknown_kinds, confidence, doubts, order).
DOCUMENT = _schema(
    document=pa.int32(), name=pa.string(), digest=pa.string(), bytes=pa.int64(), format=pa.string(), zone=pa.string(),
    zone_basis=pa.string(), observed_at=UTC_US, first=UTC_US, last=UTC_US, counts=pa.string(), rejects=pa.string(),
    warnings=pa.string(), capabilities=pa.string(), communities=pa.string(), report=pa.string(),
)  # fmt: skip

# One row per record read, duplicates included: a payload lives while a visible import claims it.
# When it was observed stands in the document (act_id, document).
CLAIM = _schema(
    fact=pa.string(), scope=pa.string(), message_id=pa.string(), content_hash=pa.binary(), document=pa.int32(),
    community_id=pa.string(),
)  # fmt: skip

# Where the file of an attachment lay when it was imported, one row per record read: root is the folder or archive of
# the export, path the place within it. `absent`: why there is no file (then root and digest are null). digest: sha256,
# of what a check may read. number: of the attachment within its message, from 0.
MEDIA = _schema(
    scope=pa.string(), message_id=pa.string(), content_hash=pa.binary(), community_id=pa.string(),
    account_id=pa.string(), sent_at=UTC_US, document=pa.int32(), number=pa.int32(), kind=pa.string(), name=pa.string(),
    root=pa.string(), path=pa.string(), size=pa.int64(), digest=pa.binary(), absent=pa.string(),
)  # fmt: skip

# What was read from a file, known by its digest. reader: which version of the reading; codes: JSON [{kind, text}].
# likeness: 64 bits of the picture's shape; text: what OCR read, where `ocr` says it was asked for.
MEDIA_READING = _schema(
    digest=pa.binary(), reader=pa.string(), ocr=pa.bool_(), content=pa.string(), width=pa.int32(), height=pa.int32(),
    codes=pa.string(), likeness=pa.uint64(), text=pa.string(), unread=pa.string(),
)  # fmt: skip

# Spans are half-open code-point offsets in the original text; never the text itself. confidence 0..1.
# `related`: the earlier messages of a window finding (of another scope: "scope#message_id"). basis: the clause.
FINDING = _schema(
    finding_id=pa.string(), standard=pa.string(), version=pa.string(), rule=pa.string(), severity=pa.string(),
    category=pa.string(), check=pa.string(), scope=pa.string(), message_id=pa.string(), content_hash=pa.binary(),
    platform=pa.string(), community_id=pa.string(), channel_id=pa.string(), account_id=pa.string(), sent_at=UTC_US,
    spans=pa.list_(SPAN), transformations=pa.list_(pa.string()), confidence=pa.float64(), basis=pa.string(),
    hint=pa.string(), related=pa.list_(pa.string()), detail=pa.string(),
)  # fmt: skip

# value = numerator / denominator where both exist; n: observations behind it; low, high: 95 % interval when sampled.
# unknown: why there is no value (then value is null). unfinished: the period is still running.
# part: null for the whole; else one part of a breakdown (a kind of content, an hour of the week, a word).
INDICATOR_VALUE = _schema(
    indicator=pa.string(), community_id=pa.string(), account_id=pa.string(), by=pa.string(), period=pa.string(),
    starts=UTC_US, value=pa.float64(), numerator=pa.float64(), denominator=pa.float64(), n=pa.int64(),
    low=pa.float64(), high=pa.float64(), unknown=pa.string(), unfinished=pa.bool_(), part=pa.string(),
)  # fmt: skip

FACTS = {"message": MESSAGE, "membership": MEMBERSHIP}
STATES = {
    "roster": ROSTER, "community": COMMUNITY, "channel": CHANNEL, "size_snapshot": SIZE_SNAPSHOT,
    "platform_count": PLATFORM_COUNT, "survey_answer": SURVEY_ANSWER,
}  # fmt: skip
