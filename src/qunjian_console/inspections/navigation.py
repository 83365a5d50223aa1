"""Inspections and findings in the side bar."""

from qunjian_console.frame.navigation import Link
from qunjian_console.language import say

LINKS = (
    Link("inspections:findings", say("问题", "Findings"), "alert-triangle", 20, "p"),
    Link("inspections:list", say("质检", "Inspections"), "shield-check", 22, "q"),
)
