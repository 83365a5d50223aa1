"""Pictures are read whatever their size, turn and contrast; what is hostile or broken is refused with a reason."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageFilter
from tests.media.made import code_picture, encoded, on_photo, photo

from qunjian.checks.media.running import MediaInspector
from qunjian.checks.media.samples import lists_of_examples, media_of
from qunjian.media import ocr
from qunjian.media.contents import content_of
from qunjian.media.likeness import distance, likeness_of, read_likeness, written
from qunjian.media.pictures import grey
from qunjian.media.reading import Reading, read
from qunjian.runs.standards import load_packs
from qunjian.standards.rules import Line

LINK = "https://weixin.qq.com/g/AwYAAKq3Zx81"


def texts(picture: Image.Image, form: str = "PNG") -> list[str]:
    return [code.text for code in read(encoded(picture.convert("RGB"), form)).codes]


def test_a_plain_code_in_every_format() -> None:
    for form in ("PNG", "JPEG", "GIF", "WEBP", "BMP"):
        assert texts(code_picture(LINK), form) == [LINK], form


@pytest.mark.parametrize("angle", [7, 30, 45, 90, 180, 271])
def test_a_turned_code(angle: int) -> None:
    turned = code_picture(LINK, scale=8).rotate(angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    assert texts(on_photo(turned)) == [LINK]


@pytest.mark.parametrize("span", [128, 64, 32, 16])
def test_a_pale_code(span: int) -> None:
    pale = code_picture(LINK, scale=8).point([128 - span // 2 + value * span // 255 for value in range(256)])
    assert texts(pale) == [LINK]


def test_light_on_dark() -> None:
    assert texts(code_picture(LINK).point([255 - value for value in range(256)])) == [LINK]


def test_a_small_code_in_a_large_photograph() -> None:
    assert texts(on_photo(code_picture(LINK, scale=3), width=3000, height=4000), "JPEG") == [LINK]


def test_a_blurred_code() -> None:
    assert texts(code_picture(LINK, scale=8).filter(ImageFilter.GaussianBlur(3))) == [LINK]


def test_a_transparent_code_is_seen_on_white() -> None:
    picture = code_picture(LINK).convert("RGBA")
    picture.putdata([(0, 0, 0, 0 if pixel[0] else 255) for pixel in picture.getdata()])
    assert [code.text for code in read(encoded(picture)).codes] == [LINK]


def test_two_codes_and_chinese_without_a_declared_encoding() -> None:
    ground = photo(900, 500)
    ground.paste(code_picture(LINK).convert("RGB"), (20, 20))
    ground.paste(code_picture("加微信领红包".encode("gb18030")).convert("RGB"), (520, 120))
    assert sorted(texts(ground)) == sorted([LINK, "加微信领红包"])


def test_a_bar_code() -> None:
    (code,) = read(encoded(code_picture("PROMO-2026", kind="bar").convert("RGB"))).codes
    assert (code.kind, code.text) == ("bar", "PROMO-2026")


def test_a_photograph_has_no_code() -> None:
    assert [texts(photo(seed=seed), "JPEG") for seed in range(12)] == [[]] * 12


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes whose header promises so many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "content", "unread"),
    [
        (b"", "empty", "empty"),
        (b"hello", "text", "no_picture"),
        (b"%PDF-1.7", "pdf", "no_picture"),
        (b"MZ\x90\0", "exe", "no_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg", "unopened_format"),
        (b"<?xml version='1.0'?><svg/>", "svg", "unopened_format"),
        (b"\0\0\0\x18ftypheic", "heic", "unopened_format"),
        (b"II*\0" + b"\0" * 20, "tiff", "unopened_format"),
        (b"\x89PNG\r\n\x1a\n", "png", "damaged"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "jpeg", "damaged"),
        (b"GIF89a" + b"\xff" * 30, "gif", "damaged"),
        (b"BM" + b"\xff" * 60, "bmp", "damaged"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp", "damaged"),
        (encoded(photo(), "JPEG")[:900], "jpeg", "damaged"),
        (encoded(photo(), "PNG")[:900], "png", "damaged"),
        (bomb(60_000, 60_000), "png", "too_many_pixels"),
        (bomb(100_000, 1), "png", "too_many_pixels"),
        (bomb(4_000, 4_000), "png", "damaged"),
    ],
)
def test_what_is_not_read(data: bytes, content: str, unread: str) -> None:
    reading = read(data)
    assert (reading.content, reading.unread, reading.codes) == (content, unread, ())


def test_a_large_file_is_not_decoded() -> None:
    assert read(encoded(photo()) + b"\0" * (33 << 20)).unread == "too_large"


def test_every_cut_of_a_picture_ends_in_a_reading() -> None:
    whole = encoded(on_photo(code_picture(LINK)), "JPEG")
    for size in range(0, len(whole), max(len(whole) // 40, 1)):
        assert isinstance(read(whole[:size]), Reading)


def test_voice_messages_are_no_scripts() -> None:
    assert content_of(b"#!AMR\n\x3c") == "audio"
    assert content_of(b"#!/bin/sh\n") == "script"
    assert content_of(b"PK\x03\x04" + b"\0" * 30 + b"AndroidManifest.xml") == "apk"


def test_likeness_survives_scaling_and_compression_and_tells_others_apart() -> None:
    for seed in range(8):
        picture = photo(800, 600, seed=seed)
        own = likeness_of(grey(picture))
        assert own is not None
        for other in (picture.resize((320, 240)), picture.resize((1600, 1200))):
            changed = read(encoded(other, "JPEG", quality=35)).likeness
            assert changed is not None
            assert distance(own, changed) <= 6
        strangers = [read(encoded(photo(800, 600, seed=100 + n))).likeness for n in range(8)]
        assert min(distance(own, each) for each in strangers if each is not None) > 6


def test_one_colour_is_like_nothing() -> None:
    assert read(encoded(Image.new("RGB", (300, 200), "red"))).likeness is None


def test_the_cosine_transform_is_scipys() -> None:
    """The bits are those of scipy's transform, an independent implementation."""
    import numpy as np
    from scipy.fft import dctn

    picture = grey(photo(seed=5))
    shades = np.asarray(picture.resize((32, 32), Image.Resampling.LANCZOS, reducing_gap=3.0), dtype=float)
    low = dctn(shades, type=2)[:8, :8].ravel()
    bits = int("".join("1" if each else "0" for each in low > np.median(low[1:])), 2)
    own = likeness_of(picture)
    assert own is not None
    assert distance(own, bits) <= 1  # a value at the median itself may fall to either side
    assert read_likeness(written(own)) == own


