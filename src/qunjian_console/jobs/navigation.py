"""Jobs in the side bar."""

from qunjian_console.frame.navigation import Link
from qunjian_console.language import say

LINKS = (Link("jobs:list", say("任务", "Jobs"), "clock", 80, "j"),)
