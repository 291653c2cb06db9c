from __future__ import annotations

import uuid
from datetime import date

import pytest

from relance.domain import documents
from relance.domain.documents import DocumentKind, DocumentState, FileRefusal, FileType, Place


def place(receivable: int, traveller: int, kind: DocumentKind, state: DocumentState) -> Place:
    return Place(uuid.uuid4(), receivable, traveller, kind, state)


def test_progress_counts_what_is_filed_out_of_what_applies():
    asked, received, accepted = DocumentState.ASKED, DocumentState.RECEIVED, DocumentState.ACCEPTED

    assert documents.progress([asked, received, asked]) == "1/3"
    assert documents.progress([accepted, received, DocumentState.WAIVED]) == "2/2"
    assert documents.progress([DocumentState.REDO]) == "0/1"
    assert documents.progress([]) == ""


def test_a_file_fills_the_first_missing_place_of_the_first_traveller():
    passport, pan = DocumentKind.PASSPORT, DocumentKind.PAN
    received, asked = DocumentState.RECEIVED, DocumentState.ASKED
    first = place(1, 1, pan, asked)

    chosen = documents.first_missing(
        [place(1, 2, passport, asked), first, place(1, 1, passport, received), place(2, 1, passport, asked)]
    )

    assert chosen == first
    assert documents.first_missing([place(1, 1, passport, received)]) is None


def test_a_document_is_accepted_only_after_it_was_received():
    assert documents.may_become(DocumentState.RECEIVED, DocumentState.ACCEPTED)
    assert not documents.may_become(DocumentState.ASKED, DocumentState.ACCEPTED)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", FileType.JPEG),
        (b"\x89PNG\r\n\x1a\n", FileType.PNG),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", FileType.WEBP),
        (b"%PDF-1.7", FileType.PDF),
        (b"\x00\x00\x00\x18ftypheic", FileType.HEIC),
        (b"<html>", FileType.UNKNOWN),
        (b"", FileType.UNKNOWN),
    ],
    ids=["jpeg", "png", "webp", "pdf", "heic", "html", "nothing"],
)
def test_a_type_is_told_from_the_content(head: bytes, kind: FileType):
    assert documents.sniff(head) is kind


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", FileRefusal.EMPTY),
        (b"\xff\xd8\xff" + bytes(documents.LARGEST_FILE_BYTES), FileRefusal.TOO_BIG),
        (b"<html><body>", FileRefusal.UNKNOWN_TYPE),
        (b"\x00\x00\x00\x18ftypheic", FileRefusal.HEIC),
        (b"%PDF-1.4 trailer <</Encrypt 5 0 R>>", FileRefusal.ENCRYPTED),
        (b"%PDF-1.4 trailer", None),
    ],
    ids=["empty", "too big", "html", "heic", "encrypted", "plain pdf"],
)
def test_what_cannot_be_filed_is_refused_at_sight(data: bytes, refusal: FileRefusal | None):
    assert documents.refusal_at_sight(data) is refusal


def test_a_file_name_tells_nothing_about_the_person():
    name = documents.file_name(
        key="ABCD2345", kind=DocumentKind.PASSPORT, traveller=2, on=date(2026, 10, 15), extension="jpg"
    )

    assert name == "ABCD2345_passport_2_20261015.jpg"
