"""What happens to accounts, as kinds of audit entry."""

from qunjian_console.audit.kinds import Kind
from qunjian_console.policy.roles import Role

_ROLES = {"role": {str(code): text for code, text in Role.choices}}

FOUNDED = Kind(
    "accounts.founded", "{name} 建立了控制台并成为所有者", "{name} set up the console and became its owner",
    personal=("name", "username"),
)  # fmt: skip
SIGNED_IN = Kind("accounts.signed_in", "{actor} 登录", "{actor} signed in", facts=("second_factor",))
SIGN_IN_FAILED = Kind(
    "accounts.sign_in_failed", "登录失败（用户名 {username}）", "A sign-in failed (user name {username})",
    facts=("throttled",), personal=("username", "address"),
)  # fmt: skip
SIGNED_OUT = Kind("accounts.signed_out", "{actor} 退出", "{actor} signed out")
SESSION_ENDED = Kind("accounts.session_ended", "{actor} 结束了自己的一个会话", "{actor} ended one of their sessions")
INVITED = Kind(
    "accounts.invited", "{actor} 邀请了 {name}（{role}）", "{actor} invited {name} ({role})",
    facts=("role", "everywhere", "communities", "expires"), personal=("name",), words=_ROLES,
)  # fmt: skip
INVITATION_WITHDRAWN = Kind(
    "accounts.invitation_withdrawn", "{actor} 撤回了给 {name} 的邀请", "{actor} withdrew the invitation of {name}",
    personal=("name",),
)  # fmt: skip
JOINED = Kind(
    "accounts.joined", "{name} 接受邀请（{role}）", "{name} accepted an invitation ({role})",
    facts=("role",), words=_ROLES,
    personal=("name", "username"),
)  # fmt: skip
CHANGED = Kind(
    "accounts.changed", "{actor} 改动了 {name} 的角色或范围：{role}",
    "{actor} changed the role or scope of {name}: {role}",
    facts=("role", "everywhere", "communities"), personal=("name",), words=_ROLES,
)  # fmt: skip
DISABLED = Kind("accounts.disabled", "{actor} 停用了 {name}", "{actor} disabled {name}", personal=("name",))
ENABLED = Kind("accounts.enabled", "{actor} 重新启用了 {name}", "{actor} enabled {name} again", personal=("name",))
PASSWORD_CHANGED = Kind("accounts.password_changed", "{actor} 更改了自己的密码", "{actor} changed their password")
RESET_OFFERED = Kind(
    "accounts.reset_offered", "{actor} 为 {name} 开出了重设密码的链接", "{actor} issued a password link for {name}",
    personal=("name",),
)  # fmt: skip
PASSWORD_RESET = Kind("accounts.password_reset", "{name} 用链接重设了密码", "{name} reset their password by a link",
                      personal=("name",))  # fmt: skip
SECOND_FACTOR_ON = Kind("accounts.second_factor_on", "{actor} 开启了两步验证", "{actor} turned on two-step sign-in")
SECOND_FACTOR_OFF = Kind("accounts.second_factor_off", "{actor} 关闭了 {name} 的两步验证",
                         "{actor} turned off two-step sign-in of {name}", personal=("name",))  # fmt: skip

KINDS = (
    FOUNDED, SIGNED_IN, SIGN_IN_FAILED, SIGNED_OUT, SESSION_ENDED, INVITED, INVITATION_WITHDRAWN, JOINED, CHANGED,
    DISABLED, ENABLED, PASSWORD_CHANGED, RESET_OFFERED, PASSWORD_RESET, SECOND_FACTOR_ON, SECOND_FACTOR_OFF,
)  # fmt: skip
