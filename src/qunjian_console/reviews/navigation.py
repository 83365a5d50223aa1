"""Reviews in the side bar."""

from qunjian_console.frame.navigation import Link
from qunjian_console.language import say

LINKS = (
    Link("reviews:mine", say("我的", "Mine"), "user", 5, "y"),
    Link("reviews:list", say("复核", "Reviews"), "clipboard-check", 30, "v"),
    Link("reviews:appeals", say("申诉", "Appeals"), "flag", 32, "e"),
)
