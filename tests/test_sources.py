"""Does raw/sources.csv, as people write and save it, name papers or the line that is wrong?"""

from __future__ import annotations

import re

import pytest

from pipelines.errors import PipelineError
from pipelines.fetching.fetch import fetch
from pipelines.fetching.sources import Fetched, Source, read_fetched, read_sources, write_fetched


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("", "line 1: no column 'department'; columns are department, year, address, sha256"),
        ("department,year\n", "line 1: no column 'address'"),
        ("department,year,address,who\n", "line 1: unknown column 'who'; columns are department"),
        ("department,year,address,year\n", "line 1: column 'year' stands twice"),
        (
            "department，year，address\n",
            "line 1: its columns are parted by '，', not by commas: save it as “CSV UTF-8”",
        ),
        ("department;year;address\n", "line 1: its columns are parted by ';'"),
        ("department,year,address\n局,25,http://a.example/b\n", "line 2: year is '25', not a year"),
        ("department,year,address\n局,２０２５,http://a.example/b\n", "not a year; write 2025, in half-width digits"),
        ("department,year,address\n局,20２５,http://a.example/b\n", "line 2: year is '20２５', not a year; write 2025"),
        ("department,year,address\n../局,2025,http://a.example/b\n", "line 2: department is '../局', which cannot be"),
        ("department,year,address\n,2025,http://a.example/b\n", "line 2: department is ''"),
        ("department,year,address\n局,2025,ftp://a.example/b\n", "line 2: address is 'ftp://a.example/b', no http"),
        ("department,year,address\n局,2025,file:///etc/passwd\n", "line 2: address is 'file:///etc/passwd', no http"),
        ("department,year,address\n局,2025,http://[a/b\n", "line 2: address is 'http://[a/b', no http"),
        ("department,year,address\n局,2025,http://a:abc/b\n", "line 2: address is 'http://a:abc/b', no http"),
        ("department,year,address\n局,2025,http://a:99999/b\n", "line 2: address is 'http://a:99999/b', no http"),
        ("department,year,address,sha256\n局,2025,http://a.example/b,12\n", "line 2: sha256 is '12', not 64 hex"),
        ("department,year,address\n局,2025,http://a.example/b,c\n", "line 2: 4 fields, the first line has 3"),
        ("department,year,address\n局,2025\n", "line 2: 2 fields, the first line has 3: one comma between"),
        (
            "department,year,address\n局,2025,http://a.example/b\n\n局,2025,http://a.example/b\n",
            "line 4: http://a.example/b for 2025/局 stands in line 2 already",
        ),
        ('department,year,address\n局,2025,"http://a.example/b\n', "line 2 is not CSV"),
        ("department,year,address\n" + "局,x,http://a.example/b\n" * 5, "line 4: year is 'x', not a year (and 2 more)"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, lines, told) -> None:
    (tmp_path / "sources.csv").write_text(lines, encoding="utf-8")
    with pytest.raises(PipelineError, match=re.escape(told)) as error:
        read_sources(tmp_path)
    assert str(tmp_path / "sources.csv") in str(error.value)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_file_that_excel_saved_in_its_own_way_says_what_to_do(tmp_path, encoding) -> None:
    lines = "department,year,address\n局,2025,http://a.example/b\n"
    (tmp_path / "sources.csv").write_bytes(lines.encode(encoding))
    line = 2 if encoding == "gb18030" else 1
    with pytest.raises(PipelineError, match=f"sources.csv line {line} is not UTF-8 .* save it as “CSV UTF-8”"):
        read_sources(tmp_path)


def test_what_excel_adds_is_no_fault(tmp_path) -> None:
    lines = "\ufeffdepartment,year,address,,\r\n　某局 ,2025, http://a.example/b ,,\r\n,,,,\r\n"
    (tmp_path / "sources.csv").write_bytes(lines.encode())
    assert read_sources(tmp_path) == [Source("某局", "2025", "http://a.example/b")]


HAD = Fetched("局", "2025", "http://127.0.0.1:1/a", "a.pdf", "0" * 64, "5", "2026-01-01T00:00:00+00:00", '"e"', "")


@pytest.mark.parametrize(
    ("saved", "told"),
    [
        (lambda text: text.replace(",", ";").encode(), "line 1: its columns are parted by ';', not by commas"),
        (lambda text: text.encode("gbk"), "line 2 is not UTF-8 (Excel's plain CSV is GBK): save it as “CSV UTF-8”"),
        (lambda text: text.encode("utf-16"), "line 1 is not UTF-8"),
        (lambda text: text.partition("\n")[2].encode(), "line 1: unknown column '局'"),
        (lambda text: b"", "line 1: no column 'department'"),
        (lambda text: text.partition("etag")[0].encode(), "line 1: no column 'etag'"),
        (lambda text: text[:-10].encode(), "line 2: "),
    ],
)
def test_what_was_fetched_is_not_lost_with_a_save_that_cannot_be_read(tmp_path, saved, told) -> None:
    (tmp_path / "sources.csv").write_text(f"department,year,address\n局,2025,{HAD.address}\n", encoding="utf-8")
    write_fetched(tmp_path, [HAD])
    file = tmp_path / "fetched.csv"
    file.write_bytes(saved(file.read_text("utf-8")))
    before = file.read_bytes()
    with pytest.raises(PipelineError, match=re.escape(f"{file} {told}")) as error:
        fetch(tmp_path, 0)
    assert str(error.value).endswith("or move it away: every file is then asked for again")
    assert file.read_bytes() == before


def test_what_was_fetched_is_known_after_a_save_by_excel(tmp_path) -> None:
    write_fetched(tmp_path, [HAD, HAD._replace(year="2024")])
    file = tmp_path / "fetched.csv"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert read_fetched(tmp_path) == [HAD, HAD._replace(year="2024")]
