"""What goes out packed, and what stays as it is."""

from __future__ import annotations

import gzip

import brotli
import pytest
from litestar.types import Receive, Scope, Send

from interfaces.http.compression import Compression, encoding_for
from tests.unit.interfaces.requests import Headers, answering, http_scope, sent_by

PAGE = b"<p>Every time has its zone, every price is final.</p>" * 40
HTML: Headers = [(b"content-type", b"text/html; charset=utf-8")]


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=0.8, br;q=0", "gzip"),
        ("GZIP", "gzip"),
        ("br; q=1.0", "br"),
        ("br;q=nonsense", None),
        ("identity", None),
        ("", None),
    ],
)
def test_the_best_of_what_the_other_end_reads(accepted: str, expected: str | None) -> None:
    assert encoding_for(accepted) == expected


async def _packed(headers: Headers, body: bytes = PAGE, accepted: bytes = b"br, gzip") -> tuple[Headers, bytes]:
    scope = http_scope(headers=[(b"accept-encoding", accepted)])
    sent, content = await sent_by(Compression(answering(headers=headers, body=body)), scope)
    return list(sent.items()), content


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [(b"gzip, br", b"br", brotli.decompress), (b"gzip", b"gzip", gzip.decompress)],
)
async def test_a_page_goes_out_packed_and_whole(accepted: bytes, encoding: bytes, unpack: object) -> None:
    headers, content = await _packed([*HTML, (b"content-length", b"%d" % len(PAGE))], accepted=accepted)
    sent = dict(headers)
    assert sent[b"content-encoding"] == encoding
    assert sent[b"content-length"] == b"%d" % len(content)
    assert len(content) < len(PAGE) / 4
    assert callable(unpack)
    assert unpack(content) == PAGE


async def test_caches_learn_that_it_depends_on_what_the_other_end_reads() -> None:
    assert dict((await _packed([*HTML, (b"vary", b"Cookie")]))[0])[b"vary"] == b"Cookie, Accept-Encoding"
    headers, content = await _packed(HTML, accepted=b"")
    assert dict(headers)[b"vary"] == b"Accept-Encoding"
    assert b"content-encoding" not in dict(headers)
    assert content == PAGE


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (HTML, b"short"),
        ([(b"content-type", b"image/webp")], PAGE),
        ([(b"content-type", b"text/event-stream")], PAGE),
        ([*HTML, (b"content-encoding", b"gzip")], PAGE),
        ([(b"content-type", b"application/json"), (b"etag", b'"7"')], PAGE),
    ],
    ids=["short", "picture", "stream", "packed already", "what If-Match may name"],
)
async def test_what_stays_as_it_is(headers: Headers, body: bytes) -> None:
    sent, content = await _packed(headers, body)
    assert content == body
    assert dict(sent).get(b"content-encoding") == dict(headers).get(b"content-encoding")


async def test_an_answer_in_pieces_is_passed_on_as_it_comes() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HTML})
        for piece, more in ((PAGE, True), (PAGE, False)):
            await send({"type": "http.response.body", "body": piece, "more_body": more})

    sent, content = await sent_by(Compression(app), http_scope(headers=[(b"accept-encoding", b"br")]))
    assert content == PAGE + PAGE
    assert b"content-encoding" not in sent
