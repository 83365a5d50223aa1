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

REGISTER = Kind(
    "communities.register",
    "{actor} 改了社群登记：共 {rows} 行，新增或改动 {added}，去掉或改动前 {removed}",
    "{actor} changed the register: {rows} rows in all, {added} new or changed, {removed} gone or as they were before",
    facts=("rows", "added", "removed"),
)
DUTY = Kind(
    "communities.duty",
    "{actor} 改了排班表：共 {rows} 行，新增或改动 {added}，去掉或改动前 {removed}",
    "{actor} changed the duty table: {rows} rows in all, {added} new or changed, {removed} gone or as they were before",
    facts=("rows", "added", "removed"),
)

KINDS = (ROSTER, SILENT, REGISTER, DUTY)
