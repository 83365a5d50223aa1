"""What the readers of QQ's exports must know beyond their samples: notices, private talks, logs that only resemble."""

from __future__ import annotations

import io
import json

import pytest
import xlsxwriter
from tests.sources.conftest import Result, parsed

from qunjian.model.errors import BadInputError
from qunjian.sources.document import memory_document
from qunjian.sources.exporter import parse_me
from qunjian.sources.index import completeness
from qunjian.sources.qq.accounts import named, titled, with_id
from qunjian.sources.qq.notices import read_notice
from qunjian.sources.reader import Options
from qunjian.sources.registry import detect, run_task, tasks

RULE = "=" * 64
HEADER = f"消息记录（此消息记录为文本格式，不支持重新导入）\n\n{RULE}\n消息分组:{{}}\n{RULE}\n消息对象:{{}}\n{RULE}\n\n"


def read(name: str, text: str, forced: str | None = None, encoding: str = "utf-8", **options: object) -> Result:
    document = memory_document(name, text.encode(encoding))
    detection = detect(document, forced, (), Options(zone="Asia/Shanghai", **options))  # type: ignore[arg-type]
    return parsed([(0, document, detection)])


@pytest.mark.parametrize(
    ("line", "kind", "people", "actor", "detail"),
    [
        ("真核生物独幕剧加入本群。", "joined", ["真核生物独幕剧"], None, None),
        ("老何(10020)加入了群聊", "joined", ["老何/10020"], None, None),
        ("小满 已加入本群", "joined", ["小满"], None, None),
        ("甲通过群链接加入了本群。", "joined", ["甲"], None, "群链接"),
        ("甲 通过扫描 乙 分享的二维码加入了本群。", "joined", ["甲"], "乙", "二维码"),
        ("守善锤邀请123加入了本群。", "invited", ["123"], "守善锤", None),
        ("你邀请甲、乙、丙加入了群聊", "invited", ["甲", "乙", "丙"], None, None),
        ("甲邀请你加入了群聊", "invited", [None], "甲", None),
        ("甲 被管理员 乙(10021) 移出了本群。", "kicked", ["甲"], "乙/10021", None),
        ("甲已被移出群聊", "kicked", ["甲"], None, None),
        ("你将甲移出了群聊", "kicked", ["甲"], None, None),
        ("甲退出了本群。", "left", ["甲"], None, None),
        ("甲 已退出群聊", "left", ["甲"], None, None),
        ("甲 离开了该群", "left", ["甲"], None, None),
        ("你撤回了一条消息", "recall", [], None, None),
        ("管理员甲撤回了成员乙的一条消息", "recall", [], None, None),
        ("Bob recalled a message", "recall", [], None, None),
        ("甲 被管理员禁言10分钟", "system", [], None, None),
        ("管理员开启了全员禁言", "system", [], None, None),
        ("周老师 将群名称修改为“南窗”", "system", [], None, None),
        ("甲 拍了拍 乙", "system", [], None, None),
        ("甲已成为新群主", "system", [], None, None),
        ("x" * 5_000 + "加入本群。", "system", [], None, None),
    ],
)
def test_notices(line: str, kind: str, people: list[str | None], actor: str | None, detail: str | None) -> None:
    notice = read_notice(line)

    def shown(person: object) -> str | None:
        name, native = person.name, person.native  # type: ignore[attr-defined]
        return f"{name}/{native}" if native else name

    assert notice.kind == kind
    assert [shown(person) for person in notice.people] == people
    assert (shown(notice.actor), notice.detail) == (actor, detail)


def test_names_and_files() -> None:
    assert titled("【管理员】甲") == ("甲", "admin")
    assert titled("【北京】") == ("【北京】", None)
    assert with_id("甲(乙)(10001)") == ("甲(乙)", "10001")
    assert with_id("10001(10001)") == (None, "10001")
    assert with_id("A<B@qq.com>") == ("A", "b@qq.com")
    assert named("out/group_123456_20250101_093000.json").number == "123456"
    assert named("group_读书_会_123456_20250101_093000.xlsx").name == "读书_会"
    assert named("x.zip/读书会(123456)_chunked_jsonl/chunks/c000001.jsonl").number == "123456"
    assert named("读书会(123456)_chunked_jsonl/manifest.json").number == "123456"
    assert named("chat.json").number is None


