"""Reviews in the side bar."""

from qunjian_console.frame.navigation import Link
from qunjian_console.language import say

LINKS = (Link("reviews:list", say("复核", "Reviews"), "clipboard-check", 30, "r"),)
