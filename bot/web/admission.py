"""Who may come in: the token's cookie, how much a client may ask, and which client it is."""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

COOKIE = "bellwether"
LASTS = 30 * 86400  # seconds that a browser is remembered
LOOPBACK = ("127.", "::1")


@dataclass(frozen=True)
class Gate:
    """The token; what is derived from it signs the cookie, so that a new token ends all of them."""

    token: str

    def opens(self, given: str) -> bool:
        """Whether that is the token; takes as long for one that nearly is."""
        return hmac.compare_digest(_digest(given), _digest(self.token))

    def cookie(self, now: float) -> str:
        """The value of a cookie that lasts from `now`, in seconds since 1970."""
        ends = str(int(now) + LASTS)
        return f"{ends}.{self._signature(ends)}"

    def remembers(self, cookie: str, now: float) -> bool:
        """Whether we signed the cookie, and it has not ended."""
        ends, _, signature = cookie.partition(".")
        ours = hmac.compare_digest(signature.encode(), self._signature(ends).encode())
        return ours and ends.isdecimal() and int(ends) > now

    def _signature(self, words: str) -> str:
        key = hashlib.scrypt(self.token.encode(), salt=b"bellwether web cookie", n=2**4, r=8, p=1)
        return hmac.new(key, words.encode(), "sha256").hexdigest()


def _digest(words: str) -> bytes:
    return hashlib.sha256(words.encode("utf-8", "replace")).digest()


@dataclass
class RateLimit:
    """A bucket for each client: `burst` requests at once, and `rate` a second after that."""

    rate: float
    burst: int
    now: Callable[[], float]  # seconds, of any clock that only goes on
    most: int = 10_000  # clients remembered, the latest
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def allows(self, client: str) -> bool:
        """Whether the client may ask once more now; if so it has."""
        now = self.now()
        left, since = self._buckets.pop(client, (float(self.burst), now))
        left = min(self.burst, left + (now - since) * self.rate)
        allowed = left >= 1
        self._buckets[client] = (left - allowed, now)
        while len(self._buckets) > self.most:
            self._buckets.popitem(last=False)
        return allowed


def client_of(peer: str, forwarded: str) -> str:
    """The client's address: the peer's, or the last that a proxy on this machine names in X-Forwarded-For."""
    named = forwarded.rpartition(",")[2].strip()
    return named if named and peer.startswith(LOOPBACK) else peer


def safe_return(path: str) -> str:
    """The path to go on to after the token; “/” for all that could lead elsewhere."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if inside else "/"
