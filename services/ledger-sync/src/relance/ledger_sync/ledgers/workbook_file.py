"""An .xlsx file that others may hold open: their lock files are respected, and it is replaced whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from openpyxl.workbook import Workbook

from relance.domain.errors import LedgerUnreachable


def refuse_if_open(path: Path) -> None:
    """Raises LedgerUnreachable while LibreOffice or Excel says, with its lock file, that it has the workbook open."""
    for lock in (f".~lock.{path.name}#", f"~${path.name}"):
        if path.with_name(lock).exists():
            raise LedgerUnreachable(
                f"Le classeur {path.name} est ouvert dans un tableur : fermez-le pour que Relance puisse y écrire."
            )


def replace(path: Path, book: Workbook, *, is_wanted: Callable[[], bool] = lambda: True) -> bool:
    """One rename, with the file before kept beside as `.bak`; False when it was not wanted any more at that instant.

    Raises LedgerUnreachable when the workbook is open elsewhere, or cannot be written.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".xlsx")
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            book.save(file)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, written)
            shutil.copy2(path, path.with_name(f".{path.name}.bak"))
        else:
            written.chmod(0o660)
        # Last of all, so that nearly nothing is left between the look and the rename.
        refuse_if_open(path)
        if not is_wanted():
            return False
        written.replace(path)
    except OSError as error:
        raise LedgerUnreachable(f"Le classeur {path.name} n'a pas pu être écrit : {error.strerror}.") from error
    finally:
        written.unlink(missing_ok=True)
    return True
