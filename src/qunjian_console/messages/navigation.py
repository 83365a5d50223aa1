"""Search in the side bar."""

from qunjian_console.frame.navigation import Link
from qunjian_console.language import say

LINKS = (Link("messages:search", say("搜索", "Search"), "search", 40, "f"),)
