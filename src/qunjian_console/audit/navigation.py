"""The audit log in the side bar."""

from qunjian_console.frame.navigation import Link
from qunjian_console.language import say

LINKS = (Link("audit:log", say("审计", "Audit"), "history", 92, "a"),)
