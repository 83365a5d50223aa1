"""Content: what kinds of things are posted, the words that stand out, and how much a machine can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qunjian.aggregates.localtime import day_of, placed
from qunjian.aggregates.spoken import NOTICES, counted_hour
from qunjian.aggregates.totals import totals
from qunjian.engines import portable
from qunjian.indicators.activity import spoken
from qunjian.indicators.record import Indicator
from qunjian.model.language import Phrase

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from qunjian.aggregates.frame import Frame

# So many posts of a community and period are read for words; more would take seconds and change little.
WORDS_FROM = 2_000


def kinds(frame: Frame) -> Table:
    """Return posts by kind."""
    hour = counted_hour(frame).inner_join(frame["calendar"], "day")
    return hour.group_by("community_id", "period", part=hour.kind).agg(posts=hour.posts.sum())


def words(frame: Frame) -> Table:
    """Return the texts to count words in: of each period's posts, the first WORDS_FROM by content hash."""
    message, account = frame["recent"], frame["account"]
    message = message.filter(message.kind.notin(NOTICES), message.text.length() > 0)
    message = message.select("community_id", "account_id", "sent_at", "text", "content_hash", "scope", "message_id")
    message = message.anti_join(account.filter(~account.counted), ["community_id", "account_id"])
    local = placed(frame, message, "sent_at")
    dated = local.mutate(day=day_of(local.local_s)).inner_join(frame["calendar"], "day")
    dated = dated.semi_join(frame["grid"], ["community_id", "period"])
    order = [dated.content_hash, dated.scope, dated.message_id]
    dated = dated.mutate(place=portable.rank([dated.community_id, dated.period], order))
    return dated.filter(dated.place <= WORDS_FROM).select("community_id", "period", "text")


def saying(frame: Frame) -> Table:
    """Return posts a machine can read (words or stickers) and those of them that are no filler."""
    told, account = frame["told"], frame["account"]
    told = told.anti_join(account.filter(~account.counted), ["community_id", "account_id"])
    local = placed(frame, told, "sent_at")
    dated = local.mutate(day=day_of(local.local_s)).inner_join(frame["calendar"], "day")
    return totals(dated, counted="read", saying=~dated.filler)


INDICATORS = (
    Indicator(
        id="content_kinds",
        title=Phrase("内容类型", "Kinds of content"),
        definition=Phrase(
            "消息按类型（文字、图片、语音、视频、文件、链接、表情…）的条数；总行是消息数",
            "Posts by kind (text, image, voice, video, file, link, sticker …); the whole is all posts",
        ),
        denominators=Phrase("消息数", "posts"),
        unit="messages", direction="none", family="content", parts=True,
        facts=kinds, shape="count", numerator="posts", denominator="posts",
    ),
    Indicator(
        id="media_coverage",
        title=Phrase("可检内容占比", "Inspected share"),
        definition=Phrase(
            "消息中不含图片、语音、视频、文件的比例：其余内容没有检查能读，合规数字旁应同时看这个数",
            "Share of posts without image, voice, video or file: no check reads the rest, so read compliance figures "
            "beside this one",
        ),
        denominators=Phrase("消息数", "posts"),
        unit="share", direction="up", family="content", needs=("media",),
        facts=spoken, shape="share", numerator="readable", denominator="posts",
    ),
    Indicator(
        id="valid_content_rate",
        title=Phrase("有效内容占比", "Valid content rate"),
        definition=Phrase(
            "机器读得出的消息（有文字的，加上表情）里言之有物的比例，即不是灌水的：没有文字的表情与符号、客套应答（谢谢、收到）、"
            "顶帖打卡、笑声感叹（哈哈、666）、同一账号一天之内重复自己的话，都算灌水；提问与带链接的不算。"
            "图片、语音、视频、文件没有文字，读不出，不进分母",
            "Share of posts a machine can read (with words, or stickers) that say something, that is, are no filler: "
            "wordless marks, emoji and stickers, bare courtesies (thanks, noted), bumps and check-ins, laughter and "
            "cries, and what the same account said already within a day are filler; questions and links are not. "
            "Images, voice, video and files without words cannot be read and are not in the denominator",
        ),
        denominators=Phrase("有文字的消息与表情", "posts with words, and stickers"),
        unit="share", direction="up", family="content",
        facts=saying, shape="share", numerator="saying", denominator="read",
    ),
    Indicator(
        id="top_words",
        title=Phrase("高频词", "Top words"),
        definition=Phrase(
            "周期内消息里出现最多的词（每条消息每个词只算一次，去停用词），part 为词；"
            "消息多时按内容指纹取固定样本，n 为读过的消息数",
            "Words found in most posts of the period (once per post, stop words out); a part is a word; of many posts "
            "a fixed sample by content hash is read, n says how many",
        ),
        denominators=Phrase("读过的文字消息数", "text posts read"),
        unit="messages", direction="none", family="content", parts=True,
        facts=words, shape="words", numerator="words", denominator="posts",
    ),
)  # fmt: skip
