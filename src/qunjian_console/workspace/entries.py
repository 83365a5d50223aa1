"""What happens to the workspace, as kinds of audit entry."""

from qunjian_console.audit.kinds import Kind

STATED = Kind(
    "workspace.stated", "{actor} 改动了处理目的、依据、告知或保存期：{purpose}",
    "{actor} changed purpose, basis, notice or retention: {purpose}",
    facts=("purpose", "legal_basis", "notice", "retention_days"),
)  # fmt: skip

KINDS = (STATED,)
