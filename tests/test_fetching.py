"""Does a paper come whole and checked from a server that misbehaves, and never over a file that is there?"""

from __future__ import annotations

import hashlib
import threading
import time
from http.server import ThreadingHTTPServer

import pytest

from pipelines.fetching import asking
from pipelines.fetching.asking import Rules
from pipelines.fetching.download import file_name
from pipelines.fetching.fetch import fetch
from pipelines.fetching.sources import read_fetched
from tests.misbehaving_server import ETAG, PAPER, Misbehaving
from tests.published import gouji

HASH = hashlib.sha256(PAPER).hexdigest()
RULES = Rules(file_size=2_000_000, answer_seconds=0.7, file_seconds=5, tries=3, backoff=0.02)


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Misbehaving)
    server.asked = {}
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def ask(server, tmp_path):
    """Fetch these paths of the server; return the answers."""

    def fetch_paths(*paths: str, sha256: str = "", pause: float = 0):
        lines = "".join(f"某局,2025,http://127.0.0.1:{server.server_port}{path},{sha256}\n" for path in paths)
        (tmp_path / "sources.csv").write_text("department,year,address,sha256\n" + lines, encoding="utf-8")
        return [answer for _, answer in fetch(tmp_path, pause, RULES)]

    return fetch_paths


def files(tmp_path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (tmp_path / "2025" / "某局").iterdir()}


def test_a_paper_comes_with_where_and_when_and_is_not_sent_twice(ask, tmp_path, server) -> None:
    (first,) = ask("/plain.pdf", sha256=HASH)
    assert (first.outcome, first.file_name, first.sha256) == ("fetched", "plain.pdf", HASH)
    (row,) = read_fetched(tmp_path)
    assert (row.department, row.year, row.sha256, row.bytes, row.etag) == ("某局", "2025", HASH, str(len(PAPER)), ETAG)
    assert row.fetched_at.startswith("20") and row.address.endswith("/plain.pdf")
    (second,) = ask("/plain.pdf")
    assert second.outcome == "unchanged"
    assert server.asked["/plain.pdf"][1][1]["If-None-Match"] == ETAG
    assert read_fetched(tmp_path) == [row]
    assert files(tmp_path) == {"plain.pdf": PAPER}


@pytest.mark.parametrize(
    ("path", "outcome", "detail"),
    [
        ("/page", "refused", "what came is no PDF (sent as text/html)"),
        ("/nothing", "refused", "an empty file came"),
        ("/large", "refused", "3,000,000 bytes are announced, the limit is 2,000,000"),
        ("/endless", "refused", "more than 2,000,000 bytes came"),
        ("/circle", "refused", "round in circles"),
        ("/gone", "failed", "404"),
        ("/always-busy", "failed", "503"),
        ("/silent", "failed", "Time"),
        ("/cut-short", "refused", "the file ends before the PDF does"),
        ("/a-part-unasked", "failed", "206"),
        ("/much-later", "failed", "wants to be asked again in 3,600 s"),
        ("/to-a-file", "refused", "file:///etc/hostname, which is no http or https address"),
        ("/breaks-always", "failed", "goes on from there"),
        ("/breaks-unproven", "failed", "; the next fetch begins anew"),
    ],
)
def test_what_is_not_the_paper_is_not_kept_and_costs_no_other(ask, tmp_path, path, outcome, detail) -> None:
    answer, good = ask(path, "/plain.pdf")
    assert answer.outcome == outcome and detail in answer.detail
    assert good.outcome == "fetched"
    assert {name for name in files(tmp_path) if not name.startswith(".")} == {"plain.pdf"}


def test_a_paper_that_is_not_the_stated_one_is_refused(ask, tmp_path) -> None:
    (answer,) = ask("/plain.pdf", sha256="0" * 64)
    assert answer.outcome == "refused" and HASH in answer.detail
    assert not (tmp_path / "2025").exists()


def test_a_file_that_is_there_is_held_against_the_stated_hash(ask, tmp_path, server) -> None:
    ask("/plain.pdf")
    (answer,) = ask("/plain.pdf", sha256="0" * 64)
    assert answer.outcome == "refused" and HASH in answer.detail
    assert [headers.get("If-None-Match") for _, headers in server.asked["/plain.pdf"]] == [None, None]
    assert ask("/plain.pdf", sha256=HASH)[0].outcome == "unchanged"
    assert files(tmp_path) == {"plain.pdf": PAPER}


def test_a_file_that_was_damaged_here_is_had_again_and_named(ask, tmp_path) -> None:
    ask("/plain.pdf")
    (tmp_path / "2025" / "某局" / "plain.pdf").write_bytes(b"%PDF-cut")
    (answer,) = ask("/plain.pdf")
    assert (answer.outcome, answer.sha256) == ("fetched", HASH)
    assert "plain.pdf is not as it came any more" in answer.detail
    assert files(tmp_path) == {"plain.pdf": b"%PDF-cut", answer.file_name: PAPER}
    (again,) = ask("/plain.pdf")
    assert (again.outcome, again.file_name) == ("unchanged", answer.file_name) and "beside plain.pdf" in again.detail


