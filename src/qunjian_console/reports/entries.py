"""What happens to reports, as kinds of audit entry; reasons people write may name somebody and stand apart."""

from qunjian_console.audit.kinds import Kind

BUILT = Kind(
    "reports.built", "{actor} 生成了报告：{title} {period}", "{actor} built a report: {title} {period}",
    facts=("title", "period", "preset", "standard", "version", "run", "pseudonymous", "everything", "communities",
           "files", "schedule"),
)  # fmt: skip
VIEWED = Kind(
    "reports.viewed", "{actor} 预览了报告：{title} {period}", "{actor} looked at a report: {title} {period}",
    facts=("title", "period", "sha256"),
)  # fmt: skip
DOWNLOADED = Kind(
    "reports.downloaded", "{actor} 下载了报告（{form}）：{title} {period}",
    "{actor} downloaded a report ({form}): {title} {period}",
    facts=("title", "period", "form", "sha256", "pseudonymous"),
)  # fmt: skip
DRAWN = Kind(
    "reports.drawn", "报告补做了 PDF 和长图：{title} {period}",
    "PDF and picture of a report were drawn: {title} {period}",
    facts=("title", "period", "files"),
)  # fmt: skip
ERASED = Kind(
    "reports.erased", "{actor} 删除了报告的文件：{title} {period}，原因：{why}",
    "{actor} deleted the files of a report: {title} {period}; reason: {why}",
    facts=("title", "period", "files"), personal=("why",),
)  # fmt: skip
SCHEDULED = Kind(
    "reports.scheduled", "{actor} 设了定时报告：{preset}", "{actor} scheduled a report: {preset}",
    facts=("preset", "hour", "language", "standard", "pseudonymous", "everything", "communities"),
)  # fmt: skip
PAUSED = Kind("reports.paused", "{actor} 暂停了定时报告：{preset}", "{actor} paused a schedule: {preset}",
              facts=("preset", "why"))  # fmt: skip
RESUMED = Kind("reports.resumed", "{actor} 恢复了定时报告：{preset}", "{actor} resumed a schedule: {preset}",
               facts=("preset",))  # fmt: skip
UNSCHEDULED = Kind("reports.unscheduled", "{actor} 取消了定时报告：{preset}", "{actor} ended a schedule: {preset}",
                   facts=("preset",))  # fmt: skip
MISSED = Kind(
    "reports.missed", "定时报告 {preset} 错过了：{periods}", "The schedule {preset} missed: {periods}",
    facts=("preset", "periods"),
)  # fmt: skip

KINDS = (BUILT, VIEWED, DOWNLOADED, DRAWN, ERASED, SCHEDULED, PAUSED, RESUMED, UNSCHEDULED, MISSED)
