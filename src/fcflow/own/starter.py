"""``fcflow init``: a configuration and a model file to fill in."""

from pathlib import Path

from fcflow.config.fields import Section
from fcflow.config.messages import message
from fcflow.config.named import sections_of
from fcflow.declared import shipped_images
from fcflow.errors import InputError
from fcflow.extras import paper_extra

with paper_extra():
    from pydantic import ValidationError

_CONFIGURATION = """\
# snakemake --cores all {name} --configfile {name}.yaml, in a clone of the repository or with
# --snakefile <clone>/workflow/Snakefile; all keys: fcflow keys "images.<name>"
images:
  {name}:
    model: {{factory: "{name}_model.py:network", weights: {name}.safetensors}}
    data: {{folder: data/{name}, size: 32, mean: 0.5, std: 0.25}}  # a folder of pictures a class
    pairs: nearest
    attacks: [minimal, ddn, fast_l2]
    measures: [factors]
"""
_MODEL = '''\
"""The network of {name}.yaml: from (x - mean) / std, [n, 3, 32, 32], to logits [n, 10]."""

from torch import nn


def network() -> nn.Module:
    """Return the network whose weights are in {name}.safetensors: put yours here."""
    return nn.Sequential(nn.Flatten(), nn.Linear(3 * 32 * 32, 100), nn.ReLU(), nn.Linear(100, 10))
'''


def write_starter(name: str, folder: str | Path = ".") -> list[Path]:
    """Write ``<name>.yaml`` and ``<name>_model.py``, and return their paths.

    Parameters
    ----------
    name : str
        Of the section, and of its results and target in the workflow.
    folder : path

    Raises
    ------
    InputError
        In one line: if the name cannot be a section's, a file of that name is there, or cannot be
        written. Nothing is overwritten.

    Examples
    --------
    >>> import tempfile
    >>> [path.name for path in write_starter("birds", tempfile.mkdtemp())]
    ['birds.yaml', 'birds_model.py']
    """
    if name in shipped_images():
        raise InputError(f"{name} is the name of an experiment of the package; give another one")
    try:
        sections_of(Section).model_validate({name: {}})
    except ValidationError as error:
        raise InputError(message(error.errors()[0])) from None
    contents = {f"{name}.yaml": _CONFIGURATION, f"{name}_model.py": _MODEL}
    files = {Path(folder) / file: text.format(name=name) for file, text in contents.items()}
    for path in files:
        if path.exists():
            raise InputError(f"{path}: is there already and stays as it is; give another name")
    for path, text in files.items():
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            told = error.strerror or error
            raise InputError(f"{path}: could not be written ({told})") from None
    return list(files)
