"""Writes the compiled statements of the indicators and of response pairs (duckdb.json) from their expressions."""

from __future__ import annotations

from pathlib import Path

import msgspec

from qunjian.conversations import responses
from qunjian.indicators.plan import compiled

SOURCE = Path(__file__).resolve().parents[1] / "src/qunjian"


def main() -> None:
    for room, statements in (("conversations", responses.compiled()), ("indicators", compiled())):
        target = SOURCE / room / "duckdb.json"
        target.write_bytes(msgspec.json.format(msgspec.json.encode(statements), indent=1) + b"\n")


if __name__ == "__main__":
    main()
