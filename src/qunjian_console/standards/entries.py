"""What happens to standards, as kinds of audit entry."""

from qunjian_console.audit.kinds import Kind

BEGUN = Kind(
    "standards.draft_begun", "{actor} 由 {source} 开了标准草稿“{title}”",
    "{actor} began the draft '{title}' from {source}", facts=("title", "source", "content"),
)  # fmt: skip
SAVED = Kind(
    "standards.draft_saved", "{actor} 保存了草稿“{title}”第 {number} 版：{what} {about}",
    "{actor} saved revision {number} of the draft '{title}': {what} {about}",
    facts=("title", "number", "what", "about", "content"),
)  # fmt: skip
DISCARDED = Kind(
    "standards.draft_discarded", "{actor} 丢弃了草稿“{title}”", "{actor} discarded the draft '{title}'",
    facts=("title",),
)  # fmt: skip
EXPORTED = Kind(
    "standards.sheet_exported", "{actor} 把“{title}”的规则导出为 Excel 表",
    "{actor} exported the rules of '{title}' as a sheet", facts=("title",),
)  # fmt: skip
PROPOSED = Kind(
    "standards.proposed", "{actor} 提交发布“{title}”，拟自 {starts} 起生效",
    "{actor} put '{title}' up for publishing from {starts} on", facts=("title", "starts", "content", "announcement"),
)  # fmt: skip
_PUBLISHED = ("title", "version", "content", "starts", "proposer", "shared", "reason")
PUBLISHED = Kind(
    "standards.published", "{actor} 发布了“{title}”{version}，自 {starts} 起生效",
    "{actor} published '{title}' {version}, in force from {starts} on", facts=_PUBLISHED,
)  # fmt: skip
WAIVED = Kind(
    "standards.published_alone", "{actor} 一人发布了“{title}”{version}，自 {starts} 起生效（没有第二人：{reason}）",
    "{actor} published '{title}' {version} alone (no second person; reason: {reason}), in force from {starts} on",
    facts=_PUBLISHED,
)  # fmt: skip
RETURNED = Kind(
    "standards.returned", "{actor} 退回了“{title}”：{reason}", "{actor} sent '{title}' back: {reason}",
    facts=("title", "reason"),
)  # fmt: skip
READ = Kind(
    "standards.read", "{actor} 已知悉“{title}”{version}", "{actor} read the announcement of '{title}' {version}",
    facts=("title", "version"),
)  # fmt: skip
TOLD = Kind(
    "standards.told", "{actor} 记录已告知“{title}”{version}：{people}（{how}）",
    "{actor} recorded that people were told of '{title}' {version}: {people} ({how})",
    facts=("title", "version", "how"), personal=("people",),
)  # fmt: skip

KINDS = (BEGUN, SAVED, DISCARDED, EXPORTED, PROPOSED, PUBLISHED, WAIVED, RETURNED, READ, TOLD)
