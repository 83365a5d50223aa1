"""Accounts in the side bar."""

from qunjian_console.frame.navigation import Link
from qunjian_console.language import say

LINKS = (Link("accounts:users", say("用户", "Users"), "users", 90, "u"),)
