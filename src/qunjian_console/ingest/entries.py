"""What happens to imports, as kinds of audit entry; names of files may name people and are kept apart."""

from qunjian_console.audit.kinds import Kind

HANDED_IN = Kind(
    "ingest.handed_in", "{actor} 上传了 {files} 个文件待导入", "{actor} uploaded {files} files to be imported",
    facts=("files", "bytes"), personal=("names",),
)  # fmt: skip
PREVIEWED = Kind(
    "ingest.previewed", "{actor} 查看了待导入文件的内容", "{actor} looked into a file to be imported",
    facts=("digest",), personal=("name",),
)  # fmt: skip
DISCARDED = Kind(
    "ingest.discarded", "{actor} 放弃了待导入的 {files} 个文件", "{actor} discarded {files} files to be imported",
    facts=("files",),
)  # fmt: skip
STARTED = Kind(
    "ingest.started", "{actor} 开始导入 {files} 个文件", "{actor} started the import of {files} files",
    facts=("files", "format", "zone"), personal=("community", "me"),
)  # fmt: skip
IMPORTED = Kind(
    "ingest.imported", "导入 {import_id} 完成：读到 {read}，保留 {kept}，重复 {duplicate}，拒绝 {rejected}",
    "Import {import_id} done: read {read}, kept {kept}, duplicate {duplicate}, rejected {rejected}",
    facts=("import_id", "read", "kept", "duplicate", "edited", "rejected", "communities", "tables"),
)  # fmt: skip
UNDO_ASKED = Kind(
    "ingest.undo_asked", "{actor} 撤销导入 {import_id}：{reason}", "{actor} takes back import {import_id}: {reason}",
    facts=("import_id",), personal=("reason",),
)  # fmt: skip
UNDONE = Kind(
    "ingest.undone", "导入 {import_id} 已撤销：移除 {removed} 条，{copied} 条别的导入也有，保留",
    "Import {import_id} was taken back: {removed} rows removed, {copied} kept for other imports",
    facts=("import_id", "removed", "copied"),
)  # fmt: skip

MAPPING_KEPT = Kind(
    "ingest.mapping_kept", "{actor} 保存了映射 {id}", "{actor} saved the mapping {id}", facts=("id", "digest")
)

KINDS = (HANDED_IN, PREVIEWED, DISCARDED, STARTED, IMPORTED, UNDO_ASKED, UNDONE, MAPPING_KEPT)
