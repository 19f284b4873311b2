"""A server that fails as those of departments do."""

from __future__ import annotations

import gzip
import time
from http.server import BaseHTTPRequestHandler

PAPER = b"%PDF-1.7\n" + bytes(range(256)) * 2000 + b"%%EOF\n"
ETAG = '"one"'


class Misbehaving(BaseHTTPRequestHandler):
    """Each path fails in a way of its own; `server.asked` counts the requests of each."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        asked = self.server.asked
        asked.setdefault(self.path, []).append((time.monotonic(), dict(self.headers)))
        getattr(self, self.path.split("/")[1].split(".")[0].replace("-", "_"))(len(asked[self.path]))

    def log_message(self, *_) -> None:
        pass

    def reply(self, body: bytes, status: int = 200, announced: int | None = None, **headers: str) -> None:
        self.send_response(status)
        headers = {"Content_Type": "application/pdf"} | headers
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if announced is None else announced))
        self.end_headers()
        self.wfile.write(body)
        if announced is not None:
            self.close_connection = True

    def plain(self, _) -> None:
        if self.headers.get("If-None-Match") == ETAG:
            self.reply(b"", 304)
        else:
            self.reply(PAPER, ETag=ETAG)

    def page(self, _) -> None:
        self.reply(b"<!DOCTYPE html><title>404</title>" + b" " * 4000, Content_Type="text/html; charset=gbk")

    def nothing(self, _) -> None:
        self.reply(b"")

    def busy(self, time_: int) -> None:
        self.reply(PAPER) if time_ > 2 else self.reply(b"", 503, Retry_After="0")

    def always_busy(self, _) -> None:
        self.reply(b"", 503)

    def gone(self, _) -> None:
        self.reply(b"not here", 404)

    def breaks(self, time_: int) -> None:
        begin = int(self.headers["Range"].split("=")[1].rstrip("-")) if "Range" in self.headers else 0
        if time_ < 3:
            end = len(PAPER) * time_ // 3
            part = {"Content_Range": f"bytes {begin}-{len(PAPER) - 1}/{len(PAPER)}"} if begin else {}
            self.reply(PAPER[begin:end], 206 if begin else 200, announced=len(PAPER) - begin, ETag=ETAG, **part)
        else:
            assert self.headers["If-Range"] == ETAG
            self.reply(PAPER[begin:], 206, ETag=ETAG, Content_Range=f"bytes {begin}-{len(PAPER) - 1}/{len(PAPER)}")

    def another_part(self, time_: int) -> None:
        """Breaks off, sends another part than the one asked for, and then all."""
        if time_ == 1:
            self.reply(PAPER[:200_000], announced=len(PAPER), ETag=ETAG)
        elif time_ == 2:
            self.reply(PAPER[100_000:], 206, ETag=ETAG, Content_Range=f"bytes 100000-{len(PAPER) - 1}/{len(PAPER)}")
        else:
            assert "Range" not in self.headers
            self.reply(PAPER, ETag=ETAG)

    def a_part_unasked(self, _) -> None:
        self.reply(PAPER[:5000], 206, Content_Range=f"bytes 0-4999/{len(PAPER)}")

    def no_ranges(self, time_: int) -> None:
        """Breaks off, and begins anew whatever part is asked for."""
        self.reply(PAPER[:70_000] if time_ == 1 else PAPER, announced=len(PAPER), ETag=ETAG)

    def dated(self, _) -> None:
        day = "Wed, 01 Jan 2025 00:00:00 GMT"
        if self.headers.get("If-Modified-Since") == day:
            self.reply(b"", 304)
        else:
            self.reply(PAPER, Last_Modified=day)

    def packed(self, time_: int) -> None:
        """Packs the file though it was asked not to, and breaks off the first time."""
        body = gzip.compress(PAPER)
        assert "Range" not in self.headers
        sent = body[: len(body) // 2] if time_ == 1 else body
        self.reply(sent, announced=len(body), ETag=ETAG, Content_Encoding="gzip")

    def cut_short(self, _) -> None:
        self.reply(PAPER, announced=len(PAPER) // 2)

    def odd_length(self, _) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "many")
        self.end_headers()
        self.wfile.write(PAPER)
        self.close_connection = True

    def drips(self, _) -> None:
        """A byte now and then, so that no single wait is long."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(PAPER)))
        self.end_headers()
        self._drip(PAPER)

    def drips_headers(self, _) -> None:
        self._drip(b"HTTP/1.1 200 OK\r\nServer: " + b"a" * 10_000)

    def _drip(self, data: bytes) -> None:
        self.close_connection = True
        for byte in data:
            try:
                self.wfile.write(bytes([byte]))
            except OSError:
                return
            time.sleep(0.05)

    def much_later(self, _) -> None:
        self.reply(b"", 503, Retry_After="3600")

    def busy_oddly(self, time_: int) -> None:
        self.reply(PAPER) if time_ > 1 else self.reply(b"", 429, Retry_After="soon")

    def elsewhere(self, _) -> None:
        self.reply(b"", 302, Location=f"http://localhost:{self.server.server_port}/plain.pdf")

    def to_a_file(self, _) -> None:
        self.reply(b"", 302, Location="file:///etc/hostname")

    def gbk(self, _) -> None:
        self.reply(PAPER, Content_Disposition="attachment; filename=预算.pdf".encode("gbk").decode("latin-1"))

    def breaks_always(self, _) -> None:
        self.reply(PAPER[:70_000], announced=len(PAPER), ETag=ETAG)

    def breaks_unproven(self, _) -> None:
        """Breaks off, with nothing that proves what comes later to be of the same file."""
        self.reply(PAPER[:70_000], announced=len(PAPER))

    def retagged(self, time_: int) -> None:
        """Has another tag from the second time on, for the same file."""
        if self.headers.get("If-None-Match") == '"later"':
            self.reply(b"", 304)
        else:
            self.reply(PAPER, ETag='"later"' if time_ > 1 else ETAG)

    def changes(self, time_: int) -> None:
        """Breaks off, and has another file when asked for the rest."""
        if time_ == 1:
            self.reply(b"%PDF-old" + b"o" * 300_000, announced=len(PAPER), ETag='"old"')
        else:
            self.reply(PAPER, ETag=ETAG)

    def renewed(self, time_: int) -> None:
        self.reply(PAPER + b"%" * (time_ - 1), ETag=f'"{time_}"')

    def and_back(self, time_: int) -> None:
        """Has another file the second time only."""
        self.reply(PAPER + b"%" * (time_ == 2), ETag=f'"{time_}"')

    def large(self, _) -> None:
        self.reply(b"%PDF-", announced=3_000_000)

    def endless(self, _) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"%PDF-1.4")
        for _ in range(300):
            self.wfile.write(b"x" * 10_000)
        self.close_connection = True

    def silent(self, _) -> None:
        time.sleep(1.5)
        self.close_connection = True

    def circle(self, _) -> None:
        self.reply(b"", 302, Location="/circle")

    def named(self, _) -> None:
        self.reply(PAPER, Content_Disposition="attachment; filename*=UTF-8''..%2F..%2F%E9%A2%84%E7%AE%97.PDF")
