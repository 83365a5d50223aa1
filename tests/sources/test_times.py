"""Written times of every form, against the standard library's own reading of them."""

from __future__ import annotations

# ruff: noqa: DTZ001 (wall times have no zone)
import datetime as dt
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunjian.model.errors import BadInputError
from qunjian.sources.mapping.shaping import forms_of
from qunjian.sources.times import time_pattern, utc_of_wall, wall_times


def _read(text: str, *forms: str) -> dt.datetime | None:
    wall, east = wall_times(pa.array([text]), forms_of(forms or ("auto",)))
    value = wall[0].as_py()
    if value is None:
        return None
    shift = (east[0].as_py() or 0) if east is not None else 0
    return dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=value - shift * 1_000_000)


@pytest.mark.parametrize(
    ("text", "form", "wanted"),
    [
        ("04-Jun-19 12:07 AM", "%d-%b-%y %I:%M %p", "2019-06-04T00:07:00"),
        ("04-Jun-19 12:07 PM", "auto", "2019-06-04T12:07:00"),
        ("2025-07-16 5:42 a.m.", "auto", "2025-07-16T05:42:00"),
        ("2025-07-16 5:42 p.m.", "%Y-%m-%d %I:%M %p", "2025-07-16T17:42:00"),
        ("2022-6-13 11:15", "auto", "2022-06-13T11:15:00"),
        ("2022/6/13 下午1:15", "auto", "2022-06-13T13:15:00"),
        ("2022年6月13日 上午12:15", "auto", "2022-06-13T00:15:00"),
        ("1767225600", "auto", "2026-01-01T00:00:00"),
        ("1767225600123", "auto", "2026-01-01T00:00:00.123000"),
        ("1767225600.5", "epoch_s", "2026-01-01T00:00:00.500000"),
        ("2026-01-01T08:00:00+08:00", "auto", "2026-01-01T00:00:00"),
        ("2026-01-01T00:00:00Z", "auto", "2026-01-01T00:00:00"),
        ("2026-01-01T00:00:00.25Z", "auto", "2026-01-01T00:00:00.250000"),
        ("Sep 5, 2023 3:04 PM", "auto", "2023-09-05T15:04:00"),
        ("2026年11月21日 晚9:05", "auto", "2026-11-21T21:05:00"),
        ("2026年11月21日 凌晨12:05", "auto", "2026-11-21T00:05:00"),
        ("2026年11月21日 中午11:50", "auto", "2026-11-21T11:50:00"),
        ("2026年11月21日 中午1:05", "auto", "2026-11-21T13:05:00"),
        ("2026年十一月廿一日 21:05", "auto", "2026-11-21T21:05:00"),
        ("2026年二月二十日 傍晚6:05", "auto", "2026-02-20T18:05:00"),
        ("2026年十二月卅一日", "auto", "2026-12-31T00:00:00"),
        ("175928847299117063", "discord_snowflake", "2016-04-30T11:18:25.796000"),  # the example of Discord's own docs
    ],
)
def test_forms(text: str, form: str, wanted: str) -> None:
    assert _read(text, form) == dt.datetime.fromisoformat(wanted)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2023-02-29 10:00",
        "2023-13-01",
        "25:00",
        "昨天",
        "12/9/20, 23:55",
        "1e9",
        "9" * 16,
        "2026年十一月卅二日",
        "2026年十一月初一日",
        "2026年二月三十日",
        "2026年一一月一日",
    ],
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert _read(text) is None


@given(st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2099, 12, 31)))
def test_round_trip(when: dt.datetime) -> None:
    when = when.replace(microsecond=0)
    for form in ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "%d-%b-%Y %H:%M:%S"):
        assert _read(when.strftime(form)) == when


@given(
    st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2037, 12, 31)),
    st.sampled_from(["America/New_York", "Asia/Shanghai"]),
)
def test_zones_agree_with_the_standard_library(when: dt.datetime, zone: str) -> None:
    when = when.replace(microsecond=0)
    utc = when.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
    if utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != when:
        return  # an hour that the clock skips has no right answer
    micros = (when - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1)
    found = utc_of_wall(pa.array([micros], pa.int64()), zone)[0].as_py()
    assert dt.datetime.fromtimestamp(found / 1e6, dt.UTC) == utc


def test_an_unknown_code_is_named() -> None:
    with pytest.raises(BadInputError, match="%Q"):
        time_pattern("%Y-%Q")
