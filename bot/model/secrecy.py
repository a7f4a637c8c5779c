"""Hide what must stay secret in whatever is shown or logged: passwords and keys in addresses, tokens, secret settings.

address → https://…@example.org/feed?key=… ; a known form of token → … ; the value of a secret setting → …
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

HIDDEN = "…"
"""Stands where something secret was."""
LEAST = 5
"""Characters from which a value is hidden wherever it occurs; a shorter one would hide words that are no secret."""

_USERINFO = re.compile(r"(?<=//)[^\s/?#]{1,500}@")
_OWN_USERINFO = re.compile(r"(?<=://)[^/?#]*@")
_USERINFO_UNESCAPED = re.compile(r"(?<=//)[^\s/:@]{1,100}:(?!\d{1,5}(?:[/?#]|$))\S{1,200}@")
"""A password with “/”, “?” or “#” in it, which should have been escaped; a port is none."""
_USERINFO_ENCODED = re.compile(r"(?<=%2F%2F)(?:(?!%2F)[^\s&/?#]){1,500}?%40", re.IGNORECASE)
_USERINFO_BARE = re.compile(r"(?<![\w/@:.%+~-])(?!(?:mailto|acct|xmpp|sips?):)[\w.+~%-]{1,100}:[^\s/@:]{1,200}@(?=\w)")
"""As in “user:password@example.org/feed”, which somebody typed without its https://."""
_PARAMETER = re.compile(r"(?<=[?&;#])([\w.%~\[\]-]{1,64})=([^&;#\s\"<>“”]+)")
_QUOTED = re.compile(r"""(?<=["'])([\w-]{1,64})(["']\s{0,2}[:=,]\s{0,2}b?["'])([^"'\s]+)""")
"""As in {"token": "…"}, which libraries log of a request."""
_PRIVATE_PATH = re.compile(r"(?<=/private/)[\w-]{16,}")
_AUTHORIZATION = re.compile(r"(authorization.{1,12}?(?:basic|bearer)\s+)[^\s\"']+", re.IGNORECASE)
_TOKENS = re.compile(
    r"(?<![A-Za-z0-9])(?:\d{5,}(?::|%3A)[\w-]{30,}|xox[a-z](?:\.xox[a-z])?-[\w-]{8,}|xapp-[\w-]{8,}|sk-[\w-]{16,})|"
    r"(?<=/bot)\d{3,}(?::|%3A)[\w-]{10,}",
    re.IGNORECASE,
)
"""Of Telegram, Slack and Anthropic, as they make them; and whatever stands for one in a call of Telegram."""

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SECRET_WORDS = frozenset((
    "apikey", "auth", "authkey", "accesskey", "credential", "credentials", "feedkey", "hmac", "jwt", "key", "pass",
    "passkey", "passphrase", "passwd", "password", "privatekey", "pw", "pwd", "rsskey", "secret", "session",
    "sessionid", "sid", "sig", "signature", "token", "userkey",
))  # fmt: skip
"""Words of the name of a parameter whose value opens something: “api_key”, “X-Amz-Signature”, “feedToken”."""
_SECRET_ENDINGS = ("token", "secret", "password", "signature", "apikey")
_RANDOM = re.compile(r"[0-9a-fA-F]{32,}|(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{40,}")
"""A value that nobody chose: longer than the public ids of channels and playlists are."""


def redacted(words: str) -> str:
    """The words without passwords and keys in the addresses among them, and without tokens of a known form."""
    if "@" in words or "%40" in words:
        for pattern in (_USERINFO, _USERINFO_UNESCAPED, _USERINFO_ENCODED, _USERINFO_BARE):
            words = pattern.sub(f"{HIDDEN}@", words)
    words = _PRIVATE_PATH.sub(HIDDEN, _TOKENS.sub(HIDDEN, _AUTHORIZATION.sub(rf"\1{HIDDEN}", words)))
    return _QUOTED.sub(_without_quoted, _PARAMETER.sub(_without_value, words))


def _without_value(match: re.Match[str]) -> str:
    name, value = match.groups()
    return f"{name}={HIDDEN}" if is_secret_name(unquote(name)) or _RANDOM.fullmatch(value) else match[0]


def _without_quoted(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2]}{HIDDEN}" if is_secret_name(match[1]) else match[0]


def is_secret_name(name: str) -> bool:
    """Whether a parameter of that name holds a secret, by its words: “api_key” does, “author” does not."""
    words = [word.lower() for word in _WORDS.findall(name)]
    return any(word in _SECRET_WORDS or word.endswith(_SECRET_ENDINGS) for word in words)


def without_userinfo(url: str) -> str:
    """The address without a name and a password in it."""
    return _OWN_USERINFO.sub("", url)


def public_address(url: str) -> str | None:
    """The address where everybody may follow it; None: something in it is secret."""
    return url if redacted(url) == url else None


class Redactor:
    """`redacted`, and besides the values that were named to it."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values: tuple[str, ...] = ()
        self.hide(values)

    def hide(self, values: Iterable[str]) -> None:
        """From now on hide these values too, as they are and as they stand in an address."""
        new = {form for value in values for form in (value, unquote(value)) if len(form) >= LEAST}
        self._values = tuple(sorted({*self._values, *new}, key=len, reverse=True))  # one may hold another

    def __call__(self, words: str) -> str:
        return redacted(self.without_values(words))

    def without_values(self, words: str) -> str:
        """The words without the values that were named, but as they are otherwise."""
        for value in self._values:
            words = words.replace(value, HIDDEN)
        return words
