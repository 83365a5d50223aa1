"""Imports and data quality in the side bar."""

from qunjian_console.frame.navigation import Link
from qunjian_console.language import say

LINKS = (
    Link("ingest:imports", say("导入", "Import"), "file-import", 20, "i"),
    Link("ingest:quality", say("数据质量", "Data quality"), "database", 22, "d"),
)
