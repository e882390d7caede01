"""The command ``fcflow``, also as ``python -m fcflow``."""

import sys

from fcflow.errors import MissingExtraError
from fcflow.extras import paper_extra


def main() -> None:
    """Run the command, or say in one line what has to be installed for it."""
    try:
        with paper_extra():
            from fcflow.cli import app

            app()
    except MissingExtraError as error:
        sys.exit(f"fcflow: {error}")


if __name__ == "__main__":
    main()
