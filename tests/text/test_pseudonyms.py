"""Pseudonyms stand wherever an account or a name stood, also inside the marks of quotes."""

from __future__ import annotations

from qunjian.text.pseudonyms import Pseudonyms


def test_a_quote_points_at_the_pseudonym_of_its_author() -> None:
    made = Pseudonyms(b"key")
    assert made.reply("?2026-11-01T08:01|梅姐") == f"?2026-11-01T08:01|{made.name('梅姐')}"
    assert made.reply("?2026-11-01T08:01||wechat:wxid_li") == f"?2026-11-01T08:01||{made.account('wechat:wxid_li')}"
    assert (made.reply("4711"), made.reply(None)) == ("4711", None)
