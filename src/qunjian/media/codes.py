"""Decodes QR and bar codes in a picture, offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from PIL.Image import Image

# Bar codes of goods are looked for at this size: at full size they cost ten times what QR codes cost.
_SMALLER = 1600
MOST_CODES = 20
MOST_LETTERS = 4096


class Code(msgspec.Struct, frozen=True):
    """One code: its kind ("qr", "matrix", "bar") and what it says."""

    kind: str
    text: str


def codes_in(picture: Image) -> tuple[Code, ...]:
    """Return the codes of a grey picture, each once, in the order found."""
    import numpy as np
    import zxingcpp
    from PIL import ImageOps

    formats, every, binarizers = zxingcpp.BarcodeFormat, zxingcpp.BarcodeFormats, zxingcpp.Binarizer
    qr = every([formats.QRCode, formats.MicroQRCode, formats.RMQRCode])
    matrix = every([formats.DataMatrix, formats.Aztec, formats.PDF417])
    bars = every([formats.Code128, formats.EAN13, formats.EAN8, formats.UPCA])
    shrink = max(picture.size) // _SMALLER
    small = picture.reduce(shrink) if shrink > 1 else picture
    found = [("qr", each) for each in zxingcpp.read_barcodes(np.asarray(picture), formats=qr)]
    if not found:
        # Pale prints, and screens photographed in the dark.
        strong = np.asarray(ImageOps.autocontrast(small, cutoff=1))
        for way in (binarizers.LocalAverage, binarizers.GlobalHistogram):
            found = found or [("qr", each) for each in zxingcpp.read_barcodes(strong, formats=qr, binarizer=way)]
    for kind, wanted in (("matrix", matrix), ("bar", bars)):
        found += [(kind, each) for each in zxingcpp.read_barcodes(np.asarray(small), formats=wanted)]
    kept = dict.fromkeys(Code(kind, _said(each)) for kind, each in found if each.valid)
    return tuple(code for code in kept if code.text)[:MOST_CODES]


def _said(barcode: object) -> str:
    """Return the text of a code without control characters; Chinese generators write GB18030 without saying so."""
    import zxingcpp

    assert isinstance(barcode, zxingcpp.Barcode)  # noqa: S101 (tells the type checker)
    raw, text = bytes(barcode.bytes), str(barcode.text)
    try:
        text = raw.decode("utf-8") if raw else text
    except UnicodeDecodeError:
        text = max(text, raw.decode("gb18030", "replace"), key=_usual)  # the decoder's guess may be Japanese
    return "".join(c for c in text if c.isprintable() or c == "\n").strip()[:MOST_LETTERS]


def _usual(text: str) -> int:
    """Return how many of the letters are everyday Chinese characters (the first level of GB 2312)."""
    return sum(0xB0 <= c.encode("gb2312", "ignore")[:1][0] <= 0xD7 for c in text if c.encode("gb2312", "ignore"))
