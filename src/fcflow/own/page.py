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
from fcflow.own.summary import (
    accuracy,
    attack_rows,
    boxed,
    certified_line,
    counted,
    factor_rows,
    headline,
    not_found,
    shown,
    spent,
)

with paper_extra():
    from jinja2 import Environment
    from PIL import Image

_TEMPLATE = Path(__file__).with_name("page.html.jinja")


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
    template = Environment(autoescape=True).from_string(_TEMPLATE.read_text(encoding="utf-8"))
    html = template.render(
        name=name,
        headline=headline(measured.experiments),
        certified=certified_line(measured.experiments),
        accuracy=accuracy(measured.networks),
        made_from=made_from,
        attacks=[
            (*one[:2], boxed(one), counted(one), shown(one.norm), shown(one.ratio), spent(one))
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
