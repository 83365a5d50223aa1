"""Decodes slices of JSON records: the whole slice at once, or record by record when one of them is bad."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from qunjian.model.records import Reject
from qunjian.sources.encodings import BAD_BYTES
from qunjian.sources.json_structure import element_bounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")


class Sifted(list[T]):
    """Records of a slice that holds more than these; `places`: the line or place each stood at."""

    places: list[int]


def places(records: Iterable[Any], first: int) -> Iterable[int]:
    """Return where the records of a slice stand in the document, its first place being `first`."""
    return records.places if isinstance(records, Sifted) else count(first)


class Decoder(Generic[T]):
    """Decodes records of one type from comma-separated slices or from lines."""

    def __init__(self, record: type[T]) -> None:
        self._record = record
        self._many = msgspec.json.Decoder(list[record], strict=False)  # type: ignore[valid-type]
        self._one = msgspec.json.Decoder(record, strict=False)

    def elements(
        self, data: bytes, first: int, cleaned: dict[str, int], *, broken: bool = False
    ) -> tuple[list[T], list[Reject]]:
        """Return the records of a comma-separated slice and the rejects; order is kept."""
        if not broken:
            try:
                return self._many.decode(b"[%b]" % data.rstrip(b" \t\r\n,")), []
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                pass
        bounds = element_bounds(data)
        pieces = ((first + n, data[start:end]) for n, (start, end) in enumerate(bounds))
        records, rejects = self._singly(pieces, cleaned)
        if broken and rejects:
            rejects[-1] = Reject("truncated", rejects[-1].at, rejects[-1].excerpt)
        return records, rejects

    def lines(self, data: bytes, first: int, cleaned: dict[str, int]) -> tuple[list[T], list[Reject]]:
        """Return the records of JSON lines; blank lines and lines starting with '#' are passed over."""
        if b"\n#" not in data and not data.startswith(b"#"):
            try:
                records = msgspec.json.Decoder(self._record, strict=False).decode_lines(data)
                if one_each(data, len(records)):
                    return records, []
                lines = [(first + n, line) for n, line in enumerate(data.split(b"\n")) if line.strip()]
                if one_each(b"\n".join(line.strip() for _, line in lines), len(records)):  # blank lines are among them
                    spaced = Sifted(records)
                    spaced.places = [place for place, _ in lines]
                    return spaced, []
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                pass
        pieces = ((first + n, line) for n, line in enumerate(data.split(b"\n")))
        return self._singly(((n, line) for n, line in pieces if line.strip() and not line.startswith(b"#")), cleaned)

    def _singly(self, pieces: Iterator[tuple[int, bytes]], cleaned: dict[str, int]) -> tuple[list[T], list[Reject]]:
        records: Sifted[T] = Sifted()
        records.places = []
        rejects: list[Reject] = []
        for at, piece in pieces:
            try:
                records.append(self._one.decode(piece))
                records.places.append(at)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                try:
                    records.append(self._repaired(piece, cleaned))
                    records.places.append(at)
                except (ValueError, RecursionError, msgspec.ValidationError):
                    reason = "wrong_type" if isinstance(error, msgspec.ValidationError) else "bad_json"
                    rejects.append(Reject(reason, at, excerpt(piece)))
        return records, rejects

    def _repaired(self, piece: bytes, cleaned: dict[str, int]) -> T:
        """Decode a record with bad bytes, lone surrogates or raw control characters, which strict JSON refuses."""
        text = piece.decode("utf-8", "replace")
        bad = text.count("\ufffd") - piece.count(b"\xef\xbf\xbd")
        found: Any = json.loads(text, strict=False)
        record = msgspec.convert(mended(found, cleaned), self._record, strict=False)
        if bad:
            cleaned[BAD_BYTES] = cleaned.get(BAD_BYTES, 0) + bad
        return record


def mended(value: Any, cleaned: dict[str, int]) -> Any:
    """Return a decoded value whose strings hold no lone surrogate, counted."""
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            known = value.count("\ufffd")
            value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            cleaned["lone_surrogate"] = cleaned.get("lone_surrogate", 0) + value.count("\ufffd") - known
        return value
    if isinstance(value, list):
        return [mended(item, cleaned) for item in value]
    if isinstance(value, dict):
        return {mended(key, cleaned): mended(item, cleaned) for key, item in value.items()}
    return value


def one_each(data: bytes, values: int) -> bool:
    """Return whether every line of data that decoded to so many values holds exactly one of them.

    It does when a value ends before every line break and another begins behind it, and their numbers agree: within a
    value no closing bracket stands right before an opening one.
    """
    lines = data.rstrip()
    breaks = lines.count(b"\n")
    if values != breaks + 1:
        return False
    ends = {b"{": b"}", b"[": b"]"}.get(lines[:1])
    if ends is None:
        return not breaks
    return breaks == lines.count(ends + b"\n" + lines[:1]) + lines.count(ends + b"\r\n" + lines[:1])


def excerpt(piece: bytes) -> str:
    """Return the start of a bad record, fit to be shown."""
    return " ".join(piece[:200].decode("utf-8", "replace").replace("\0", "\ufffd").split())[:80]
