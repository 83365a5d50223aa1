"""Who may do what with accounts."""

from qunjian_console.accounts.selectors import own_visit
from qunjian_console.policy.roles import Role
from qunjian_console.policy.rows import Row, action, form, page, public

ROWS: dict[str, Row] = {
    "accounts:sign-in": public("BOTH"),
    "accounts:second-step": public("BOTH"),
    "accounts:accept": public("BOTH"),
    "accounts:sign-out": action(),
    "accounts:me": page(),
    "accounts:password": form(),
    "accounts:second-factor": form(),
    "accounts:second-factor-off": action(),
    "accounts:session-end": action(of=own_visit),
    "accounts:users": page(Role.OWNER, Role.AUDITOR),
    "accounts:invite": form(Role.OWNER),
    "accounts:invitation-withdraw": action(Role.OWNER),
    "accounts:user": form(Role.OWNER),
    "accounts:user-disable": action(Role.OWNER),
    "accounts:user-enable": action(Role.OWNER),
    "accounts:user-password-link": action(Role.OWNER),
    "accounts:user-second-factor-off": action(Role.OWNER),
}
