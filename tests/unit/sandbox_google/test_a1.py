"""A1 notation, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.sandbox.google import a1
from relance.sandbox.google.a1 import Box

corners = st.tuples(st.integers(0, 9999), st.integers(0, 700))
boxes = st.builds(
    lambda first, size: Box(first[0], first[1], first[0] + 1 + size[0] % 50, first[1] + 1 + size[1] % 50),
    corners,
    corners,
)


@given(title=st.text(min_size=1, max_size=20).filter(lambda t: t.strip()), box=boxes)
def test_a_written_range_reads_back_the_same(title, box):
    assert a1.parse(a1.format_range(title, box)) == a1.Reference(title, box)


@given(st.integers(0, 18277))
def test_column_letters_read_back(column):
    assert a1.column_of(a1.letters(column)) == column


@pytest.mark.parametrize(
    ("text", "title", "box"),
    [
        ("A1", None, Box(0, 0, 1, 1)),
        ("B2:D", None, Box(1, 1, None, 4)),
        ("A:C", None, Box(0, 0, None, 3)),
        ("3:7", None, Box(2, 0, 7, None)),
        ("$C$4:B2", None, Box(1, 1, 4, 3)),
        ("Suivi", "Suivi", Box()),
        ("'Suivi voyages'", "Suivi voyages", Box()),
        ("'C''est à moi'!E5", "C'est à moi", Box(4, 4, 5, 5)),
        ("Suivi voyages!A2:Z", "Suivi voyages", Box(1, 0, None, 26)),
        ("'A1'!B2", "A1", Box(1, 1, 2, 2)),
    ],
)
def test_ranges_are_read_in_all_their_shapes(text, title, box):
    assert a1.parse(text) == a1.Reference(title, box)


@pytest.mark.parametrize("text", ["'open!A1", "T!", "T!A0", "T!1", "T!A", "T!A1:B2:C3", "'T'A1"])
def test_what_is_not_a_range_is_refused(text):
    with pytest.raises(a1.NotA1):
        a1.parse(text)
