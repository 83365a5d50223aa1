"""Standards in the side bar."""

from qunjian_console.frame.navigation import Link
from qunjian_console.language import say

LINKS = (Link("standards:list", say("运营标准", "Standards"), "scale", 40, "n"),)
