"""Pictures and exports made for the tests: nothing of them is stored in the repository."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import zxingcpp
from PIL import Image

WRITERS = {"qr": zxingcpp.BarcodeFormat.QRCode, "bar": zxingcpp.BarcodeFormat.Code128}


def code_picture(text: str | bytes, *, scale: int = 6, kind: str = "qr") -> Image.Image:
    """Return a picture of a code, written by zxing's own writer."""
    code = zxingcpp.create_barcode(text, WRITERS[kind])
    return Image.fromarray(np.array(code.to_image(scale=scale)))


def photo(width: int = 640, height: int = 480, seed: int = 1) -> Image.Image:
    """Return a picture without any code: soft blots of colour, the same for the same seed."""
    shades = np.random.default_rng(seed).integers(
        0, 255, (max(height // 40, 2), max(width // 40, 2), 3), dtype=np.uint8
    )
    return Image.fromarray(shades).resize((width, height), Image.Resampling.BICUBIC)


def on_photo(code: Image.Image, place: tuple[int, int] = (100, 80), **size: int) -> Image.Image:
    """Return the code as it stands in a photograph."""
    ground = photo(**size)
    ground.paste(code.convert("RGB"), place)
    return ground


def encoded(picture: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    """Return the bytes of a picture file."""
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def telegram(folder: Path, messages: list[dict[str, Any]], name: str = "书友群") -> Path:
    """Write a Telegram export of a group; `file` or `photo` of a message name a file the caller puts beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "id": number, "type": "message", "date": "2026-11-16T10:00:00",
            "date_unixtime": str(1_794_800_000 + number), "from": one.get("from", "甲"),
            "from_id": one.get("from_id", "user1"), "text": one.get("text", ""),
            **{key: one[key] for key in ("photo", "file", "file_name", "mime_type", "media_type") if key in one},
        }
        for number, one in enumerate(messages, 1)
    ]  # fmt: skip
    path = folder / "result.json"
    head = {"name": name, "type": "private_group", "id": 700100, "messages": rows}
    path.write_text(json.dumps(head, ensure_ascii=False), "utf-8")
    return path


def put(folder: Path, place: str, data: bytes) -> str:
    """Write a file below a folder and return its place within."""
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return place