def test_a_log_without_its_header_is_read_when_named() -> None:
    text = "2024-01-02 03:04:05 Alice(10001)\nhello\n2024-01-02 1:2:3 名字(带(嵌套)括号) (0012345)  \n正文\n第二行\n"
    document = memory_document("log.txt", text.encode())
    assert detect(document).role == "ignored"
    result = read("log.txt", text, "qq_txt")
    assert [(row["account_id"], row["name_then"], row["text"]) for row in result.messages] == [
        ("qq:10001", "Alice", "hello"),
        ("qq:0012345", "名字(带(嵌套)括号)", "正文\n第二行"),
    ]
    assert result.messages[0]["community_id"] == "qq:log"


def test_a_header_cut_down_by_hand_still_names_the_chat() -> None:
    text = "消息记录（此消息记录为文本格式，不支持重新导入）\n消息对象:测试群\n2024-01-02 03:04:05 甲(10001)\n[图片]\n"
    assert detect(memory_document("a.txt", text.encode())).role == "ignored"
    (row,) = read("a.txt", text, "qq_txt").messages
    assert (row["community_id"], row["kind"]) == ("qq:测试群", "image")


def test_a_friend_is_no_community_unless_asked_for() -> None:
    text = HEADER.format("我的好友", "老同学") + "2024-01-02 03:04:05 老同学\n在吗\n\n2024-01-02 03:04:06 我\n在\n"
    document = memory_document("a.txt", text.encode())
    (task,) = tasks([(0, document, detect(document, None, (), Options(zone="UTC")))])
    outcome = run_task(task)
    assert outcome.messages is None
    assert "private" in outcome.parts[0].warnings[0]
    asked = read("a.txt", text, community="qq:同学")
    assert [row["account_id"] for row in asked.messages] == ["qq:name:老同学", "qq:name:我"]


def test_old_exports_in_gb18030() -> None:
    text = HEADER.format("我的QQ群", "老群") + "".join(
        f"2009-05-0{day} 10:00:00 阿甲(10001)\n今天大家在群里说的这个问题，谢谢\n\n" for day in range(1, 10)
    )
    result = read("老群.txt", text.replace("\n", "\r\n"), encoding="gb18030")
    assert len(result.messages) == 9
    assert {row["text"] for row in result.messages} == {"今天大家在群里说的这个问题，谢谢"}


def test_another_tools_log_stays_with_its_mapping() -> None:
    text = HEADER.replace(RULE, "=" * 48).format("我的QQ群", "x") + "2026-01-01 08:00:00 甲(10001)\n加入了本群\n"
    assert detect(memory_document("reading-club.txt", text.encode())).role == "ignored"


MESSAGE = (
    '{{"id":"{0}","timestamp":176722560{0}000,"sender":{{"uid":"u_a","uin":"30000001","name":"甲"}},"type":"text",'
    '"content":{{"text":"{1}","elements":[{{"type":"text","data":{{"text":"{1}"}}}}],"resources":[]}},"recalled":false}}'
)
CHUNK = {"chunks/c000001.jsonl": "\n".join(MESSAGE.format(n, f"第{n}句") for n in (1, 2)) + "\n"}
MANIFEST = (
    '{"metadata":{"name":"QQChatExporter V5"},"chatInfo":{"name":"群","type":"group"},"statistics":{"senders":[PAD]},'
    '"chunked":{"format":"jsonl","chunks":[{"relativePath":"chunks/c000001.jsonl","count":2},'
    '{"relativePath":"chunks/c000002.jsonl","count":5}]}}'
)


def test_a_missing_chunk_is_reported() -> None:
    found: dict[str, int] = {}
    promises: dict[str, int] = {}
    for group in ("甲(600700800)", "乙(600700801)"):
        files = {"manifest.json": MANIFEST.replace("PAD", ""), **CHUNK}
        if group.startswith("乙"):
            files["chunks/c000002.jsonl"] = "\n".join(MESSAGE.format(n, "好") for n in range(5)) + "\n"
        for name, text in files.items():
            name = f"{group}_chunked_jsonl/{name}"
            result = read(name, text)
            found[name] = len(result.messages)
            promises.update(result.promises)
    missing = completeness(promises, found)
    assert missing is not None
    assert missing.absent == ("甲(600700800)_chunked_jsonl/chunks/c000002.jsonl",)
    assert (missing.promised, missing.found, missing.short) == (14, 9, ())


