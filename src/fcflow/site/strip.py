"""A claim's strip: estimate, interval, published value and what counts, as inline SVG.

Positions are percentages, so that a strip fills its place while text and marks keep their size.
Colours are classes of the site's style sheet, which knows a dark mode; marks differ in shape too.
"""

import math
from dataclasses import dataclass

from markupsafe import Markup, escape

from fcflow.site.bands import Bands, Range
from fcflow.site.scale import Scale

_DIAMOND = "M0-6 6 0 0 6-6 0z"


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
    head = Markup(
        '<svg class="strip" role="img" width="100%" height="{height}"'
        ' aria-labelledby="{name}-title" aria-describedby="{name}-desc">'
        '<title id="{name}-title">{title}</title><desc id="{name}-desc">{description}</desc>'
    ).format(
        height=height,
        name=f"{strip.name}-{height}",
        title=strip.title,
        description=strip.description,
    )
    return head + Markup("").join(parts) + Markup("</svg>")


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
        line = '<line class="band-{}" x1="{}%" x2="{}%" y1="{}" y2="{}"/>'
        return Markup(line).format(kind, left, left, top, top + height)
    width = round(right - left, 3)
    rectangle = '<rect class="band-{}" x="{}%" width="{}%" y="{}" height="{}"/>'
    return Markup(rectangle).format(kind, left, width, top, height)


def _marks(strip: Strip, middle: int, published: int) -> list[Markup]:
    """Return the interval with its estimate, and the published value's diamond over both."""
    scale, parts = strip.scale, []
    if math.isfinite(strip.low) and math.isfinite(strip.high):
        left, right = scale.percent(strip.low), scale.percent(strip.high)
        line = '<line class="interval" x1="{}%" x2="{}%" y1="{}" y2="{}"/>'
        parts.append(Markup(line).format(left, right, middle, middle))
    if math.isfinite(strip.estimate):
        dot = '<circle class="estimate" cx="{}%" cy="{}" r="5"/>'
        parts.append(Markup(dot).format(scale.percent(strip.estimate), middle))
    if math.isfinite(strip.published):
        place = '<svg class="diamond" x="{}%" y="{}" overflow="visible"><path d="{}"/></svg>'
        parts.append(Markup(place).format(scale.percent(strip.published), published, _DIAMOND))
    return parts


def _axis(scale: Scale, top: int) -> list[Markup]:
    parts = [Markup('<line class="axis" x1="0" x2="100%" y1="{}" y2="{}"/>').format(top, top)]
    for number in scale.ticks():
        at = scale.percent(number)
        mark = '<line class="axis" x1="{}%" x2="{}%" y1="{}" y2="{}"/>'
        parts.append(Markup(mark).format(at, at, top, top + 5))
        label = '<text class="tick" x="{}%" y="{}" text-anchor="{}">{}</text>'
        shown = escape(f"{number:g}".replace("-", "−"))
        parts.append(Markup(label).format(at, top + 19, _anchor(at), shown))
    return parts


def _text(strip: Strip, number: float, y: int, text: str, kind: str) -> Markup:
    at = strip.scale.percent(number)
    label = '<text class="{}" x="{}%" y="{}" text-anchor="{}">{}</text>'
    return Markup(label).format(kind, at, y, _anchor(at, 30.0), text)


def _anchor(percent: float, margin: float = 4.0) -> str:
    """Return how text at a place is aligned so that it stays within the strip."""
    if percent < margin:
        return "start"
    return "end" if percent > 100.0 - margin else "middle"
