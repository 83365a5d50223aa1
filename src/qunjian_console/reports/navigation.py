"""Reports in the side bar."""

from qunjian_console.frame.navigation import Link
from qunjian_console.language import say

LINKS = (Link("reports:list", say("报告", "Reports"), "report", 60, "r"),)
