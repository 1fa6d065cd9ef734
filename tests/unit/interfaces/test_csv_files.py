"""Tables for spreadsheets: nothing in them is taken for a formula."""

from __future__ import annotations

import csv
import io

import pytest

from interfaces.http.csv_files import csv_file


def cells(*row: str) -> list[str]:
    """What a spreadsheet would find in the only row."""
    answer = csv_file("x.csv", [str(number) for number in range(len(row))], [row])
    [_, found] = csv.reader(io.StringIO(bytes(answer.content).decode("utf-8-sig"), newline=""))
    return found


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_begins_like_a_formula_gets_a_quote_in_front(start: str) -> None:
    assert cells(f"{start}cmd|' /C calc'!A0") == [f"'{start}cmd|' /C calc'!A0"]


@pytest.mark.parametrize(
    "cell", ["5000.00", "-42.50", "Ada Obi", "a=b", "", 'He said "no", twice', "two\nlines", "Ọ̀ṣun"]
)
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert cells(cell, "x") == [cell, "x"]


def test_it_is_a_download_that_spreadsheets_read_as_unicode() -> None:
    answer = csv_file("payments.csv", ["Name"], [["Ọ̀ṣun"]])
    assert answer.headers["Content-Disposition"] == 'attachment; filename="payments.csv"'
    assert bytes(answer.content).startswith(b"\xef\xbb\xbf")
