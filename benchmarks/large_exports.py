"""Writes exports of any size and times their import: JSON lines, CSV, nested JSON, many small files.

    python -m benchmarks.large_exports lines --megabytes 2048
    python -m benchmarks.large_exports small --files 33000

Each export is written, imported into a new workspace for time and into another for memory, and deleted.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.measure import Run, run
from benchmarks.message_checks import texts

BEGAN = 1_700_000_000
MEMBERS = 800
SAID = 20_000  # distinct texts, drawn again and again


class _Talk:
    """Messages of one group: (number, epoch second, member, text), the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._texts = texts(SAID, seed)
        self._number = 0
        self._at = BEGAN

    def messages(self, count: int) -> Iterator[tuple[int, int, int, str]]:
        for _ in range(count):
            self._number += 1
            self._at += self._draw.randrange(1, 60)
            member = min(int(self._draw.expovariate(1 / 90)), MEMBERS - 1)
            yield self._number, self._at, member, self._texts[self._draw.randrange(SAID)]


def _stamp(at: int) -> str:
    days, rest = divmod(at, 86_400)
    era = (days + 719_468) // 146_097
    of_era = days + 719_468 - era * 146_097
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    year = year_of_era + era * 400 + (month <= 2)
    return f"{year:04d}-{month:02d}-{day:02d}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"


def write_lines(path: Path, size: int) -> int:
    """Write ChatLab JSON lines of about `size` bytes; returns the number of messages."""
    talk, count = _Talk(1), 0
    with path.open("w", encoding="utf-8") as out:
        meta = {"name": "十万人说话", "platform": "qq", "type": "group", "groupId": "77"}
        out.write(json.dumps({"_type": "header", "chatlab": {"version": "0.0.2"}, "meta": meta}) + "\n")
        while out.tell() < size:
            for number, at, member, text in talk.messages(10_000):
                who = f'"sender": "{10_000 + member}", "accountName": "成员{member:04d}"'
                said = f'"type": 0, "content": "{text}", "platformMessageId": "{number}"'
                out.write(f'{{"_type": "message", {who}, "timestamp": {at}, {said}}}\n')
            count += 10_000
    return count


def write_csv(path: Path, size: int) -> int:
    """Write a DiscordChatExporter CSV of about `size` bytes; returns the number of messages."""
    talk, count = _Talk(2), 0
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, quoting=csv.QUOTE_ALL)
        table.writerow(("AuthorID", "Author", "Date", "Content", "Attachments", "Reactions"))
        while out.tell() < size:
            table.writerows(
                (str(3 * 10**17 + member), f"member{member}", f"{_stamp(at)}.0000000+00:00", text, "", "")
                for _, at, member, text in talk.messages(10_000)
            )
            count += 10_000
    return count


def write_nested(path: Path, size: int) -> int:
    """Write a DiscordChatExporter JSON of about `size` bytes; returns the number of messages."""
    talk, count = _Talk(3), 0
    with path.open("w", encoding="utf-8") as out:
        out.write(_guild("200000000000000001", "general"))
        while out.tell() < size:
            for number, at, member, text in talk.messages(10_000):
                out.write((",\n" if number > 1 else "\n") + _nested(10**18 + number, at, member, text))
            count += 10_000
        out.write("\n  ],\n" + f'  "messageCount": {count}\n' + "}\n")
    return count


def _guild(channel: str, name: str) -> str:
    guild = json.dumps({"id": "100000000000000001", "name": "读书", "iconUrl": ""}, ensure_ascii=False)
    of = json.dumps({"id": channel, "type": "GuildTextChat", "categoryId": "1", "category": "Talk", "name": name})
    return f'{{\n  "guild": {guild},\n  "channel": {of},\n  "exportedAt": "2026-01-01T00:00:00+00:00",\n  "messages": ['


def _nested(number: int, at: int, member: int, text: str) -> str:
    record: dict[str, object] = {
        "id": str(number), "type": "Default", "timestamp": f"{_stamp(at)}+00:00", "timestampEdited": None,
        "callEndedTimestamp": None, "isPinned": False, "content": text,
        "author": {
            "id": str(3 * 10**17 + member), "name": f"member{member}", "discriminator": "0000",
            "nickname": f"成员{member}", "color": None, "isBot": False,
            "roles": [{"id": "9", "name": "Host", "color": None, "position": 3}], "avatarUrl": "avatar.png",
        },
        "attachments": [], "embeds": [], "stickers": [], "reactions": [], "mentions": [], "inlineEmojis": [],
    }  # fmt: skip
    return "    " + json.dumps(record, ensure_ascii=False, indent=2).replace("\n", "\n    ")


