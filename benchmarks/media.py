"""Times reading of pictures: kind by content, decoding, QR and bar codes, likeness; CPU time of one process, medians.

python -m benchmarks.media [--pictures 40]
"""

from __future__ import annotations

import argparse
import io
import statistics
import time

import numpy as np
import zxingcpp
from PIL import Image

from qunjian.media import ocr
from qunjian.media.reading import read

SIZES = {"chat screenshot 1080 x 1920": (1080, 1920), "compressed photo 1280 x 960": (1280, 960),
         "phone photo 3000 x 4000": (3000, 4000), "sticker 240 x 240": (240, 240)}  # fmt: skip


def pictures(width: int, height: int, count: int) -> list[bytes]:
    """Return JPEG files of soft blots of colour; every fourth holds a QR code."""
    random, files = np.random.default_rng(1), []
    code = zxingcpp.create_barcode("https://weixin.qq.com/g/AwYAAKq3Zx81", zxingcpp.BarcodeFormat.QRCode)
    stamp = Image.fromarray(np.array(code.to_image(scale=4))).convert("RGB")
    for number in range(count):
        shades = random.integers(0, 255, (max(height // 40, 2), max(width // 40, 2), 3), dtype=np.uint8)
        picture = Image.fromarray(shades).resize((width, height), Image.Resampling.BICUBIC)
        if number % 4 == 0:
            picture.paste(stamp, (width // 8, height // 8))
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=80)
        files.append(out.getvalue())
    return files


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=40)
    asked = parser.parse_args()
    for name, (width, height) in SIZES.items():
        files = pictures(width, height, asked.pictures)
        read(files[0])
        spent, found = [], 0
        for data in files:
            began = time.process_time()
            found += bool(read(data).codes)
            spent.append(time.process_time() - began)
        middle = statistics.median(spent)
        with_codes = (asked.pictures + 3) // 4
        print(f"{name}: {1 / middle:,.0f} a second ({middle * 1000:.1f} ms of CPU), {found} of {with_codes} codes")
    if ocr.installed():
        (data,) = pictures(1080, 1920, 1)
        read(data, ocr=True)
        began = time.process_time()
        read(data, ocr=True)
        print(f"with OCR, 1080 x 1920: {time.process_time() - began:.2f} s of CPU a picture")


if __name__ == "__main__":
    main()
