"""Draws the measures as bars, in SVG, without a library: rectangles, lines and words."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

from benchmarks.contestants import CONTESTANTS
from benchmarks.report import MEASURES, ROUNDS, Measure, Value, value

_PANELS: Final = (0, 1, 3, 7)
_LABELS: Final = 150
_BARS: Final = 270
_NUMBERS: Final = 70
_PANEL: Final = _LABELS + _BARS + _NUMBERS
_LINE: Final = 24
_TITLE: Final = 44
_GAP: Final = 24
_OURS: Final = "#0b7285"
_THEIRS: Final = "#adb5bd"
_TEXT: Final = "#212529"


def _words(x: float, y: float, text: str, anchor: str = "start", more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(text)}</text>'


def _bar(at: tuple[float, float], who: str, found: Value, scale: float, digits: int) -> list[str]:
    x, y = at
    ours = {each.name for each in CONTESTANTS if each.ours}
    left = x + _LABELS
    width = max(found.median * scale, 1.0)
    least, most = left + max(found.least, 0) * scale, left + found.most * scale
    middle = y + _LINE / 2
    return [
        _words(left - 8, middle + 4, who, "end", ' font-weight="bold"' if who in ours else ""),
        (
            f'<rect x="{left}" y="{y + 4:.1f}" width="{width:.1f}" height="{_LINE - 8}" '
            f'fill="{_OURS if who in ours else _THEIRS}"/>'
        ),
        # How far the rounds lay apart.
        (
            f'<path d="M{least:.1f} {middle:.1f}H{most:.1f}M{least:.1f} {middle - 3:.1f}v6'
            f'M{most:.1f} {middle - 3:.1f}v6" stroke="{_TEXT}" fill="none"/>'
        ),
        _words(max(left + width, most) + 6, middle + 4, f"{found.median:,.{digits}f}"),
    ]


def _panel(x: float, y: float, measure: Measure, results: Mapping[str, ROUNDS]) -> list[str]:
    found = {who: one for who, each in results.items() if (one := value(each, measure))}
    better = "longer is better" if measure.more_is_better else "shorter is better"
    lines = [
        _words(x + _LABELS, y + 18, measure.name, more=' font-size="14" font-weight="bold"'),
        _words(x + _LABELS, y + 34, better, more=' fill="#868e96"'),
    ]
    if found:
        greatest = max(each.most for each in found.values())
        scale = _BARS / greatest if greatest > 0 else 0.0
        ordered = sorted(
            found.items(), key=lambda each: each[1].median, reverse=measure.more_is_better
        )
        for row, (who, one) in enumerate(ordered):
            lines += _bar((x, y + _TITLE + row * _LINE), who, one, scale, measure.digits)
    return lines


def draw(results: Mapping[str, ROUNDS], caption: str) -> str:
    """Draw four measures of all contestants.

    Args:
        results: What the workers told, by contestant.
        caption: A line below.

    Returns:
        The SVG document.
    """
    panel_height = _TITLE + len(results) * _LINE + _GAP
    width, height = 2 * _PANEL + 3 * _GAP, 2 * panel_height + 2 * _GAP + 20
    lines = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" font-family="sans-serif" font-size="12" '
            f'fill="{_TEXT}">'
        ),
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for place, index in enumerate(_PANELS):
        x = _GAP + (place % 2) * (_PANEL + _GAP)
        y = _GAP + (place // 2) * panel_height
        lines += _panel(x, y, MEASURES[index], results)
    lines += [_words(_GAP, height - 14, caption, more=' fill="#868e96"'), "</svg>"]
    return "\n".join(lines) + "\n"
