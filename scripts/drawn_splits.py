"""Finds how characters fall apart to the eye: cut where a glyph has a gap, each half looks like another character."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZE = 64
FACE = 32
FEW = 7.0  # so much ink may run through a cut (pixels)
LEAST = 8  # pixels a half must span
BATCH = 8192


class Half(NamedTuple):
    """Half of a character: which character, where it was cut (a number), first or second half, its picture."""

    character: int
    cut: int
    second: bool
    face: np.ndarray


def drawn(font: Path, character: str, size: int = 60) -> np.ndarray:
    """Return the glyph of a character, ink from 0 to 1."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("L", (SIZE, SIZE), 0)
    ImageDraw.Draw(image).text((2, -14), character, font=ImageFont.truetype(str(font), size, index=2), fill=255)
    return np.asarray(image, dtype=np.float32) / 255


def face(image: np.ndarray) -> np.ndarray | None:
    """Return what is drawn, stretched to one size; None when there is next to nothing."""
    from PIL import Image, ImageFilter

    rows, columns = np.flatnonzero(image.max(axis=1) > 0.3), np.flatnonzero(image.max(axis=0) > 0.3)
    if len(rows) < LEAST and len(columns) < LEAST:
        return None
    inside = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    picture = Image.fromarray((inside * 255).astype(np.uint8)).resize((FACE, FACE), Image.Resampling.BILINEAR)
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(2)), dtype=np.float32) / 255


def features(faces: np.ndarray) -> np.ndarray:
    """Return faces as vectors to compare: ink, and edges by direction in each cell."""
    down, across = np.gradient(faces, axis=(1, 2))
    strength, angle = np.hypot(across, down), np.mod(np.arctan2(down, across), np.pi)
    bins = np.minimum((angle / np.pi * 8).astype(int), 7)
    side = FACE // 4
    cells = np.stack(
        [(strength * (bins == each)).reshape(-1, side, 4, side, 4).sum((2, 4)) for each in range(8)], axis=-1
    )
    parts = [faces.reshape(len(faces), -1), np.sqrt(cells.reshape(len(faces), -1))]
    return np.concatenate([unit(each) for each in parts], axis=1) / np.sqrt(2)


def unit(rows: np.ndarray) -> np.ndarray:
    """Return rows about their mean, of length 1."""
    rows = rows - rows.mean(axis=1, keepdims=True)
    return rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)


def cuts(image: np.ndarray) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Yield the cuts of a glyph that go through next to no ink: a number, what is before it and what is behind."""
    for turned in (False, True):
        lines = image.T if turned else image
        ink = lines.sum(axis=1)
        there = np.flatnonzero(ink > 0.5)
        if not len(there):
            continue
        inner = range(there[0] + 6, there[-1] - 5)
        for at in (at for at in inner if ink[at] <= min(FEW, ink[at - 3 : at + 4].min())):
            before, behind = lines.copy(), lines.copy()
            before[at:], behind[:at] = 0, 0
            yield at + SIZE * turned, (before.T if turned else before), (behind.T if turned else behind)


def falling_apart(fonts: list[Path], characters: list[str], typed: list[str], least: float) -> dict[str, list[str]]:
    """Return for characters the pairs of typed characters that both halves look like in a font, the likest first."""
    found: dict[str, dict[str, float]] = {}
    for font in fonts:
        faces = [(each, face(drawn(font, each))) for each in typed]
        known = [each for each, picture in faces if picture is not None]
        looks = features(np.stack([picture for _, picture in faces if picture is not None]))
        halves = list[Half]()
        for place, character in enumerate(characters):
            for cut, *both in cuts(drawn(font, character)):
                for second, image in enumerate(both):
                    picture = face(image)
                    if picture is not None:
                        halves.append(Half(place, cut, bool(second), picture))
        like: dict[tuple[int, int, bool], list[tuple[str, float]]] = {}
        for first in range(0, len(halves), BATCH):
            some = halves[first : first + BATCH]
            alike = features(np.stack([each.face for each in some])) @ looks.T
            for half, row in zip(some, alike, strict=True):
                order = np.argsort(-row)[:4]
                like[half.character, half.cut, half.second] = [
                    (known[each], float(row[each])) for each in order.tolist() if row[each] >= least
                ]
        for (place, cut, second), ones in like.items():
            for one, sure in ones if not second else ():
                for other, surely in like.get((place, cut, True), ()):
                    pairs = found.setdefault(characters[place], {})
                    pairs[one + other] = max(pairs.get(one + other, 0), min(sure, surely))
    return {each: sorted(pairs, key=lambda pair, of=pairs: -of[pair]) for each, pairs in found.items()}
