"""Draws a Chart as Vega-Lite: plain dictionaries; colours are "@names" that the page fills from its theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qunjian.reports.report import Chart, Series

# A Vega-Lite specification is JSON of someone else's making: a dictionary is its natural form.
Spec = dict[str, object]

_CONFIG: Spec = {
    "background": None,
    "font": "-apple-system, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": "@muted",
        "titleColor": "@muted",
        "gridColor": "@line",
        "domainColor": "@line",
        "tickColor": "@line",
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "labelLimit": 150,
    },
    "legend": {"labelColor": "@soft", "titleColor": "@muted", "labelFontSize": 11, "symbolType": "square"},
}
_TONES = {"bad": "@bad", "warn": "@warn", "info": "@info", "good": "@good", "muted": "@muted", "plain": "@accent"}


def specs(chart: Chart) -> list[Spec]:
    """Return the specifications that draw a chart, one above the other."""
    if chart.kind == "line":
        return [_line(chart, series, tall=place == 0) for place, series in enumerate(chart.series)]
    draw = {"interval": _interval, "stack": _stack, "bar": _stack, "heat": _heat}[chart.kind]
    return [draw(chart)]


def _spec(**body: object) -> Spec:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "config": _CONFIG,
        "width": "container",
        **body,
    }


def _line(chart: Chart, series: Series, *, tall: bool) -> Spec:
    rows = [{"t": day, "v": value} for day, value in zip(chart.categories, series.values, strict=True)]
    x = {"field": "t", "type": "temporal", "title": None, "axis": {"format": "%m-%d", "grid": False, "tickCount": 6}}
    tip = [
        {"field": "t", "type": "temporal", "title": "", "format": "%Y-%m-%d"},
        {"field": "v", "type": "quantitative", "title": series.name},
    ]
    y = {
        "field": "v",
        "type": "quantitative",
        "title": None,
        "axis": {"tickCount": 3 if tall else 2, "tickMinStep": 1, "domain": False, "ticks": False},
    }
    layers: list[Spec] = []
    if len(chart.marks) == 2:
        layers.append(
            {
                "data": {"values": [{"a": chart.marks[0], "b": f"{chart.marks[1]}T23:59:59"}]},
                "mark": {"type": "rect", "color": "@accent", "opacity": 0.1},
                "encoding": {"x": {"field": "a", "type": "temporal"}, "x2": {"field": "b"}},
            }
        )
    layers.append({"mark": {"type": "area", "color": "@accent", "opacity": 0.12}, "encoding": {"x": x, "y": y}})
    layers.append({"mark": {"type": "line", "color": "@accent", "strokeWidth": 1.5}, "encoding": {"x": x, "y": y}})
    layers.append(
        {
            "mark": {"type": "point", "filled": True, "size": 90, "opacity": 0, "color": "@accent"},
            "params": [
                {
                    "name": "over",
                    "select": {"type": "point", "on": "pointerover", "nearest": True, "clear": "pointerout"},
                }
            ],
            "encoding": {
                "x": x,
                "y": y,
                "tooltip": tip,
                "opacity": {"condition": {"param": "over", "empty": False, "value": 1}, "value": 0},
            },
        }
    )
    return _spec(data={"values": rows}, height=110 if tall else 48, layer=layers)


def _interval(chart: Chart) -> Spec:
    series = chart.series[0]
    rows = [
        {"n": name, "v": value, "l": low, "h": high}
        for name, value, low, high in zip(chart.categories, series.values, series.low, series.high, strict=True)
    ]
    y = {
        "field": "n",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"domain": False, "ticks": False, "labelLimit": 180, "labelColor": "@ink"},
    }
    scale = {"domain": [0, 100]}
    tip = [
        {"field": "n", "title": ""},
        {"field": "v", "title": series.name},
        {"field": "l", "title": "≥"},
        {"field": "h", "title": "≤"},
    ]
    return _spec(
        data={"values": rows},
        height={"step": 26},
        layer=[
            {
                "mark": {"type": "rule", "strokeWidth": 6, "strokeCap": "round", "color": "@accent", "opacity": 0.25},
                "encoding": {
                    "y": y,
                    "x": {"field": "l", "type": "quantitative", "scale": scale, "title": chart.across},
                    "x2": {"field": "h"},
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 70, "color": "@accent", "opacity": 1},
                "encoding": {"y": y, "x": {"field": "v", "type": "quantitative", "scale": scale}, "tooltip": tip},
            },
        ],
    )


def _stack(chart: Chart) -> Spec:
    rows = [
        {"n": name, "s": series.name, "v": value, "o": order}
        for order, series in enumerate(chart.series)
        for name, value in zip(chart.categories, series.values, strict=True)
        if value
    ]
    names = [series.name for series in chart.series]
    colours = [_TONES[series.tone] for series in chart.series]
    return _spec(
        data={"values": rows},
        height={"step": 26},
        mark={"type": "bar", "cornerRadius": 2, "height": {"band": 0.62}},
        encoding={
            "y": {
                "field": "n",
                "type": "nominal",
                "sort": list(chart.categories),
                "title": None,
                "axis": {"domain": False, "ticks": False, "labelLimit": 180, "labelColor": "@ink"},
            },
            "x": {"field": "v", "type": "quantitative", "title": chart.across, "axis": {"tickMinStep": 1}},
            "color": {
                "field": "s",
                "type": "nominal",
                "title": None,
                "scale": {"domain": names, "range": colours},
                "legend": {"orient": "top"},
            },
            "order": {"field": "o", "type": "quantitative"},
            "tooltip": [
                {"field": "n", "title": ""},
                {"field": "s", "title": ""},
                {"field": "v", "title": chart.across},
            ],
        },
    )


def _heat(chart: Chart) -> Spec:
    rows = [
        {"d": series.name, "h": hour, "v": value}
        for series in chart.series
        for hour, value in zip(chart.categories, series.values, strict=True)
    ]
    return _spec(
        data={"values": rows},
        height={"step": 19},
        mark={"type": "rect", "cornerRadius": 2, "stroke": "@card", "strokeWidth": 1.5},
        encoding={
            "x": {
                "field": "h",
                "type": "ordinal",
                "title": chart.across,
                "axis": {"domain": False, "ticks": False, "labelAngle": 0, "labelOverlap": True},
            },
            "y": {
                "field": "d",
                "type": "ordinal",
                "sort": [series.name for series in chart.series],
                "title": None,
                "axis": {"domain": False, "ticks": False},
            },
            "color": {
                "field": "v",
                "type": "quantitative",
                "title": None,
                "scale": {"range": ["@faint", "@accent"], "zero": True},
                "legend": None,
            },
            "tooltip": [
                {"field": "d", "title": ""},
                {"field": "h", "title": chart.across},
                {"field": "v", "title": "n"},
            ],
        },
    )