def test_chunks_given_one_by_one_are_found_too() -> None:
    promises = read("manifest.json", MANIFEST.replace("PAD", "")).promises
    assert completeness(promises, {"manifest.json": 0, "c000001.jsonl": 2, "c000002.jsonl": 5}) is None
    missing = completeness(promises, {"c000001.jsonl": 1})
    assert missing is not None
    assert (missing.absent, missing.short) == (("chunks/c000002.jsonl",), ("chunks/c000001.jsonl",))


def test_a_manifest_longer_than_the_head_is_known() -> None:
    senders = ",".join(f'{{"uid":"u_{n:040}","name":"成员{n}","messageCount":1}}' for n in range(2_000))
    result = read("读书会(600700800)_chunked_jsonl/manifest.json", MANIFEST.replace("PAD", senders))
    assert result.promises == {
        "读书会(600700800)_chunked_jsonl/chunks/c000001.jsonl": 2,
        "读书会(600700800)_chunked_jsonl/chunks/c000002.jsonl": 5,
    }
    assert [row["community_id"] for row in result.states["community"]] == ["qq:600700800"]


@pytest.mark.parametrize("kind", ["private", "temp"])
def test_a_private_export_is_not_read_unless_asked_for(kind: str) -> None:
    text = (
        f'{{"metadata":{{"name":"QQChatExporter V5"}},"chatInfo":{{"name":"某人","type":"{kind}"}},"messages":['
        + MESSAGE.format(1, "私话")
        + "]}"
    )
    assert read("friend_10001_20260101_080000.json", text).rows() == ([], [])
    assert len(read("friend_10001_20260101_080000.json", text, community="qq:客服").messages) == 1
    assert read("friend_10001_20260101_080000_chunked_jsonl/chunks/c000001.jsonl", MESSAGE.format(1, "私话")).read == 0


def test_a_header_after_the_messages_still_names_the_chat() -> None:
    text = (
        '{"messages":[' + MESSAGE.format(1, "前") + '],"metadata":{"name":"QQChatExporter V5"},'
        '"chatInfo":{"name":"群","type":"group","peerUid":"600700800"}}'
    )
    result = read("x.json", text)
    assert [row["community_id"] for row in result.messages] == ["qq:600700800"]
    assert [row["name"] for row in result.states["community"]] == ["群"]