def write_small(folder: Path, files: int) -> int:
    """Write small files of five formats, 20 messages each; returns the number of messages."""
    talk = _Talk(4)
    makers = (_small_nested, _small_table, _small_lines, _small_telegram, _small_whatsapp)
    for number in range(files):
        make = makers[number % len(makers)]
        name, text = make(number, list(talk.messages(20)))
        place = folder / make.__name__.removeprefix("_small_") / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    return 20 * files


Said = list[tuple[int, int, int, str]]


def _small_nested(number: int, said: Said) -> tuple[str, str]:
    records = ",\n".join(_nested(10**18 + n, at, member, text) for n, at, member, text in said)
    channel = str(2 * 10**17 + number)
    return f"读书 - Talk - c{number} [{channel}].json", _guild(channel, f"c{number}") + f"\n{records}\n  ]\n}}\n"


def _small_table(number: int, said: Said) -> tuple[str, str]:
    head = "AuthorID,Author,Date,Content,Attachments,Reactions\n"
    rows = [f'"{3 * 10**17 + m}","member{m}","{_stamp(at)}.0000000+00:00","{text}","",""\n' for _, at, m, text in said]
    return f"读书 - Talk - t{number} [{4 * 10**17 + number}].csv", head + "".join(rows)


def _small_lines(number: int, said: Said) -> tuple[str, str]:
    meta = {"name": f"群{number}", "platform": "qq", "type": "group", "groupId": str(number)}
    lines = [json.dumps({"_type": "header", "chatlab": {"version": "0.0.2"}, "meta": meta}, ensure_ascii=False)]
    for n, at, member, text in said:
        record = {"_type": "message", "sender": str(member), "accountName": f"成员{member}", "timestamp": at, "type": 0,
                  "content": text, "platformMessageId": str(n)}  # fmt: skip
        lines.append(json.dumps(record, ensure_ascii=False))
    return f"群{number}.jsonl", "\n".join(lines) + "\n"


def _small_telegram(number: int, said: Said) -> tuple[str, str]:
    messages = [
        {"id": n, "type": "message", "date": _stamp(at), "date_unixtime": str(at), "from": f"成员{member}",
         "from_id": f"user{member}", "text": text, "text_entities": []}
        for n, at, member, text in said
    ]  # fmt: skip
    chat = {"name": f"群{number}", "type": "private_supergroup", "id": number, "messages": messages}
    return f"result{number}.json", json.dumps(chat, ensure_ascii=False, indent=1)


def _small_whatsapp(number: int, said: Said) -> tuple[str, str]:
    lines = []
    for _, at, member, text in said:
        day, clock = _stamp(at).split("T")
        year, month, date = day.split("-")
        lines.append(f"{date}/{month}/{year}, {clock[:5]} - member {member}: {text}")
    return f"WhatsApp Chat with group {number}.txt", "\n".join(lines) + "\n"


WRITERS: dict[str, tuple[str, Callable[[Path, int], int]]] = {
    "lines": ("lines.jsonl", write_lines),
    "csv": ("读书 - Talk - general [200000000000000001].csv", write_csv),
    "nested": ("读书 - Talk - general [200000000000000001].json", write_nested),
    "small": ("small", write_small),
}


def imported(export: Path, home: Path, *, memory: bool) -> Run:
    """Import into a new workspace; ends the benchmark when it fails."""
    qunjian = [sys.executable, "-m", "qunjian"]
    run([*qunjian, "init", str(home)], memory=False)
    done = run([*qunjian, "import", str(export), "-w", str(home)], memory=memory)
    if done.code:
        raise SystemExit(f"the import failed: {done.output[-2000:]}")
    return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shape", choices=WRITERS)
    parser.add_argument("--megabytes", type=int, default=2048)
    parser.add_argument("--files", type=int, default=33_000)
    parser.add_argument("--once", action="store_true", help="one run, watched: its time is a quarter too long")
    given = parser.parse_args()
    name, write = WRITERS[given.shape]
    with tempfile.TemporaryDirectory(prefix="qunjian-bench-") as scratch:
        export = Path(scratch) / name
        count = write(export, given.files if given.shape == "small" else given.megabytes * 2**20)
        size = sum(p.stat().st_size for p in ([export] if export.is_file() else export.rglob("*")) if p.is_file())
        print(f"{given.shape}: {count:,} messages, {size / 1e6:,.0f} MB", flush=True)
        watched = imported(export, Path(scratch) / "watched", memory=True)
        print(f"peak memory of the tree {watched.peak_mib:.0f} MiB, {watched.seconds:.1f} s "
              f"({watched.cpu:.1f} s of processor time) while watched", flush=True)  # fmt: skip
        if not given.once:
            timed = imported(export, Path(scratch) / "timed", memory=False)
            print(f"{timed.seconds:.1f} s of wall and {timed.cpu:.1f} s of processor time: "
                  f"{count / timed.seconds:,.0f} messages/s")  # fmt: skip


if __name__ == "__main__":
    main()
