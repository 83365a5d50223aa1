"""WeChat's system lines, most of them as published parsers of bots test them, tell who joined, left, recalled."""

from __future__ import annotations

from time import process_time

import pytest

from qunjian.sources.wechat.kinds import kind_named, kind_of, kind_shown
from qunjian.sources.wechat.system_lines import Line, Member, read_line

ME = "(me)"


def told(line: Line) -> tuple[list[tuple[str, str]], str | None]:
    """Return [(kind, who)] and who did it."""
    events = [(event.kind, ME if event.who.me else event.who.name) for event in line.events]
    by = {event.by for event in line.events} or {line.by}
    (doer,) = by
    return events, None if doer is None else ME if doer.me else doer.name


@pytest.mark.parametrize(
    ("text", "events", "by"),
    [
        ('你邀请"管理员"加入了群聊  ', [("invited", "管理员")], ME),
        ('你邀请"甲、乙"加入了群聊  $revoke$', [("invited", "甲"), ("invited", "乙")], ME),
        ('"管理员"邀请"宁锐锋"加入了群聊', [("invited", "宁锐锋")], "管理员"),
        ('"甲 邀 乙"邀请"O\'Neil, Jr"加入了群聊', [("invited", "O'Neil, Jr")], "甲 邀 乙"),
        ('"李"邀请你加入了群聊，群聊参与人还有：甲、乙', [("invited", ME)], "李"),
        ('"李"邀请你加入了群聊', [("invited", ME)], "李"),
        ('"李"邀请你和"甲、乙"加入了群聊', [("invited", ME), ("invited", "甲"), ("invited", "乙")], "李"),
        ('"管理员"通过扫描你分享的二维码加入群聊  ', [("joined", "管理员")], ME),
        ('" 桔小秘"通过扫描"李佳芮"分享的二维码加入群聊', [("joined", "桔小秘")], "李佳芮"),
        ('你通过扫描"李"分享的二维码加入群聊', [("joined", ME)], "李"),
        ('"张三"加入了群聊', [("joined", "张三")], None),
        ('你将"李佳芮"移出了群聊', [("kicked", "李佳芮")], ME),
        ('"管理员"将"甲"移出了群聊', [("kicked", "甲")], "管理员"),
        ('你被"李佳芮"移出群聊', [("kicked", ME)], "李佳芮"),
        ('"张三"退出了群聊', [("left", "张三")], None),
        ("You invited 管理员 to the group chat.   ", [("invited", "管理员")], ME),
        ("You invited 李卓桓.PreAngel、Bruce LEE to the group chat.   ", [("invited", "李卓桓.PreAngel"), ("invited", "Bruce LEE")], ME),  # noqa: E501
        ("管理员 invited 庆次、小桔妹 to the group chat", [("invited", "庆次"), ("invited", "小桔妹")], "管理员"),
        ('"Li" invited you to a group chat with A, B', [("invited", ME)], "Li"),
        ('"Li" invited you and "A" to the group chat', [("invited", ME), ("invited", "A")], "Li"),
        ('"管理员" joined group chat via the QR code you shared.  ', [("joined", "管理员")], ME),
        ('"宁锐锋" joined the group chat via the QR Code shared by "管理员".', [("joined", "宁锐锋")], "管理员"),
        ('You removed "Bruce LEE" from the group chat', [("kicked", "Bruce LEE")], ME),
        ('You were removed from the group chat by "桔小秘"', [("kicked", ME)], "桔小秘"),
    ],
)  # fmt: skip
def test_who_came_and_went(text: str, events: list[tuple[str, str]], by: str | None) -> None:
    line = read_line(text)
    assert told(line) == (events, by)
    assert line.kind == "system"


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ('"李梅" 撤回了一条消息', "李梅"),
        ("你撤回了一条消息", ME),
        ("你撤回了一条消息 重新编辑", ME),
        ('"李梅" 撤回了成员 "王强" 的一条消息', "李梅"),
        ('"Li Mei" has recalled a message.', "Li Mei"),
        ("You recalled a message", ME),
        ('"李梅" 已收回一則訊息', "李梅"),
        ('<revokemsg>"李梅" 撤回了一条消息</revokemsg>', "李梅"),
        (
            '<sysmsg><revokemsg><replacemsg><![CDATA["李 & 梅" 撤回了一条消息]]></replacemsg></revokemsg>',
            "李 & 梅",
        ),
        ('你撤回了一条消息 <a href="weixin://revoke_edit_click">重新编辑</a>', ME),
    ],
)
def test_who_recalled(text: str, by: str) -> None:
    line = read_line(text)
    assert (line.kind, told(line)) == ("recall", ([], by))
    assert "<" not in line.text