def test_a_new_tag_of_the_same_file_is_what_is_asked_by_next(ask, tmp_path, server) -> None:
    ask("/retagged.pdf")
    (first,) = read_fetched(tmp_path)
    assert [ask("/retagged.pdf")[0].outcome for _ in range(2)] == ["unchanged", "unchanged"]
    assert [headers.get("If-None-Match") for _, headers in server.asked["/retagged.pdf"]] == [None, ETAG, '"later"']
    assert read_fetched(tmp_path) == [first._replace(etag='"later"')]


def test_a_name_too_long_for_the_disk_costs_no_other(tmp_path, server) -> None:
    address = f"http://127.0.0.1:{server.server_port}/plain.pdf"
    lines = f"department,year,address\n{'长' * 90},2025,{address}\n某局,2025,{address}\n"
    (tmp_path / "sources.csv").write_text(lines, encoding="utf-8")
    (_, long), (_, good) = fetch(tmp_path, 0, RULES)
    assert long.outcome == "failed" and "File name too long" in long.detail
    assert good.outcome == "fetched" and list(server.asked) == ["/plain.pdf"]


@pytest.mark.parametrize("path", ["/page", "/gone", "/nothing", "/circle", "/always-busy", "/breaks-unproven"])
def test_no_folder_is_left_where_nothing_came(ask, tmp_path, path) -> None:
    ask(path)
    assert [place.name for place in tmp_path.iterdir()] == ["sources.csv"]


def test_a_folder_that_was_there_stays(ask, tmp_path) -> None:
    (tmp_path / "2025" / "某局").mkdir(parents=True)
    ask("/page")
    assert files(tmp_path) == {}


@pytest.mark.parametrize("path", ["/drips", "/drips-headers"])
def test_a_server_that_sends_a_byte_now_and_then_does_not_hold_us(ask, path, monkeypatch) -> None:
    monkeypatch.setattr("tests.test_fetching.RULES", RULES._replace(file_seconds=0.6, tries=2))
    began = time.monotonic()
    (answer,) = ask(path)
    assert answer.outcome == "failed" and "did not come within 0.6 s" in answer.detail
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "path", ["/another-part", "/no-ranges", "/packed", "/odd-length", "/elsewhere", "/busy-oddly", "/gbk"]
)
def test_a_paper_comes_whole_in_spite_of_it(ask, tmp_path, path) -> None:
    (answer,) = ask(path)
    assert (answer.outcome, answer.sha256) == ("fetched", HASH), answer
    assert files(tmp_path) == {answer.file_name: PAPER}
    assert path != "/gbk" or answer.file_name == "预算.pdf"


def test_a_date_serves_where_there_is_no_tag(ask) -> None:
    assert [ask("/dated.pdf")[0].outcome for _ in range(2)] == ["fetched", "unchanged"]


def test_an_address_in_chinese_letters_is_asked_for(ask, server) -> None:
    (answer,) = ask("/plain/2025年预算.pdf")
    assert (answer.outcome, answer.file_name) == ("fetched", "2025年预算.pdf")
    assert list(server.asked) == ["/plain/2025%E5%B9%B4%E9%A2%84%E7%AE%97.pdf"]


@pytest.mark.parametrize(
    ("address", "target", "told"),
    [
        ("https://a.example/b", "http://a.example/b.pdf", "from https on to http"),
        ("https://93.184.216.34/b", "https://127.0.0.1/c.pdf", "own network"),
        ("http://93.184.216.34/b", "http://169.254.169.254/latest", "own network"),
        ("http://93.184.216.34/b", "http://[::1]/c.pdf", "own network"),
        ("http://93.184.216.34/b", "ftp://93.184.216.34/c.pdf", "no http or https"),
        ("http://10.0.0.1/b", "http://10.0.0.2/c.pdf", None),
        ("http://93.184.216.34/b", "https://93.184.216.34/c.pdf", None),
        ("http://127.0.0.1/b", "https://93.184.216.34/c.pdf", None),
    ],
)
def test_a_redirect_goes_where_a_stranger_may_lead_us(address, target, told) -> None:
    if told is None:
        asking.check_redirect(address, target)
        return
    with pytest.raises(asking.NotThePaper, match=told):
        asking.check_redirect(address, target)


def test_a_busy_server_is_asked_again(ask, tmp_path, server) -> None:
    (answer,) = ask("/busy.pdf")
    assert answer.outcome == "fetched" and len(server.asked["/busy.pdf"]) == 3


def test_a_broken_transfer_goes_on_where_it_stopped(ask, tmp_path, server) -> None:
    (answer,) = ask("/breaks.pdf")
    assert answer.outcome == "fetched" and files(tmp_path) == {"breaks.pdf": PAPER}
    begins = [headers.get("Range") for _, headers in server.asked["/breaks.pdf"]]
    assert begins[0] is None and begins[1] and begins[2] > begins[1]


