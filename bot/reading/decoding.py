"""The one decoder of what servers and files hold: feeds, pages and lists, whatever they declare."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_WIDE = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_DOCUMENT = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_HEAD = 4096  # bytes within which a document declares its encoding
_GUESSED_FROM = 50_000  # bytes that a guess looks at
_TELLING = 40  # bytes beyond ASCII from which their statistics tell an encoding
_LEGACY = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp874", "koi8_r", "cp932", "euc_jp",
    "gb18030", "big5hkscs", "cp949",
]  # fmt: skip
"""The encodings that a guess chooses from: those that the web has used beside UTF-8."""
_WIDER = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
}  # fmt: skip
"""The codec for what really goes by a label: Encoding Standard, 4.2 (https://encoding.spec.whatwg.org)."""
_UNTRUSTED = frozenset(("utf-8", "cp1252"))
"""What servers say where nobody told them: of two declarations the other one counts."""
_SOUND = 4  # valid letters of several bytes for each broken one, from which a text is UTF-8 all the same


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and how sure its letters are."""

    text: str
    encoding: str  # Python's name of the codec
    guessed: bool = False  # nothing said which encoding it is, and it is not valid UTF-8
    broken: int = 0  # places that could not be decoded and hold U+FFFD

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a person should know of it, as parts of a sentence."""
        guess = (f"its encoding had to be guessed ({self.encoding})",) if self.guessed else ()
        return (*guess, f"broken letters ({self.broken})") if self.broken else guess


def decode(body: bytes, content_type: str | None) -> Decoded:
    """Decode bytes: by byte order mark, else as UTF-8 if valid, else as header or document declare, else by a guess.

    Valid UTF-8 comes before what is declared: text in other encodings is hardly ever valid UTF-8, and headers are often
    wrong. A text that is UTF-8 but for a few bytes, or that was cut off within a letter, stays UTF-8.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _as(body[len(mark) :], name)
    for start, name in _WIDE:
        if body.lstrip(b" \t\r\n").startswith(start):
            return _as(body, name)
    found = _as(body, "utf-8")
    if not found.broken or _nearly_valid(found):
        return found
    declared = _declared(body, content_type)
    return _as(body, declared) if declared else _guess(body)


def _as(body: bytes, name: str) -> Decoded:
    text = body.decode(name, "replace")
    return Decoded(text, name, broken=text.count("\ufffd"))


def _nearly_valid(found: Decoded) -> bool:
    """Whether most of the letters beyond ASCII are whole."""
    beyond = len(re.findall(r"[^\x00-\x7f\ufffd]", found.text))
    return beyond >= _SOUND * found.broken


def _declared(body: bytes, content_type: str | None) -> str | None:
    """The codec that the header, else the document, declares; None: neither names one that is known."""
    header, inner = _HEADER.search(content_type or ""), _DOCUMENT.search(body[:_HEAD])
    labels = [header[1]] if header else []
    labels += [(inner[1] or inner[2]).decode("ascii", "replace")] if inner else []
    known = [name for name in map(codec_of, labels) if name]
    return next((name for name in known if name not in _UNTRUSTED), known[0] if known else None)


def codec_of(label: str) -> str | None:
    """Python's codec for the label of an encoding as the web uses it (“x-sjis”, “cp-1251”, “gb2312”); None: unknown."""
    label = re.sub(r"^x-", "", label.strip().casefold())
    label = re.sub(r"^(?:cp|win|windows)[-_]?(?=\d)", "cp", label)
    try:
        name = codecs.lookup({"sjis": "shift_jis"}.get(label, label)).name
        "".encode(name)
    except (LookupError, UnicodeError, TypeError):  # unknown, or a codec that is none of text
        return None
    return None if name.replace("-", "_") in _NOT_FOR_TEXT else _WIDER.get(name, name)


_NOT_FOR_TEXT = frozenset(
    ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "utf_7")
)


def _guess(body: bytes) -> Decoded:
    """By the statistics of its letters; where they are too few to tell anything, as Windows-1252."""
    from charset_normalizer import from_bytes

    head = body[:_GUESSED_FROM]
    telling = sum(byte > 127 for byte in head) >= _TELLING
    best = from_bytes(head, cp_isolation=_LEGACY).best() if telling else None
    found = _as(body, (codec_of(best.encoding) if best else None) or "cp1252")
    return Decoded(found.text, found.encoding, guessed=True, broken=found.broken)