@pytest.mark.parametrize(
    "text",
    [
        '"李梅"修改群名为“读书会”',
        '"李卓桓" changed the group name to "ding"',
        '"Dongmay"与群里其他人都不是朋友关系，请注意隐私安全',
        '"李梅"已成为新群主',
        "收到红包，请在手机上查看",
        '"A" 拍了拍 "B"',
        '邀请"$names$"加入了群聊',
        '"$adder$"通过扫描你分享的二维码加入群聊  $revoke$',
        "",
        '"A" 拍了拍 "B"加入了群聊',
        '"a"邀请"b"邀请"c"加入了群聊',
        '"' * 5000,
        '"a"邀请' * 3000,
    ],
)
def test_other_lines_stay_system_messages(text: str) -> None:
    line = read_line(text)
    assert (line.kind, line.events, line.by) == ("system", (), None)


def test_ids_behind_names_are_taken_where_the_exporter_writes_them() -> None:
    line = read_line('"李梅(wxid_li)"邀请"小王(北京)(wxid_wang)、a、b(wxid_ab01)"加入了群聊', ids=True)
    assert [event.who for event in line.events] == [Member("小王(北京)", "wxid_wang"), Member("a、b", "wxid_ab01")]
    assert line.events[0].by == Member("李梅", "wxid_li")
    (event,) = read_line('"Tom(London)"加入了群聊').events
    assert event.who == Member("Tom(London)")


def test_a_stored_template_is_filled() -> None:
    stored = (
        '<sysmsg type="sysmsgtemplate"><sysmsgtemplate><content_template type="tmpl_type_profile"><plain><![CDATA[]]>'
        '</plain><template><![CDATA["$username$"邀请"$names$"加入了群聊]]></template><link_list>'
        '<link name="username" type="link_profile"><memberlist><member><username><![CDATA[wxid_li]]></username>'
        "<nickname><![CDATA[李梅]]></nickname></member></memberlist></link>"
        '<link name="names" type="link_profile"><memberlist><member><nickname><![CDATA[甲]]></nickname></member>'
        "<member><nickname><![CDATA[乙]]></nickname></member></memberlist></link></link_list></content_template>"
        "</sysmsgtemplate></sysmsg>"
    )
    line = read_line(stored)
    assert line.text == '"李梅"邀请"甲、乙"加入了群聊'
    assert told(line) == ([("invited", "甲"), ("invited", "乙")], "李梅")


def test_kinds() -> None:
    assert [kind_of(1), kind_of(49, 57), kind_of(244813135921), kind_of(49, 6), kind_of(10000), kind_of(77)] == [
        "text", "text", "text", "file", "system", None,
    ]  # fmt: skip
    assert [kind_named("图片消息"), kind_named("图片"), kind_named("聊天记录合并转发"), kind_named("未知类型(9)")] == [
        "image", "image", "forward", None,
    ]  # fmt: skip
    shown = [kind_shown(text) for text in ("![图片](http://a/b)", "[图片] 好看", "[链接|题](u)", "[强]")]
    assert shown == ["image", "text", "link", "text"]


def test_hostile_lines_take_no_time() -> None:
    for text in ("<![CDATA[" * 7_000, "<replacemsg>" * 5_000, '"a、' * 20_000, "[链接|" + "](" * 200_000):
        started = process_time()
        read_line(text)
        kind_shown(text)
        assert process_time() - started < 2
