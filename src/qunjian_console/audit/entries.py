"""The audit log's own kinds of entry."""

from qunjian_console.audit.kinds import Kind

ERASED = Kind(
    "audit.erased",
    "{actor} 删除了审计记录中关于 {about} 的个人信息：{count} 处",
    "{actor} erased personal data about {about} from the audit log: {count} places",
    facts=("about", "count", "places"),
)
VIEWED = Kind("audit.viewed", "{actor} 查看了审计记录", "{actor} looked at the audit log", facts=("filter",))
VERIFIED = Kind(
    "audit.verified",
    "审计记录校验：{entries} 条，问题 {problems} 处",
    "The audit log was verified: {entries} entries, {problems} problems",
    facts=("entries", "problems"),
)

KINDS = (ERASED, VIEWED, VERIFIED)
