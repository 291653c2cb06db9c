"""`python -m relance.cli`, which `./relance` starts."""

from __future__ import annotations

import sys

from relance.cli import app
from relance.domain.errors import RelanceError

if __name__ == "__main__":
    try:
        app.app(prog_name="./relance")
    except RelanceError as error:
        print(f"relance : {error}", file=sys.stderr)
        raise SystemExit(2) from None
