"""Named queries: SQL lives in `.sql` files, one purpose line above each.

-- name: due_jobs
-- Jobs of a number that may leave now, oldest first.
SELECT …
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from relance.domain.errors import Broken

_NAME = re.compile(r"^-- name: (?P<name>\w+)\s*$", re.MULTILINE)


class Queries(Mapping[str, str]):
    """The queries of one file, by name; `queries.claim` is the text of `-- name: claim`."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = dict(texts)

    def __getattr__(self, name: str) -> str:
        try:
            return self._texts[name]
        except KeyError:
            raise AttributeError(name) from None

    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


@cache
def load(file: str, package: str = "relance.store") -> Queries:
    text = resources.files(package).joinpath(file).read_text(encoding="utf-8")
    heads = list(_NAME.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    texts = {h["name"]: text[h.end() : end].strip() for h, end in zip(heads, ends, strict=True)}
    if len(texts) != len(heads):
        raise Broken(f"{file}: two queries share a name")
    return Queries(texts)
