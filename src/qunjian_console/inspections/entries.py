"""What happens to inspections, silences and findings, as kinds of audit entry."""

from qunjian_console.audit.kinds import Kind

_PLAN = ("every", "weekday", "at", "window", "standard", "communities")

SCHEDULED = Kind(
    "inspections.scheduled", "{actor} 安排了定期质检", "{actor} scheduled an inspection", facts=_PLAN,
)  # fmt: skip
PAUSED = Kind("inspections.paused", "{actor} 暂停了定期质检", "{actor} paused a scheduled inspection")
RESUMED = Kind("inspections.resumed", "{actor} 恢复了定期质检", "{actor} resumed a scheduled inspection")
UNSCHEDULED = Kind(
    "inspections.unscheduled", "{actor} 取消了定期质检", "{actor} ended a scheduled inspection", facts=_PLAN,
)  # fmt: skip
SILENCED = Kind(
    "inspections.silenced", "{actor} 静默了规则 {rule}，至 {expires}：{reason}",
    "{actor} silenced the rule {rule} until {expires}: {reason}",
    facts=("rule", "community", "expires"), personal=("account", "reason", "owner"),
)  # fmt: skip
UNSILENCED = Kind(
    "inspections.unsilenced", "{actor} 撤销了对规则 {rule} 的静默", "{actor} took back a silence of the rule {rule}",
    facts=("rule", "community", "expires"), personal=("account", "reason", "owner"),
)  # fmt: skip
ADOPTED = Kind(
    "inspections.adopted", "控制台接管了工作区文件里的 {count} 条静默",
    "The console took over {count} silences of the workspace's files", facts=("count",),
)  # fmt: skip
EXPORTED = Kind(
    "inspections.exported", "{actor} 导出了 {count} 处问题（{form}）", "{actor} exported {count} findings ({form})",
    facts=("count", "form", "run", "query", "messages"),
)  # fmt: skip
VIEW_KEPT = Kind(
    "inspections.view_kept", "{actor} 保存了筛选“{name}”", "{actor} kept the filters '{name}'",
    facts=("query", "shared"), personal=("name",),
)  # fmt: skip
VIEW_DROPPED = Kind(
    "inspections.view_dropped", "{actor} 删除了筛选“{name}”", "{actor} removed the filters '{name}'",
    facts=("query", "shared"), personal=("name",),
)  # fmt: skip

KINDS = (
    SCHEDULED, PAUSED, RESUMED, UNSCHEDULED, SILENCED, UNSILENCED, ADOPTED, EXPORTED, VIEW_KEPT, VIEW_DROPPED,
)  # fmt: skip
