"""The first page in the side bar."""

from qunjian_console.frame.navigation import Link
from qunjian_console.language import say

LINKS = (Link("overview:today", say("今天", "Today"), "home", 0, "t"),)
