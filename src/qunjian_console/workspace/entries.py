"""What happens to the workspace, as kinds of audit entry."""

from qunjian_console.audit.kinds import Kind
from qunjian_console.language import say

STATED = Kind(
    "workspace.stated", "{actor} 改动了处理目的、依据、告知或保存期：{purpose}",
    "{actor} changed purpose, basis, notice or retention: {purpose}",
    facts=("purpose", "legal_basis", "notice", "retention_days"),
)  # fmt: skip

BACKED_UP = Kind(
    "workspace.backed_up", "{actor} 做了备份：{name}（{messages} 条消息，{audit_entries} 条审计记录）",
    "{actor} made a backup: {name} ({messages} messages, {audit_entries} audit entries)",
    facts=("name", "messages", "audit_entries", "bytes"),
)  # fmt: skip
BACKUP_CHECKED = Kind(
    "workspace.backup_checked", "备份 {name} 校验：{outcome}", "The backup {name} was checked: {outcome}",
    facts=("name", "outcome"),
    words={"outcome": {"sound": say("完好", "sound"), "damaged": say("损坏", "damaged")}},
)  # fmt: skip
BACKUP_TAKEN = Kind("workspace.backup_taken", "{actor} 下载了备份 {name}", "{actor} downloaded the backup {name}",
                    facts=("name",))  # fmt: skip
KEYS_TAKEN = Kind("workspace.keys_taken", "{actor} 下载了备份的密钥", "{actor} downloaded the keys of backups")

KINDS = (STATED, BACKED_UP, BACKUP_CHECKED, BACKUP_TAKEN, KEYS_TAKEN)