def test_the_samples_of_shipped_rules_come_out_alike_from_real_pictures() -> None:
    """What a sample says a code holds is written as a real code, photographed, read, and judged."""
    rules = [rule for pack in load_packs().values() for rule in pack if rule.detect.kind == "codes"]
    assert len(rules) >= 4
    for rule in rules:
        inspector = MediaInspector([rule], lists_of_examples([rule]))
        for sample in (*rule.samples.hit, *rule.samples.passed):
            for line in sample:
                assert isinstance(line, Line)
                for (attached,) in [media_of(line)]:
                    assert attached.reading is not None
                    (told,) = attached.reading.codes
                    seen = read(encoded(on_photo(code_picture(told.text)), "JPEG")).codes
                    assert [code.text for code in seen] == [told.text]
        assert not inspector.lacking


def test_text_in_a_picture(tmp_path: Path) -> None:
    if not ocr.installed():
        pytest.skip("the extra [ocr] is not installed")
    from PIL import ImageDraw, ImageFont

    picture = Image.new("RGB", (640, 160), "white")
    ImageDraw.Draw(picture).text((20, 40), "QQ 123456789", fill="black", font=ImageFont.load_default(64))
    assert "123456789" in read(encoded(picture), ocr=True).text.replace(" ", "")
    assert read(encoded(picture)).text == ""
