"""What the codes of an import report mean, in words: why a record was refused, and what was put right in a text."""

from __future__ import annotations

from qunjian.model.language import Phrase

REASONS: dict[str, Phrase] = {
    "bad_time": Phrase("时间看不懂", "the time cannot be read"),
    "no_time": Phrase("没有时间", "no time"),
    "no_date": Phrase("没有日期", "no date"),
    "no_year": Phrase("没有年份", "no year"),
    "bad_zone": Phrase("时区看不懂", "the zone cannot be read"),
    "no_account": Phrase("不知道是谁说的", "who wrote it is unknown"),
    "no_sender": Phrase("不知道是谁说的", "who wrote it is unknown"),
    "no_talker": Phrase("不知道是哪个会话", "which conversation it is of is unknown"),
    "no_community": Phrase("不知道是哪个社群", "which community it is of is unknown"),
    "no_place": Phrase("不知道是哪个社群", "which community it is of is unknown"),
    "no_id": Phrase("没有编号", "no id"),
    "no_type": Phrase("没有类型", "no type"),
    "no_head": Phrase("缺少消息头", "the head of the message is missing"),
    "no_rule": Phrase("没有一条规则对得上", "no rule fits it"),
    "no_total": Phrase("缺少总数", "the total is missing"),
    "no_members": Phrase("没有成员", "no members"),
    "bad_json": Phrase("JSON 有错", "broken JSON"),
    "bad_table": Phrase("表格有错", "a broken table"),
    "bad_row": Phrase("这一行有错", "a broken row"),
    "bad_list": Phrase("列表有错", "a broken list"),
    "wrong_type": Phrase("内容的类型不对", "a value of the wrong type"),
    "wrong_columns": Phrase("列数与表头不同", "another number of columns than the heading"),
    "short_row": Phrase("列数不够", "too few columns"),
    "too_few_columns": Phrase("列数不够", "too few columns"),
    "before_first_record": Phrase("在第一条记录之前", "before the first record"),
    "before_first_message": Phrase("在第一条消息之前", "before the first message"),
    "truncated": Phrase("文件在这里断了", "the file ends here in the middle"),
    "private_chat": Phrase("私聊，不读取", "a private talk, not read"),
    "private_message": Phrase("私聊，不读取", "a private talk, not read"),
    "unknown_record": Phrase("不认识的记录", "an unknown record"),
    "not_an_event": Phrase("不是事件", "not an event"),
    "edit_without_message": Phrase("改写的消息不在文件里", "an edit whose message is not in the file"),
    "reaction_without_message": Phrase("回应的消息不在文件里", "a reaction whose message is not in the file"),
    "unreadable_file": Phrase("文件读不了", "the file cannot be read"),
    "erased": Phrase("此人的数据已被要求删除", "the person's data were erased on request"),
}
REPAIRS: dict[str, Phrase] = {
    "nul": Phrase("空字符", "NUL characters"),
    "control": Phrase("控制字符", "control characters"),
    "carriage_return": Phrase("回车符", "carriage returns"),
    "lone_surrogate": Phrase("残缺的字符", "halves of characters"),
    "bad_bytes": Phrase("坏字节", "bad bytes"),
}


def in_words(code: str, words: dict[str, Phrase]) -> Phrase:
    """Return what a code means, else the code itself."""
    return words.get(code, Phrase(code, code))
