"""The npm package `lexical` for the page's composer: where a browser finds each module of an installed copy.

`npm install --ignore-scripts lexical@0.52.0 @lexical/plain-text@0.52.0`, then `--lexical FOLDER/node_modules`.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ADDRESS = "/lexical"

_CONDITIONS = ("browser", "production", "import", "module", "default")


def import_map(modules: Path) -> dict[str, str]:
    """Bare module names → addresses under `ADDRESS`, for an import map; raises OSError without the packages."""
    manifests = [*modules.glob("*/package.json"), *modules.glob("@*/*/package.json")]
    found: dict[str, str] = {}
    for manifest in manifests:
        package = json.loads(manifest.read_text(encoding="utf-8"))
        folder = manifest.parent.relative_to(modules).as_posix()
        for name, file in _entries(package):
            found[f"{package['name']}{name}"] = f"{ADDRESS}/{folder}/{file}"
    if "lexical" not in found:
        raise FileNotFoundError(2, "le paquet « lexical » n'y est pas", str(modules))
    return found


def _entries(package: dict[str, Any]) -> Iterator[tuple[str, str]]:
    exports = package.get("exports") or package.get("module") or package.get("main") or "index.js"
    if not isinstance(exports, dict) or not any(key.startswith(".") for key in exports):
        exports = {".": exports}
    for name, conditions in exports.items():
        file = _chosen(conditions)
        if file:
            yield name.removeprefix("."), file.removeprefix("./")


def _chosen(conditions: Any) -> str | None:
    if isinstance(conditions, str):
        return conditions
    if not isinstance(conditions, dict):
        return None
    return next((file for name in _CONDITIONS if (file := _chosen(conditions.get(name)))), None)
