"""Builds src/qunjian/models/emoji.tsv: for each emoji the one character a text model hears it as.

    python -m scripts.emoji_names annotations.json

Source: CLDR's Chinese names of emoji (Unicode licence), the file scripts/build_evasion_tables.py reads. Of the
characters an emoji may be read as (text/tables/emoji.tsv) the one that names it: most of its names hold it, its title
among them, and few other emoji's do. What chats read otherwise (SLANG there) goes first.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from pathlib import Path

from scripts.build_evasion_tables import SLANG

from qunjian.text.keys import emoji, sounds

TABLE = Path(__file__).parents[1] / "src" / "qunjian" / "models" / "emoji.tsv"


def named(annotations: Path) -> dict[str, str]:
    """Return for each emoji the character that names it."""
    told = json.loads(annotations.read_text(encoding="utf-8"))["annotations"]["annotations"]
    names = {
        plain: (dict.fromkeys([*said.get("default", ()), *said.get("tts", ())]), "".join(said.get("tts", ())[:1]))
        for sign, said in told.items()
        if (plain := sign.replace("\ufe0f", "")) in emoji()
    }
    often = Counter(each for words, _ in names.values() for each in {each for word in words for each in word})
    known = sounds().readings
    found = {}
    for sign, read in emoji().items():
        words, title = names.get(sign, ({}, ""))
        weights = {
            each: (sum(each in word for word in words) + (each in words) + (each in title))
            * math.log(len(names) / often[each])
            for each in read
            if often[each] and each in known
        }
        slang = [each for each in SLANG.get(sign, "") if each in known]
        best = slang[0] if slang else max(sorted(weights), key=lambda each: weights[each], default=read[0])
        found[sign] = best
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("annotations", type=Path)
    rows = sorted(named(parser.parse_args().annotations).items())
    about = "# Emoji and the character each is heard as (scripts/emoji_names.py).\n"
    TABLE.write_text(about + "".join(f"{sign}\t{read}\n" for sign, read in rows), encoding="utf-8")
    print(TABLE.name, len(rows), "rows")


if __name__ == "__main__":
    main()
