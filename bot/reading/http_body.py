"""Read the body of an HTTP response: decompress it as it arrives, and stop at a size limit."""

from __future__ import annotations

import zlib

ENCODINGS = ("", "identity", "gzip", "x-gzip", "deflate")  # values of Content-Encoding that can be read


class Body:
    """A body as it arrives, decompressed if need be; `data` never holds more than `limit` + 1 bytes.

    Compression is recognised by the first bytes rather than by the headers: gzip files come without a header, and plain
    text with one. `zlib` is told how much it may return at once, so a decompression bomb costs no more than the limit.
    `raw_deflate`: the header says "deflate", which may mean a stream with or without zlib's own header.
    """

    def __init__(self, limit: int, *, raw_deflate: bool) -> None:
        self.data = bytearray()
        self.full = False  # there is more than `limit`
        self.broken = False  # the compressed stream is damaged
        self._limit = limit
        self._raw_deflate = raw_deflate
        self._head = b""
        self._inflate: zlib._Decompress | None = None
        self._recognised_yet = False

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes as they came over the connection."""
        if not self._recognised_yet:
            self._head += chunk
            if len(self._head) < 2:
                self.data[:] = self._head
                return
            chunk, self._recognised_yet = self._head, True
            self.data.clear()
            self._inflate = self._recognised(chunk)
        if self._inflate is None:
            self._keep(chunk)
        elif not self.broken:
            self._unpack(chunk)

    def _recognised(self, head: bytes) -> zlib._Decompress | None:
        """The decompressor that the first bytes ask for; None: they are not compressed."""
        if head[:2] == b"\x1f\x8b":
            return zlib.decompressobj(31)
        if not self._raw_deflate:
            return None
        zlib_header = head[0] & 15 == 8 and int.from_bytes(head[:2], "big") % 31 == 0
        return zlib.decompressobj(15 if zlib_header else -15)

    def _unpack(self, chunk: bytes) -> None:
        while chunk and self._inflate is not None and not self.full:
            try:
                self._keep(self._inflate.decompress(chunk, self._limit - len(self.data) + 1))
            except zlib.error:
                self._give_up(chunk)
                return
            chunk = self._inflate.unused_data
            if chunk[:2] == b"\x1f\x8b":
                self._inflate = zlib.decompressobj(31)
            else:
                chunk = b""

    def _give_up(self, chunk: bytes) -> None:
        """The stream is damaged; or it was never compressed, if it is not gzip and nothing came out of it yet."""
        if self.data or self._head[:2] == b"\x1f\x8b":
            self.broken = True
        else:
            self._inflate = None
            self._keep(chunk)

    def _keep(self, piece: bytes) -> None:
        self.data += piece[: self._limit - len(self.data) + 1]
        self.full = len(self.data) > self._limit
