"""Every page that shows something, with the role that opens it: browser tests and screenshots walk this list."""

from __future__ import annotations

PAGES: dict[str, str] = {
    "overview:today": "lead",
    "accounts:me": "inspector",
    "accounts:password": "inspector",
    "accounts:second-factor": "inspector",
    "accounts:users": "owner",
    "accounts:invite": "owner",
    "accounts:user": "owner",
    "audit:log": "auditor",
    "ingest:imports": "lead",
    "ingest:upload": "lead",
    "ingest:file": "lead",
    "ingest:workbench": "lead",
    "ingest:mappings": "lead",
    "ingest:mapping": "lead",
    "ingest:report": "lead",
    "ingest:undo": "lead",
    "jobs:list": "lead",
    "jobs:job": "lead",
    "messages:around": "inspector",
    "messages:search": "inspector",
    "reports:list": "manager",
    "reports:build": "manager",
    "reports:pack": "auditor",
    "reports:building": "manager",
    "reports:report": "manager",
    "reports:schedules": "lead",
    "workspace:settings": "owner",
    "standards:list": "operator",
    "standards:show": "lead",
    "standards:rule": "lead",
    "standards:check": "lead",
    "communities:list": "manager",
    "communities:community": "manager",
    "communities:roster": "lead",
    "communities:silent": "lead",
}
# Pages that need no account.
OPEN = ("accounts:sign-in",)
# Routes that show something only on the way to something else; their own tests open them.
ON_THE_WAY = {
    "accounts:accept",
    "accounts:second-step",
    "workspace:start",
    "frame:health",
    "ingest:mapping-download",
    "reports:view",
    "reports:download",
}
