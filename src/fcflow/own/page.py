"""What came of a measurement, as one HTML page that needs no other file."""

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fcflow.artifacts.files import replacing
from fcflow.extras import paper_extra
from fcflow.own.folder import Measured
from fcflow.own.summary import attack_rows, counted, factor_rows, headline, not_found, shown, spent

with paper_extra():
    from jinja2 import Environment
    from PIL import Image

_TEMPLATE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{ name }}</title>
<style>
body { font: 16px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
div { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; font-size: 0.9rem; }
th, td { text-align: left; padding: 0.2rem 0.7rem; border-bottom: 1px solid #ccc; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
img { height: 6rem; image-rendering: pixelated; margin-right: 0.5rem; }
</style>
<h1>{{ name }}</h1>
<p>{{ headline }}</p>
<p>{{ made_from }}</p>
{% macro table(head, rows, numbers) %}
<div><table><tr>
{%- for one in head %}<th{% if loop.index0 >= numbers %} class="number"{% endif %}>{{ one }}</th>
{%- endfor %}</tr>
{%- for row in rows %}
<tr>{% for one in row %}<td{% if loop.index0 >= numbers %} class="number"{% endif %}>{{ one }}</td>
{%- endfor %}</tr>
{%- endfor %}
</table></div>
{% endmacro %}
<h2>Attacks</h2>
{{ table(["attack", "to reach", "found", "mean ‖e‖", "‖e‖ / half", "gradients"], attacks, 2) }}
{% for line in not_found %}<p>Not found: {{ line }}</p>
{% endfor %}
{% if factors %}<h2>Why perturbations are as short as they are</h2>
<p>‖e‖ over half the distance is the product of four factors, geometric means over the pairs:</p>
{{ table(["factor", "mean"], factors, 1) }}
{% endif %}
{% if pictures %}<h2>Pairs</h2>
{% for pair in pictures %}<p>
{%- for name, source in pair.images %}<img src="{{ source }}" alt="{{ name }}">{% endfor %}
{{- "" }}<br>{{ pair.text }}</p>
{% endfor %}{% endif %}
<h2>Every pair</h2>
{{ table(["x1", "x2", "class of x1", "class of x2", "|cos θ| at x1", "mean |cos θ|", "‖x1 − x2‖/2",
          "‖e‖", "‖e‖ / half"], pairs, 4) }}
{% if skipped %}<h2>Skipped</h2>
{{ table(["input", "reason"], skipped, 2) }}
{% endif %}
</html>
"""


def write_page(measured: Measured, name: str, made_from: str, path: str | Path) -> None:
    """Write the page of a measurement; all its text is escaped.

    Parameters
    ----------
    measured : Measured
    name, made_from : str
        What was measured, and from what.
    path : path

    Raises
    ------
    ArtifactError
        If it cannot be written.
    """
    attacks = attack_rows(measured.attacks)
    template = Environment(autoescape=True).from_string(_TEMPLATE)
    html = template.render(
        name=name,
        headline=headline(measured.experiments),
        made_from=made_from,
        attacks=[
            (*one[:2], counted(one), shown(one.norm), shown(one.ratio), spent(one))
            for one in attacks
        ],
        not_found=not_found(attacks),
        factors=[(one.factor, shown(one.mean)) for one in factor_rows(measured.experiments)],
        pictures=_pictures(measured) if measured.pictures else [],
        pairs=_pairs(measured),
        skipped=measured.skipped[["name", "reason"]].to_numpy().tolist(),
    )
    with replacing(path) as part:
        part.write_text(html, encoding="utf-8")


def _pairs(measured: Measured) -> list[tuple[str, ...]]:
    rows = measured.experiments
    numbers = [
        rows["cos_theta"].abs(),
        rows["mean_abs_cos"],
        rows["half_distance"],
        rows["least"],
        rows["least"] / rows["half_distance"],
    ]
    texts = (rows[name].astype(str) for name in ("name1", "name2", "class1", "class2"))
    return list(
        zip(*texts, *([shown(float(one)) for one in column] for column in numbers), strict=True)
    )


def _pictures(measured: Measured) -> list[dict[str, Any]]:
    """Return x1, x1 + e and x2 of the pairs that are shown, as pictures in the page itself."""
    rows = measured.experiments
    rows = rows[rows["place"] > 0].sort_values("place")
    arrays = measured.shown
    pictures = []
    for row, x1, x2, delta in zip(
        rows.itertuples(), arrays["x1"], arrays["x2"], arrays["delta"], strict=True
    ):
        unit = 255.0 if x1.dtype == np.uint8 else 1.0
        images = {"x1": x1 / unit, "x1 + e": x1 / unit + delta, "x2": x2 / unit}
        if not delta.any():  # no perturbation in the box was found
            del images["x1 + e"]
        text = f"{', '.join(images)}: {row.class1} and {row.class2}"
        embedded = [(name, _embedded(pixels)) for name, pixels in images.items()]
        pictures.append({"images": embedded, "text": text})
    return pictures


def _embedded(pixels: NDArray[Any]) -> str:
    """Return a picture [c, h, w] in [0, 1] as the address of an image that holds it."""
    whole = np.round(255 * np.clip(pixels, 0, 1)).astype(np.uint8)
    grey = len(whole) != 3
    image = Image.fromarray(whole[0] if grey else np.moveaxis(whole, 0, -1))
    file = io.BytesIO()
    image.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
