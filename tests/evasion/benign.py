"""Benign texts of the private real sets, a fixed sample of each: reviews, posts, comments."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

_SEED = 20261122
_TAG = re.compile("<[^>]*>")


def waimai(folder: Path) -> Iterator[str]:
    """Return reviews of food deliveries."""
    with (folder / "labelled" / "waimai_10k" / "waimai_10k.csv").open(encoding="utf-8-sig", newline="") as file:
        yield from (row["review"] for row in csv.DictReader(file))


def shopping(folder: Path) -> Iterator[str]:
    """Return reviews of goods in ten categories."""
    archive = zipfile.ZipFile(folder / "labelled" / "online_shopping_10_cats" / "online_shopping_10_cats.zip")
    name = next(each for each in archive.namelist() if each.endswith(".csv"))
    with archive.open(name) as file:
        yield from (row["review"] for row in csv.DictReader(io.TextIOWrapper(file, encoding="utf-8-sig", newline="")))


def cold(folder: Path) -> Iterator[str]:
    """Return comments that COLD's annotators found not offensive."""
    for part in ("train", "dev", "test"):
        with (folder / "labelled" / "cold" / f"{part}.csv").open(encoding="utf-8-sig", newline="") as file:
            yield from (row["TEXT"] for row in csv.DictReader(file) if row["label"] == "0")


def weibo(folder: Path) -> Iterator[str]:
    """Return reposts of posts that were no rumours."""
    for path in sorted((folder / "weibo_ced_zh" / "non-rumor-repost").glob("*.json")):
        yield from (each["text"] for each in json.loads(path.read_text(encoding="utf-8")) if each["text"])


def forum(folder: Path) -> Iterator[str]:
    """Return posts of a forum, as they are shown: without quotations."""
    for path in sorted((folder / "forum_s1_zh").rglob("*.md")):
        if path.name == "README.md":
            continue
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        plain = (_TAG.sub("", line) for line in lines)
        yield from (line for line in plain if line and not line.startswith((">", "#", "*", "|", "-", "!", "[")))


SETS: dict[str, tuple[Callable[[Path], Iterator[str]], int]] = {
    "waimai_10k": (waimai, 12_000),
    "online_shopping_10_cats": (shopping, 60_000),
    "COLD, not offensive": (cold, 20_000),
    "weibo_ced_zh": (weibo, 50_000),
    "forum_s1_zh": (forum, 50_000),
}


def sample(folder: Path, name: str) -> list[str]:
    """Return a fixed sample of a set."""
    read, most = SETS[name]
    texts = [text for text in read(folder) if text and text.strip()]
    return texts if len(texts) <= most else random.Random(_SEED).sample(texts, most)
