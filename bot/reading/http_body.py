"""The body of an answer, unpacked as it comes and cut at a limit."""

from __future__ import annotations

import zlib

# --- bodies --------------------------------------------------------------------------------------------------------

ENCODINGS = ("", "identity", "gzip", "x-gzip", "deflate")


class Body:
    """A body as it arrives, inflated where it is compressed, never kept beyond `limit` bytes.

    What it is, its first bytes say rather than its headers: files of gzip come without a header, and plain text with
    one. `zlib` is told how much it may give at once, so a bomb costs no more than the limit.
    """

    def __init__(self, limit: int, *, raw_deflate: bool) -> None:
        self.data = bytearray()
        self.full = False
        self.broken = False  # the compressed stream is damaged
        self._limit = limit
        self._raw_deflate = raw_deflate
        self._begun = b""
        self._inflate: zlib._Decompress | None = None
        self._known = False

    def feed(self, chunk: bytes) -> None:
        if not self._known:
            self._begun += chunk
            if len(self._begun) < 2:
                self.data[:] = self._begun
                return
            chunk, self._known = self._begun, True
            self.data.clear()
            self._inflate = self._recognised(chunk)
        if self._inflate is None:
            self._keep(chunk)
        elif not self.broken:
            self._unpack(chunk)

    def _recognised(self, head: bytes) -> zlib._Decompress | None:
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
        """Damaged; or, where nothing came out of it yet and its first bytes promised nothing, never compressed."""
        if self.data or self._begun[:2] == b"\x1f\x8b":
            self.broken = True
        else:
            self._inflate = None
            self._keep(chunk)

    def _keep(self, piece: bytes) -> None:
        self.data += piece[: self._limit - len(self.data) + 1]
        self.full = len(self.data) > self._limit
