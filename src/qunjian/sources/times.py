"""Reads written times column by column: formats with names of months and halves of the day, epochs, zones.

All times are int64 microseconds: of the wall clock as written (no zone), or since 1970 in UTC. Null: not readable.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import re2

from qunjian.model.errors import BadInputError
from qunjian.model.language import Phrase
from qunjian.sources.fixed_times import same_places

if TYPE_CHECKING:
    from collections.abc import Sequence

EARLIEST = -631_152_000_000_000  # 1950-01-01
LATEST = 4_102_444_800_000_000  # 2100-01-01
_SECOND = 1_000_000
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_LENGTHS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_HALF = r"a\.?m\.?|p\.?m\.?|上午|下午|清晨|早晨|早上|早|中午|傍晚|晚上|晚间|晚|凌晨|午前|午後|오전|오후"
_AFTERNOON = r"(?i)p|下午|中午|晚|午後|오후"
_NOON = "中午"  # 11:50 at noon is no hour of the night
# Months and days in Chinese figures; 初一 is left out: it is a day of the moon, and no month of this calendar has one.
_WRITTEN = "[一二三四五六七八九十廿卅]{1,3}"
_TENS = {"十": 10, "二十": 20, "廿": 20, "三十": 30, "卅": 30}
_FIGURES = {figure: number for number, figure in enumerate("一二三四五六七八九", 1)}
_FIGURES |= {ten + one: tens + n for ten, tens in _TENS.items() for one, n in {"": 0, **_FIGURES}.items()}
_CODES = {
    "Y": r"(?P<Y>[0-9]{4})", "y": r"(?P<y>[0-9]{2})", "m": rf"(?P<m>[0-9]{{1,2}}|{_WRITTEN})",
    "d": rf"(?P<d>[0-9]{{1,2}}|{_WRITTEN})",
    "H": r"(?P<H>[0-9]{1,2})", "I": r"(?P<H>[0-9]{1,2})", "M": r"(?P<M>[0-9]{1,2})", "S": r"(?P<S>[0-9]{1,2})",
    "f": r"(?P<f>[0-9]{1,9})", "p": rf"(?P<p>{_HALF})", "z": r"(?P<z>Z|[+-][0-9]{2}:?[0-9]{2})",
    "b": r"(?P<b>[a-z]{3})[a-z]*\.?", "A": r"[^\s,]+", "%": "%",
}  # fmt: skip
# Tried in this order where a mapping says nothing; day-first and month-first slashes are never guessed.
AUTO = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %I:%M %p", "%Y-%m-%d %I:%M:%S %p", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d %p%I:%M:%S",
    "%Y/%m/%d %p%I:%M", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日 %p%I:%M:%S",
    "%Y年%m月%d日 %p%I:%M", "%Y.%m.%d %H:%M:%S", "%Y.%m.%d %H:%M", "%d-%b-%y %I:%M %p", "%d-%b-%Y %H:%M:%S",
    "%d %b %Y %H:%M:%S", "%d %b %Y %H:%M", "%b %d, %Y %I:%M %p", "%Y%m%d%H%M%S", "%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日",
)  # fmt: skip
# Written out in full, the commonest forms are read by Arrow itself (with a zone: when it is Z throughout).
_DAY, _MINUTE = "[0-9]{4}-[0-9]{2}-[0-9]{2}", "[0-9]{2}:[0-9]{2}"
_PLAIN = {
    "%Y-%m-%d %H:%M": f"^{_DAY} {_MINUTE}$",
    "%Y-%m-%d %H:%M:%S": f"^{_DAY}[ T]{_MINUTE}:[0-9]{{2}}$",
    "%Y-%m-%dT%H:%M:%S": f"^{_DAY}[ T]{_MINUTE}:[0-9]{{2}}$",
    "%Y-%m-%dT%H:%M:%S%z": f"^{_DAY}T{_MINUTE}:[0-9]{{2}}Z$",
    "%Y-%m-%dT%H:%M:%S.%f%z": rf"^{_DAY}T{_MINUTE}:[0-9]{{2}}\.[0-9]{{1,6}}Z$",
}
# discord_snowflake: the time inside a Discord id, exact where the export only writes a local minute.
EPOCHS = {"epoch": None, "epoch_s": _SECOND, "epoch_ms": 1_000, "epoch_us": 1, "discord_snowflake": 0}
_FEW = 64  # so few values are first asked, one by one, whether a form fits: Arrow compiles its pattern at every call
_DISCORD_EPOCH_MS = 1_420_070_400_000


@lru_cache(maxsize=256)
def time_pattern(form: str) -> str:
    """Return the RE2 pattern of a format; codes as in strptime, numbers with or without leading zeros."""
    out: list[str] = []
    place = 0
    while place < len(form):
        char = form[place]
        if char == "%":
            code = form[place + 1 : place + 2]
            code = {"B": "b", "a": "A"}.get(code, code)
            if code not in _CODES:
                known = " ".join(f"%{each}" for each in _CODES)
                raise BadInputError(
                    Phrase(f"时间格式里没有 %{code} 这个写法", f"there is no code %{code} in time formats"),
                    todo=Phrase(f"可用：{known}", f"known: {known}"),
                )
            out.append(_CODES[code])
            place += 2
        else:
            out.append(r"\s+" if char == " " else re.escape(char))
            place += 1
    return "(?i)^" + "".join(out).replace(r"\s+(?P<p>", r"\s*(?P<p>") + "$"


def wall_times(column: pa.Array, forms: Sequence[str]) -> tuple[pa.Array, pa.Array | None]:
    """Return (microseconds as written, seconds east of UTC or null where none is written) of a text column.

    Epochs come back as UTC with offset 0.
    """
    column = pc.utf8_trim_whitespace(column)
    found: pa.Array | None = None
    offset: pa.Array | None = None
    few = column.drop_null().to_pylist() if len(column) <= _FEW else None
    for form in forms:
        if found is not None and found.null_count == column.null_count:
            break
        if few is not None and form not in EPOCHS and form not in _PLAIN and not _is_written(form, few):
            continue
        value, east = _one_form(column, form)
        found = value if found is None else pc.coalesce(found, value)
        if east is not None:
            east = pc.if_else(pc.is_valid(value), east, None)
            offset = east if offset is None else pc.coalesce(offset, east)
    if found is None:
        found = pa.nulls(len(column), pa.int64())
    return in_range(found), offset


def _is_written(form: str, values: Sequence[str]) -> bool:
    return any(_compiled(form).search(value) is not None for value in values)


@lru_cache(maxsize=256)
def _compiled(form: str) -> Any:
    return re2.compile(time_pattern(form))


def _one_form(column: pa.Array, form: str) -> tuple[pa.Array, pa.Array | None]:
    if form in EPOCHS:
        value = _epoch(column, EPOCHS[form])
        return value, pc.if_else(pc.is_valid(value), pa.scalar(0, pa.int64()), pa.scalar(None, pa.int64()))
    if (known := same_places(column, form)) is not None:
        clock = (known.get("H", 0), known.get("M", 0), known.get("S", 0))
        value = _micros((known["Y"], known["m"], known["d"]), clock, known.get("f", 0), valid=True)
        return value, pa.array(known["z"]) if "z" in known else None
    if form in _PLAIN:
        try:
            if pc.all(pc.match_substring_regex(column, _PLAIN[form])).as_py():
                zoned = form.endswith("%z")
                value = column.cast(pa.timestamp("us", "UTC" if zoned else None)).cast(pa.int64())
                return value, pc.if_else(pc.is_valid(value), 0, pa.scalar(None, pa.int64())) if zoned else None
        except pa.ArrowInvalid:
            pass
    parts = pc.extract_regex(column, time_pattern(form))
    if parts.null_count == len(parts):
        return pa.nulls(len(column), pa.int64()), None
    return _assembled(parts)


def _assembled(parts: pa.StructArray) -> tuple[pa.Array, pa.Array | None]:
    names = {field.name for field in parts.type}
    valid = parts.is_valid().to_numpy(zero_copy_only=False)
    year = _number(parts, "Y") if "Y" in names else _short_year(parts) if "y" in names else 1970
    month = _month(parts) if "b" in names else _number(parts, "m") if "m" in names else 1
    day = _number(parts, "d") if "d" in names else 1
    hour = _number(parts, "H") if "H" in names else 0
    if "p" in names:
        late = pc.match_substring_regex(parts.field("p"), _AFTERNOON).to_numpy(zero_copy_only=False)
        late = np.where(valid, late, False).astype(bool)
        noon = pc.fill_null(pc.equal(parts.field("p"), _NOON), False).to_numpy(zero_copy_only=False)
        late &= ~(noon & (hour < 12) & (hour > 9))
        hour = np.where(late, np.where(hour < 12, hour + 12, hour), np.where(hour == 12, 0, hour))
    minute = _number(parts, "M") if "M" in names else 0
    second = _number(parts, "S") if "S" in names else 0
    fraction: Any = 0
    if "f" in names:
        digits = pc.utf8_slice_codeunits(pc.utf8_rpad(pc.coalesce(parts.field("f"), ""), 6, "0"), 0, 6)
        fraction = digits.cast(pa.int64()).to_numpy(zero_copy_only=False)
    east = _east(parts.field("z")) if "z" in names else None
    return _micros((year, month, day), (hour, minute, second), fraction, valid=valid), east


def _micros(day: tuple[Any, Any, Any], clock: tuple[Any, Any, Any], fraction: Any, *, valid: Any) -> pa.Array:
    """Return microseconds as written; null where a row is not valid or names no day or time that there is."""
    days, right = _days(*day)
    hour, minute, second = clock
    right = right & valid & (hour < 24) & (minute < 60) & (second < 61)
    micros = (((days * 24 + hour) * 60 + minute) * 60 + np.minimum(second, 59)) * _SECOND + fraction
    return pa.array(np.where(right, micros, 0), pa.int64(), mask=~right)


def _number(parts: pa.StructArray, name: str) -> npt.NDArray[np.int64]:
    text = pc.coalesce(parts.field(name), "0")
    text = pc.if_else(pc.equal(text, ""), "0", text)
    try:
        number = text.cast(pa.int64())
    except pa.ArrowInvalid:  # in Chinese figures; those that are no number become 0, which no date has
        index = pc.index_in(text, pa.array(list(_FIGURES)))
        written = pa.array(list(_FIGURES.values()), pa.int64()).take(index)
        digits = pc.if_else(pc.match_substring_regex(text, "^[0-9]+$"), text, "0").cast(pa.int64())
        number = pc.coalesce(written, digits)
    return np.asarray(number.to_numpy(zero_copy_only=False), np.int64)


def _short_year(parts: pa.StructArray) -> npt.NDArray[np.int64]:
    short = _number(parts, "y")
    return np.where(short < 70, 2000 + short, 1900 + short)


def _month(parts: pa.StructArray) -> npt.NDArray[np.int64]:
    index = pc.index_in(pc.ascii_lower(parts.field("b")), pa.array(_MONTHS))
    return np.asarray(pc.fill_null(index, -1).to_numpy(zero_copy_only=False), np.int64) + 1


def _east(written: pa.Array) -> pa.Array:
    parts = pc.extract_regex(written, r"(?P<s>[+-])(?P<h>[0-9]{2}):?(?P<m>[0-9]{2})")
    seconds = _number(parts, "h") * 3600 + _number(parts, "m") * 60
    sign = pc.fill_null(pc.equal(parts.field("s"), "-"), False).to_numpy(zero_copy_only=False)
    return pa.array(np.where(sign, -seconds, seconds), pa.int64())


def _days(year: Any, month: Any, day: Any) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return days since 1970-01-01 of a proleptic Gregorian date, and whether the date exists."""
    year, month, day = (np.asarray(part, np.int64) for part in (year, month, day))
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    length = _LENGTHS[np.clip(month, 1, 12) - 1] + (leap & (month == 2))
    right = (month >= 1) & (month <= 12) & (day >= 1) & (day <= length)
    y = year - (month <= 2)
    era = y // 400
    of_era = y - era * 400
    of_year = (153 * (month + np.where(month > 2, -3, 9)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468, right


def _epoch(column: pa.Array, unit: int | None) -> pa.Array:
    """Return epochs as microseconds; where the unit is not said, milliseconds are known by their size."""
    if unit == 0:
        return _snowflake(column)
    good = pc.match_substring_regex(column, r"^-?[0-9]{1,16}(\.[0-9]{1,9})?$")
    text = pc.if_else(pc.fill_null(good, False), column, None)
    number = text.cast(pa.float64()).to_numpy(zero_copy_only=False)
    if unit is None:
        size = np.abs(np.nan_to_num(number))
        scale = np.where(size >= 1e14, 1, np.where(size >= 1e11, 1_000, _SECOND))
    else:
        scale = np.asarray(unit)
    with np.errstate(invalid="ignore"):
        whole = np.floor(number)
        micros = np.nan_to_num(whole) * scale + np.rint(np.nan_to_num(number - whole) * scale)
    limit = np.abs(micros) < 9e18
    missing = np.isnan(number) | ~limit
    return pa.array(np.where(missing, 0, micros).astype(np.int64), pa.int64(), mask=missing)


def _snowflake(column: pa.Array) -> pa.Array:
    good = pc.fill_null(pc.match_substring_regex(column, r"^[0-9]{15,18}$|^1[0-9]{18}$"), False)
    number = pc.if_else(good, column, pa.scalar(None, pa.string())).cast(pa.int64())
    return pc.multiply(pc.add(pc.shift_right(number, 22), _DISCORD_EPOCH_MS), 1_000)


def in_range(value: pa.Array) -> pa.Array:
    """Return microseconds since 1970, null where nobody can have written then."""
    good = pc.and_(pc.greater_equal(value, EARLIEST), pc.less(value, LATEST))
    return pc.if_else(good, value, pa.scalar(None, pa.int64()))


def utc_of_wall(wall: pa.Array, zone: str | None) -> pa.Array:
    """Return the UTC microseconds of wall times in a zone (UTC when none); a doubled hour is its first."""
    if zone in (None, "UTC"):
        return wall
    local = wall.cast(pa.timestamp("us"))
    return pc.assume_timezone(local, zone, ambiguous="earliest", nonexistent="earliest").cast(pa.int64())


def iso_wall(written: Sequence[str | None]) -> pa.Array:
    """Return the wall times of ISO strings without zone."""
    return wall_times(pa.array(written, pa.string()), ("%Y-%m-%dT%H:%M:%S", *AUTO))[0]
