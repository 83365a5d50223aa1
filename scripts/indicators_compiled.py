"""Writes the compiled plan of the indicators (src/qunjian/indicators/duckdb.json) from their expressions."""

from __future__ import annotations

from pathlib import Path

import msgspec

from qunjian.indicators.plan import compiled

TARGET = Path(__file__).resolve().parents[1] / "src/qunjian/indicators/duckdb.json"


def main() -> None:
    TARGET.write_bytes(msgspec.json.format(msgspec.json.encode(compiled()), indent=1) + b"\n")


if __name__ == "__main__":
    main()
