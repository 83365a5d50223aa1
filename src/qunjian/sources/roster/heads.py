"""The words teams and tools write over the columns of a roster, and for the roles in it."""

from __future__ import annotations

HEADS: dict[str, tuple[str, ...]] = {
    "community": ("community_id", "community", "group_id", "group", "chat_id", "群id", "群", "社群", "社群id", "群名",
                  "群名称"),
    "platform": ("platform", "平台"),
    "account": (
        "account_id", "account", "member_id", "user_id", "userid", "uid", "platformid", "wxid", "成员id", "用户id",
        "账号", "帐号", "账号id", "微信号", "qq号", "qq",
    ),
    "name": ("name", "nickname", "group_nickname", "user_name", "username", "成员", "姓名", "昵称", "群昵称", "名称",
             "成员名称"),
    "role": ("role", "type", "角色", "身份", "成员类型", "群身份"),
    "joined": ("joined_at", "joined", "join_time", "join_date", "入群时间", "加入时间", "进群时间", "入群日期"),
    "left": ("left_at", "left", "leave_time", "deleted_time", "退群时间", "离开时间"),
    "scene": ("join_scene", "scene", "入群方式", "加入方式", "来源"),
    "inviter": ("inviter", "invitor", "邀请人", "邀请者"),
    "observed": ("observed_at", "exported_at", "导出时间", "统计时间"),
}  # fmt: skip
ROLES = {
    "owner": "owner", "群主": "owner", "版主": "owner", "admin": "admin", "administrator": "admin", "管理员": "admin",
    "群管理": "admin", "群管": "admin", "staff": "staff", "员工": "staff", "企业成员": "staff", "工作人员": "staff",
    "运营": "staff", "客服": "staff", "bot": "bot", "机器人": "bot",
}  # fmt: skip
_BODY = frozenset({"text", "content", "message", "内容", "消息", "消息内容", "strcontent", "timestamp", "createtime"})


def places(header: list[str]) -> dict[str, int]:
    """Return the place of every column known by its heading."""
    plain = [plain_head(cell) for cell in header]
    found: dict[str, int] = {}
    for what, words in HEADS.items():
        place = next((plain.index(plain_head(word)) for word in words if plain_head(word) in plain), None)
        if place is not None:
            found[what] = place
    return found


def looks_like_roster(header: list[str]) -> bool:
    """Return whether a header row is a roster's: someone, and a role or a time of joining, and no message body."""
    found = places(header)
    body = any(plain_head(cell) in _BODY for cell in header)
    return not body and ("account" in found or "name" in found) and ("role" in found or "joined" in found)


def plain_head(word: str) -> str:
    """Return a heading without case, spaces, underscores, hyphens."""
    return word.strip().lstrip("\ufeff").casefold().replace("_", "").replace(" ", "").replace("-", "")