def test_the_next_fetch_goes_on_only_where_it_says_so(ask, server) -> None:
    for path, goes_on in (("/breaks-always", True), ("/breaks-unproven", False)):
        (first,) = ask(path)
        assert ("goes on from there" in first.detail) == goes_on
        ask(path)
        assert ("Range" in server.asked[path][RULES.tries][1]) == goes_on


def test_the_rest_of_another_file_is_not_put_to_the_first(ask, tmp_path) -> None:
    (answer,) = ask("/changes.pdf")
    assert answer.outcome == "fetched" and files(tmp_path) == {"changes.pdf": PAPER}


def test_a_changed_paper_is_kept_beside_the_earlier(ask, tmp_path) -> None:
    ask("/renewed.pdf")
    (answer,) = ask("/renewed.pdf")
    assert answer.outcome == "fetched"
    assert answer.detail.startswith("beside renewed.pdf from the same address: all are read, take out of raw/")
    assert sorted(files(tmp_path).values(), key=len) == [PAPER, PAPER + b"%"]
    assert [row.file_name for row in read_fetched(tmp_path)] == ["renewed.pdf", answer.file_name]


def test_an_earlier_file_is_named_as_long_as_it_is_there(ask, tmp_path) -> None:
    for _ in range(3):
        (answer,) = ask("/renewed.pdf")
    first, second, third = (row.file_name for row in read_fetched(tmp_path))
    assert f"beside {first}, {second} from" in answer.detail and answer.file_name == third
    (tmp_path / "2025" / "某局" / first).unlink()
    assert f"beside {second}, {third} from" in ask("/renewed.pdf")[0].detail


def test_a_file_that_a_person_put_there_is_never_replaced(ask, tmp_path) -> None:
    folder = tmp_path / "2025" / "某局"
    folder.mkdir(parents=True)
    (folder / "plain.pdf").write_bytes(b"mine")
    (answer,) = ask("/plain.pdf")
    assert answer.outcome == "fetched"
    assert files(tmp_path) == {"plain.pdf": b"mine", answer.file_name: PAPER}


def test_an_address_that_has_its_first_file_again_is_asked_by_that_one(ask, tmp_path, server) -> None:
    ask("/and-back.pdf")
    other = ask("/and-back.pdf")[0]
    (back,) = ask("/and-back.pdf")
    assert (back.outcome, back.file_name) == ("unchanged", "and-back.pdf") and other.file_name in back.detail
    ask("/and-back.pdf")
    assert server.asked["/and-back.pdf"][3][1]["If-None-Match"] == '"3"'
    assert [row.file_name for row in read_fetched(tmp_path)] == ["and-back.pdf", other.file_name, "and-back.pdf"]


def test_two_requests_to_one_host_lie_apart(ask, server) -> None:
    ask("/plain.pdf", "/plain.pdf?2", pause=0.4)
    (first, _), (second, _) = (server.asked[path][0] for path in ("/plain.pdf", "/plain.pdf?2"))
    assert second - first >= 0.4


@pytest.mark.parametrize(
    ("disposition", "address", "name"),
    [
        ("", "https://example.org/a/2025%E5%B9%B4%E9%A2%84%E7%AE%97.pdf?x=1", "2025年预算.pdf"),
        ("", "https://example.org/a/%D4%A4%CB%E3.pdf", "预算.pdf"),
        ("", "https://example.org/%FF%FF.pdf", "%FF%FF.pdf"),
        ("", "https://example.org/", "paper.pdf"),
        ("", "https://example.org/download.do?id=7", "download.do.pdf"),
        ('attachment; filename="../../etc/passwd"', "https://example.org/x", "passwd.pdf"),
        ("attachment; filename*=UTF-8''..%5C%E9%A2%84.PDF", "https://example.org/x", "预.pdf"),
        ("attachment; filename=.pdf", "https://example.org/x", "pdf.pdf"),
    ],
)
def test_a_name_is_plain_whatever_the_server_says(disposition, address, name) -> None:
    assert file_name(disposition, address) == name


def test_the_command_says_what_became_of_each_source(server, tmp_path) -> None:
    address = f"http://127.0.0.1:{server.server_port}"
    lines = f"department,year,address\n某局,2025,{address}/plain.pdf\n某局,2024,{address}/page\n"
    (tmp_path / "sources.csv").write_text(lines, encoding="utf-8")
    done = gouji("fetch", "--raw", str(tmp_path), "--pause", "0")
    assert done.returncode == 3, done.stderr
    assert done.stdout.splitlines() == [
        "fetched    2025/某局/plain.pdf",
        f"refused    {address}/page — what came is no PDF (sent as text/html)",
        "Sources    1 fetched, 0 unchanged, 1 refused, 0 failed",
    ]


def test_a_selection_that_no_source_is_of_is_wrong_usage(tmp_path) -> None:
    (tmp_path / "sources.csv").write_text("department,year,address\n甲局,2025,http://127.0.0.1:1/a\n", encoding="utf-8")
    done = gouji("fetch", "--raw", str(tmp_path), "--department", "甲居")
    assert (done.returncode, done.stdout) == (2, "")
    assert "sources.csv has 1 sources, but none of 甲居" in done.stderr
