"""The communities in the side bar."""

from qunjian_console.frame.navigation import Link
from qunjian_console.language import say

LINKS = (Link("communities:list", say("社群", "Communities"), "messages", 10, "c"),)
