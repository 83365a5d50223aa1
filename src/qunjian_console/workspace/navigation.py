"""The workspace's settings in the side bar."""

from qunjian_console.frame.navigation import Link
from qunjian_console.language import say

LINKS = (Link("workspace:settings", say("设置", "Settings"), "settings", 95, "s"),)
