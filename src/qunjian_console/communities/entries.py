"""What is looked at in communities, as kinds of audit entry."""

from qunjian_console.audit.kinds import Kind

ROSTER = Kind(
    "communities.roster",
    "{actor} 查看了 {subject} 的成员名单",
    "{actor} looked at the roster of {subject}",
    facts=("page",),
)
SILENT = Kind(
    "communities.silent",
    "{actor} 查看了 {subject} 的沉默成员名单，用途：{purpose}",
    "{actor} looked at the list of silent members of {subject} for: {purpose}",
    facts=("members",),
    personal=("purpose",),
)

KINDS = (ROSTER, SILENT)