def _workbook(sheet: str, rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as book:
        for name, lines in ((sheet, rows), ("统计信息", [["统计项目", "数值"], ["消息总数", 2]])):
            page = book.add_worksheet(name)
            for n, row in enumerate(lines):
                page.write_row(n, 0, row)
    return out.getvalue()


BOOK: list[list[object]] = [
    ["序号", "时间", "发送者", "发送者QQ号", "消息类型", "消息内容", "是否撤回", "资源数量"],
    [1, "2026-01-01 08:00:00", "周老师", 10000002, "文本", "=SUM(1)", "否", 0],
    [2, "2026-01-01 08:01:00", "苏北", "10000003", "图片", "[image: a.jpg]", "否", 1],
]


@pytest.mark.parametrize("sheet", ["聊天记录", "Sheet1"])
def test_a_workbook_is_known_by_the_exporters_file_name(sheet: str) -> None:
    data = _workbook(sheet, BOOK)
    document = memory_document("out/group_读书会_700800901_20260102_090000.xlsx", data)
    detection = detect(document, None, (), Options(zone="Asia/Shanghai"))
    assert detection.format == "qce_sheet"
    result = parsed([(0, document, detection)])
    assert [(row["account_id"], row["kind"], row["text"], row["community_id"]) for row in result.messages] == [
        ("qq:10000002", "text", "=SUM(1)", "qq:700800901"),
        ("qq:10000003", "image", "", "qq:700800901"),
    ]
    # The headings say what it is, whatever it is called.
    assert detect(memory_document("群成员名单.xlsx", data)).format == "qce_sheet"


def test_another_workbook_is_refused() -> None:
    document = memory_document("x.xlsx", _workbook("聊天记录", [["a", "b"], [1, 2]]))
    with pytest.raises(BadInputError, match="QQ Chat Exporter"):
        parsed([(0, document, detect(document, "qce_sheet"))])


def test_words_that_look_like_the_exporters_lines_stay_words() -> None:
    head = "[QQChatExporter V5 / x]\n\n聊天名称: 群\n聊天类型: 群聊\n\n\n"
    text = head + "甲:\n时间: 2026-01-01 08:00:00\n内容: 第一行\n回复: 明天再说\n提及: 无\n\n\n"
    (row,) = read("a.txt", text).messages
    assert row["text"] == "第一行\n回复: 明天再说\n提及: 无"
    assert read("a.txt", text.replace("群聊", "私聊")).messages == []


def test_a_bots_log_is_not_taken_for_another_format() -> None:
    line = '{"time":1767614401,"self_id":1,"post_type":"meta_event","meta_event_type":"heartbeat"}\n'
    assert detect(memory_document("log.jsonl", line.encode())).format == "onebot"
    assert read("log.jsonl", line).read == 0
    assert detect(memory_document("a.jsonl", b'{"time":1,"type":"message","text":"x"}\n')).role == "ignored"


def test_all_groups_of_a_log_go_to_the_community_asked_for() -> None:
    line = (
        '{{"time":1767614401,"self_id":1,"post_type":"message","message_type":"group","group_id":{0},"message_id":{0},'
    )
    text = "".join(line.format(n) + '"user_id":5,"message":"[CQ:at,qq=all] 好","raw_message":"好"}\n' for n in (77, 78))
    result = read("log.jsonl", text, community="qq:all-groups")
    assert {row["community_id"] for row in result.messages} == {"qq:all-groups"}
    assert [row["mentions"] for row in result.messages] == [["qq:all"], ["qq:all"]]


def test_a_lone_carriage_return_in_a_table_stops_no_detection() -> None:
    assert detect(memory_document("old.csv", "序号\r,时间,发送者\n1,2,3\n".encode())).role == "ignored"


def test_a_mute_of_absurd_length_is_still_a_notice() -> None:
    line = '{"time":1767614401,"self_id":1,"post_type":"notice","notice_type":"group_ban","sub_type":"ban",'
    (row,) = read("log.jsonl", line + '"group_id":7,"user_id":5,"operator_id":6,"duration":1e300}\n').messages
    assert row["text"] == "5 被禁言 0 秒（操作者 6）"


def test_the_exporter_in_a_notice_is_the_person_who_is_named_or_whom_the_header_names() -> None:
    text = HEADER.format("我的QQ群", "读书") + "".join(
        f"2026-01-01 08:00:0{n} 系统消息(10000)\n{line}\n\n"
        for n, line in enumerate(("我邀请甲加入了本群。", "乙邀请你加入了本群。", "你将丙移出了本群。"))
    )
    unknown = read("读书.txt", text)
    assert [(row["kind"], row["account_id"], row["actor_id"]) for row in unknown.membership] == [
        ("invited", "qq:name:甲", None), ("invited", None, "qq:name:乙"), ("kicked", "qq:name:丙", None),
    ]  # fmt: skip
    told = read("读书.txt", text, me=parse_me("小林(10001234)"))
    assert [(row["account_id"], row["name_then"], row["actor_id"]) for row in told.membership] == [
        ("qq:name:甲", "甲", "qq:10001234"), ("qq:10001234", "小林", "qq:name:乙"), ("qq:name:丙", "丙", "qq:10001234"),
    ]  # fmt: skip
    chat = {
        "metadata": {"name": "QQChatExporter V5", "version": "5.0.0"},
        "chatInfo": {"name": "读书", "type": "group", "peerUin": "20001", "selfUin": "10009999", "selfName": "老周"},
        "messages": [
            {"id": "1", "timestamp": 1767225600000, "system": True, "type": "system",
             "content": {"text": "你邀请甲加入了群聊"}},
        ],
    }  # fmt: skip
    (row,) = read("group_20001_20260101_080000.json", json.dumps(chat), "qce_json").membership
    assert (row["account_id"], row["actor_id"]) == ("qq:name:甲", "qq:10009999")
