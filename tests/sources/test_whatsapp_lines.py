"""WhatsApp's own lines in the languages it speaks, and what it writes for media it leaves out."""

from __future__ import annotations

import time

import numpy as np
import pytest

from qunjian.sources.day_order import Order
from qunjian.sources.document import memory_document
from qunjian.sources.reader import Options
from qunjian.sources.registry import detect, run_task, tasks
from qunjian.sources.whatsapp.heads import HEAD, wall_of
from qunjian.sources.whatsapp.media import media
from qunjian.sources.whatsapp.phrases import is_deleted, told


@pytest.mark.parametrize(
    ("line", "kind", "who"),
    [
        ("Ann added Bo", "invited", "Bo"),
        ("Bo joined using this group's invite link", "joined", "Bo"),
        ("\u200e\u202a+44 7700 900123\u202c left", "left", "+44 7700 900123"),
        ("Ann removed Bo", "kicked", "Bo"),
        ("安 已将 小波 移出群组", "kicked", "小波"),
        ("小波 已通过此群组的邀请链接加入", "joined", "小波"),
        ("小波 已離開群組", "left", "小波"),
        ("安 已新增 小波", "invited", "小波"),
        ("Ana eliminó a Luis", "kicked", "Luis"),
        ("Luis se unió usando el enlace de invitación de este grupo", "joined", "Luis"),
        ("Ana adicionou Rui", "invited", "Rui"),
        ("Rui entrou usando o link de convite deste grupo", "joined", "Rui"),
        ("Rui saiu", "left", "Rui"),
        ("Anna hat Ben hinzugefügt.", "invited", "Ben"),
        ("Ben ist über den Einladungslink beigetreten", "joined", "Ben"),
        ("Léa a ajouté Max", "invited", "Max"),
        ("Max a quitté le groupe", "left", "Max"),
        ("Gia ha aggiunto Ugo", "invited", "Ugo"),
        ("Ugo ha abbandonato il gruppo", "left", "Ugo"),
        ("Eva heeft Jan toegevoegd", "invited", "Jan"),
        ("Анна добавил(-а) Иван", "invited", "Иван"),
        ("Иван вышел(-ла) из группы", "left", "Иван"),
        ("Can ayrıldı", "left", "Can"),
        ("Budi keluar", "left", "Budi"),
        ("太郎さんが花子さんを追加しました", "invited", "花子"),
        ("지영님이 나갔습니다", "left", "지영"),
    ],
)
def test_who_came_and_went(line: str, kind: str, who: str) -> None:
    said = told(line)
    assert said is not None
    assert (said.kind, said.who) == (kind, (who,))


@pytest.mark.parametrize("line", ["Ann pinned something new", "群里有人说离开不离开都行吧朋友们", "Left-handed people"])
def test_an_unknown_line_moves_nobody(line: str) -> None:
    said = told(line)
    assert said is None or said.kind not in ("joined", "left", "kicked", "invited")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<Media omitted>", "file"), ("<省略多媒体文件>", "file"), ("<Mídia oculta>", "file"),
        ("<без медиафайлов>", "file"),
        ("< Média vynechána >", "file"), ("<تم استبعاد الوسائط>", "file"), ("\u200eimage omitted", "image"),
        ("\u200eimagen omitida", "image"), ("\u200eAudio weggelassen", "voice"), ("\u200eGIF omitted", "image"),
        ("\u200eStickers omitted by me", None), ("\u200edocumento omitido", "file"), ("\u200e音频已略去", "voice"),
        ("\u200eContact card omitted", "card"), ("<b>media omitted</b>", None), ("I omitted", None),
        ("VID-1.mp4 (file attached)", "video"), ("a.jpg (nice one)", None), ("STK-1.webp (archivo adjunto)", "sticker"),
    ],
)  # fmt: skip
def test_media(text: str, kind: str | None) -> None:
    found = media(text)
    assert (None if found is None else found[0]) == kind


@pytest.mark.parametrize(
    ("head", "order", "wanted"),
    [
        ("12/9/20, 23:55 - ", "dmy", "2020-09-12T23:55:00"),
        ("[2020/12/9 23:55:01] ", "ymd", "2020-12-09T23:55:01"),
        ("[2020/12/9 下午11:55:01] ", "ymd", "2020-12-09T23:55:01"),
        ("\u200e[12/9/20, 11:55:01\u202fPM] ", "mdy", "2020-12-09T23:55:01"),
        ("9.12.2020, klo 23.55 - ", "dmy", "2020-12-09T23:55:00"),
        ("09/12/2020, 12:05 a. m. - ", "dmy", "2020-12-09T00:05:00"),
        ("2020. 12. 9. 오후 11:55 - ", "ymd", "2020-12-09T23:55:00"),
        ("2020/12/9 午前0:05 - ", "ymd", "2020-12-09T00:05:00"),
        ("9/12/2563 23:55 - ", "dmy", "2020-12-09T23:55:00"),
        ("\u200f\u0669\u200f/\u0661\u0662\u200f/\u0662\u0660\u0662\u0660، 11:55 م - ", "dmy", "2020-12-09T23:55:00"),
        ("30/2/20, 23:55 - ", "dmy", None),
    ],
)
def test_heads(head: str, order: Order, wanted: str | None) -> None:
    hit = HEAD.match(head + "A: x")
    assert hit is not None
    assert hit.end() == len(head)
    wall = wall_of(hit, order)
    assert (None if wall is None else str(np.datetime64(wall // 1_000_000, "s"))) == wanted


def test_deleted_messages_are_told_from_talk_about_them() -> None:
    assert is_deleted("\u200eThis message was deleted.")
    assert is_deleted("此訊息已刪除")
    assert not is_deleted("was this message deleted?")


@pytest.mark.parametrize(
    "line", ["把" * 480, "a added " * 60, ": " * 240, "[1/1/21" * 60, "<" * 300 + ":" * 100 + ".jpg>"]
)
def test_long_odd_lines_take_no_long(line: str) -> None:
    body = "".join(f"13/05/2024, 10:00 - {lead}{line}\n" for lead in ("", "A: \u200e") for _ in range(200))
    document = memory_document("WhatsApp Chat with x.txt", body.encode())
    started = time.process_time()
    (outcome,) = [run_task(task) for task in tasks([(0, document, detect(document, None, (), Options(zone="UTC")))])]
    assert outcome.parts[0].read >= 400
    assert time.process_time() - started < 3
