"""A claim's strip: estimate, interval, published value and what counts, as inline SVG.

Positions are percentages, so that a strip fills its place while text and marks keep their size.
Colours are classes of the site's style sheet, which knows a dark mode; marks differ in shape too.
"""

import math
from dataclasses import dataclass

from markupsafe import Markup

from fcflow.paper.claims.bands import Bands, Range
from fcflow.site.scale import Scale

_LINE = Markup('<line class="{}" x1="{}%" x2="{}%" y1="{}" y2="{}"/>')
_BAND = Markup('<rect class="{}" x="{}%" width="{}%" y="{}" height="{}"/>')
_DOT = Markup('<circle class="estimate" cx="{}%" cy="{}" r="5"/>')
_DIAMOND = Markup(
    '<svg class="diamond" x="{}%" y="{}" overflow="visible"><path d="M0-6 6 0 0 6-6 0z"/></svg>'
)
_TEXT = Markup('<text class="{}" x="{}%" y="{}" text-anchor="{}">{}</text>')
_FRAME = Markup(
    '<svg class="strip" role="img" width="100%" height="{height}"'
    ' aria-labelledby="{name}-title" aria-describedby="{name}-desc">'
    '<title id="{name}-title">{title}</title><desc id="{name}-desc">{description}</desc>'
    "{parts}</svg>"
)


@dataclass(frozen=True)
class Strip:
    """What a strip shows.

    Attributes
    ----------
    name : str
        Unique in a page: identifiers of title and description begin with it.
    title, description : str
        What it is, and what it shows, for those who do not see it.
    estimate, low, high, published : float
        NaN where there is none.
    bands : Bands
    estimate_text, published_text : str
        As written beside their marks, in the large form.
    """

    name: str
    title: str
    description: str
    estimate: float
    low: float
    high: float
    published: float
    bands: Bands
    estimate_text: str = ""
    published_text: str = ""

    @property
    def scale(self) -> Scale:
        """The scale that shows all of it."""
        numbers = [self.estimate, self.low, self.high, self.published, *self.bands.edges]
        return Scale.over(numbers)


def small_strip(strip: Strip) -> Markup:
    """Return a strip of 28 pixels' height, for a list."""
    return _svg(strip, 28, [*_bands(strip, 4, 20), *_marks(strip, 14, 14)])


def large_strip(strip: Strip) -> Markup:
    """Return a strip with an axis and its numbers in words."""
    parts = [*_bands(strip, 24, 44), *_marks(strip, 38, 56), *_axis(strip.scale, 74)]
    if math.isfinite(strip.estimate):
        parts.append(_text(strip, strip.estimate, 16, strip.estimate_text, "rebuilt"))
    if math.isfinite(strip.published):
        parts.append(_text(strip, strip.published, 116, strip.published_text, "published"))
    return _svg(strip, 124, parts)


def _svg(strip: Strip, height: int, parts: list[Markup]) -> Markup:
    return _FRAME.format(
        height=height,
        name=f"{strip.name}-{height}",
        title=strip.title,
        description=strip.description,
        parts=Markup("").join(parts),
    )


def _bands(strip: Strip, top: int, height: int) -> list[Markup]:
    scale, bands = strip.scale, strip.bands
    parts = []
    if bands.deviation and bands.deviation != bands.reproduced:
        parts.append(_band(scale, bands.deviation, top + 3, height - 6, "deviation"))
    if bands.reproduced:
        parts.append(_band(scale, bands.reproduced, top, height, "reproduced"))
    return parts


def _band(scale: Scale, band: Range, top: int, height: int, kind: str) -> Markup:
    left, right = map(scale.percent, band)
    if left == right:
        return _LINE.format(f"band-{kind}", left, left, top, top + height)
    return _BAND.format(f"band-{kind}", left, round(right - left, 3), top, height)


def _marks(strip: Strip, middle: int, published: int) -> list[Markup]:
    """Return the interval with its estimate, and the published value's diamond over both."""
    scale, parts = strip.scale, []
    if math.isfinite(strip.low) and math.isfinite(strip.high):
        left, right = scale.percent(strip.low), scale.percent(strip.high)
        parts.append(_LINE.format("interval", left, right, middle, middle))
    if math.isfinite(strip.estimate):
        parts.append(_DOT.format(scale.percent(strip.estimate), middle))
    if math.isfinite(strip.published):
        parts.append(_DIAMOND.format(scale.percent(strip.published), published))
    return parts


def _axis(scale: Scale, top: int) -> list[Markup]:
    parts = [_LINE.format("axis", 0, 100, top, top)]
    for number in scale.ticks():
        at = scale.percent(number)
        shown = f"{number:.10g}".replace("-", "−")
        parts.append(_LINE.format("axis", at, at, top, top + 5))
        parts.append(_TEXT.format("tick", at, top + 19, _anchor(at), shown))
    return parts


def _text(strip: Strip, number: float, y: int, text: str, kind: str) -> Markup:
    at = strip.scale.percent(number)
    return _TEXT.format(kind, at, y, _anchor(at, 30.0), text)


def _anchor(percent: float, margin: float = 4.0) -> str:
    """Return how text at a place is aligned so that it stays within the strip."""
    if percent < margin:
        return "start"
    return "end" if percent > 100.0 - margin else "middle"
