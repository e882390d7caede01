"""Strips: where things lie, and what they say."""

import math
import re
from xml.etree import ElementTree

import pytest

from fcflow.paper.claims.bands import Bands, bands_of
from fcflow.paper.claims.rules import Above, Always, Below, Between, Conditions, Near, Within
from fcflow.site.scale import Scale
from fcflow.site.strip import Strip, large_strip, small_strip
from fcflow.stats import Estimate

RULES = [
    Near(0.3, 0.1),
    Within(0.0, 0.05, 0.1),
    Below(0.15, 0.3),
    Above(0.9, 0.5),
    Between(0.8, 1.25, "1"),
]


def strip(**changes):
    given = {
        "name": "one",
        "title": "a < b & c",
        "description": "‖e‖ <script>",
        "estimate": 0.3,
        "low": 0.2,
        "high": 0.45,
        "published": 0.36,
        "bands": Bands((0.1, 0.5), (0.0, 0.6)),
        "estimate_text": "rebuilt <0.3>",
        "published_text": "published 0.36",
    }
    return Strip(**{**given, **changes})


def parsed(markup):
    return ElementTree.fromstring(str(markup))  # noqa: S314 (our own)


@pytest.mark.parametrize("draw", [small_strip, large_strip])
def test_a_strip_has_title_and_description_and_is_named_by_them(draw):
    svg = parsed(draw(strip()))
    assert svg.find("title").text == "a < b & c"
    assert svg.find("desc").text == "‖e‖ <script>"
    assert svg.get("aria-labelledby") == svg.find("title").get("id")
    assert svg.get("aria-describedby") == svg.find("desc").get("id")


def test_the_large_strip_writes_its_numbers_as_text():
    texts = [text.text for text in parsed(large_strip(strip())).iter("text")]
    assert "rebuilt <0.3>" in texts
    assert "published 0.36" in texts


def test_small_and_large_strips_of_a_claim_have_different_identifiers():
    ids = [re.findall(r' id="([^"]+)"', str(draw(strip()))) for draw in (small_strip, large_strip)]
    assert not {*ids[0]} & {*ids[1]}


def test_positions_are_shares_of_the_scale():
    one = strip()
    svg = parsed(small_strip(one))
    interval = next(line for line in svg.iter("line") if line.get("class") == "interval")
    left, right = (float(interval.get(end).rstrip("%")) for end in ("x1", "x2"))
    dot = float(next(svg.iter("circle")).get("cx").rstrip("%"))
    assert left < dot < right
    assert (dot - left) / (right - left) == pytest.approx((0.3 - 0.2) / (0.45 - 0.2), abs=1e-4)


def test_a_band_without_a_limit_reaches_the_end_of_the_strip():
    svg = parsed(small_strip(strip(bands=bands_of(Below(0.15, 0.3)))))
    band = next(one for one in svg.iter("rect") if one.get("class") == "band-reproduced")
    assert band.get("x") == "0.0%"


def test_a_value_to_be_met_is_a_line():
    svg = parsed(small_strip(strip(bands=bands_of(Near(0.3, 0.1)))))
    assert [one.tag for one in svg.iter() if one.get("class") == "band-reproduced"] == ["line"]


def test_what_was_not_measured_has_no_mark():
    nothing = dict.fromkeys(("estimate", "low", "high", "published"), math.nan)
    svg = parsed(large_strip(strip(**nothing)))
    assert not list(svg.iter("circle"))
    assert not [one for one in svg.iter() if one.get("class") in ("interval", "diamond")]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
@pytest.mark.parametrize("value", [-0.2, 0.02, 0.07, 0.22, 0.3, 0.45, 0.7, 0.95, 1.3])
def test_a_band_holds_exactly_what_its_rule_accepts(rule, value):
    # An interval of no width: the rule on the interval and that on the estimate are then one.
    held, close = rule.grade(Estimate(value, value, value, 9))
    bands = bands_of(rule)
    assert held == (bands.reproduced[0] <= value <= bands.reproduced[1])
    assert (held or close) == (bands.deviation[0] <= value <= bands.deviation[1])


def test_rules_in_words_have_no_band_but_a_share_of_one_is_a_line():
    assert bands_of(Conditions("all hold", "1")) == Bands()
    assert bands_of(Always()).reproduced == (1.0, 1.0)


@pytest.mark.parametrize(
    "numbers",
    [[0.0], [3.5], [1e-16, 0.0], [-5.4, 5.0, 0.5], [math.nan, 2.0, 3.0], [], [1e6, 1e6 + 1]],
)
def test_a_scale_shows_all_its_numbers_between_round_ticks(numbers):
    scale = Scale.over(numbers)
    finite = [number for number in numbers if math.isfinite(number)]
    assert all(scale.low < number < scale.high for number in finite)
    ticks = scale.ticks()
    assert 1 <= len(ticks) <= 5
    assert all(scale.low <= tick <= scale.high for tick in ticks)
    assert ticks == sorted(set(ticks))
