"""Read and write sources files: TOML and OPML to SourceSpecs, and back."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

from bot.model.complaints import toml_fault
from bot.model.echoing import echo
from bot.model.errors import SourcesError
from bot.model.harmless import xml_text
from bot.model.secrecy import redacted
from bot.model.source import SourceSpec
from bot.reading.decoding import decode
from bot.text.cleaning import one_line

if TYPE_CHECKING:
    from lxml import etree

_KEYS = frozenset(("url", "name", "publisher", "language", "category", "weight"))
_LANGUAGE = re.compile(r"([a-z]{2})(?:-[A-Za-z0-9-]+)?")
_LEAST_WEIGHT, _MOST_WEIGHT = 0.1, 3.0
_EXTENSION = "urn:bellwether:opml"
"""XML namespace of the attributes that OPML lacks: publisher and weight."""

# --- reading -------------------------------------------------------------------------------------------------------


def read_starter() -> tuple[SourceSpec, ...]:
    """The sources that ship with the bot (`seeds/sources.toml`)."""
    return parse_toml((files("seeds") / "sources.toml").read_text(encoding="utf-8"))


def read(path: Path) -> tuple[SourceSpec, ...]:
    """The sources of a TOML or OPML file. Raises SourcesError where it cannot be read or used."""
    return parse(_text_of(path), where=str(path))


def _text_of(path: Path) -> str:
    try:
        return decode(path.read_bytes(), None).text
    except FileNotFoundError:
        raise SourcesError(f"There is no sources file {path}.", where=str(path)) from None
    except OSError:
        why = f"The sources file {path} cannot be read: is it a file, and may you read it?"
        raise SourcesError(why, where=str(path)) from None


def scan(path: Path) -> tuple[tuple[SourceSpec, ...], tuple[str, ...]]:
    """The sources of a file that can be used, and a sentence for each that cannot.

    Raises SourcesError where the file cannot be read, or is neither TOML nor OPML.
    """
    text = _text_of(path)
    return scan_opml(text) if _is_markup(text, str(path)) else _scan_toml(text, str(path))


def parse(text: str, *, where: str = "") -> tuple[SourceSpec, ...]:
    """The sources of a TOML or OPML text, told apart by its content.

    `where` is the file or URL it came from, for error messages; "": unknown. Raises SourcesError that lists every
    problem, one a line.
    """
    return parse_opml(text, where=where) if _is_markup(text, where) else parse_toml(text, where=where)


def _is_markup(text: str, where: str) -> bool:
    """Whether the text is meant to be OPML. Raises SourcesError for a web page."""
    head = text.lstrip("\ufeff \t\r\n")[:2000].lower()
    if not head.startswith("<"):
        return False
    if "<opml" not in head and ("<html" in head or "<!doctype html" in head):
        why = f"{where or 'This'} is a web page, not a sources file: give a TOML or OPML file, or its address."
        raise SourcesError(why, where=where)
    return True


def parse_toml(text: str, *, where: str = "") -> tuple[SourceSpec, ...]:
    """The `[[source]]` tables of a text. Raises SourcesError that lists every problem with its line and what to do."""
    return _complete(*_scan_toml(text, where), where)


def _scan_toml(text: str, where: str) -> tuple[tuple[SourceSpec, ...], tuple[str, ...]]:
    """The tables that can be used, and what is wrong with the others. Raises SourcesError where it is no TOML."""
    try:
        document = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        fault = toml_fault(error, len(text.splitlines()))
        why = f"{_named(where)} cannot be used: {fault}; each source is a table [[source]]."
        raise SourcesError(why, where=where) from None
    tables = document.get("source", [])
    complaints = [f"“{key}” is not known: each source is a table [[source]]." for key in document if key != "source"]
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        tables, complaints = [], [*complaints, "“source” is not a list of tables: write [[source]], with two brackets."]
    lines = [number for number, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*source\s*\]\]", line)]
    specs: list[SourceSpec] = []
    for index, table in enumerate(tables):
        place = f"line {lines[index]}" if len(lines) == len(tables) else f"source {index + 1}"
        spec, wrong = _from_table(table)
        complaints += [f"{place}: {complaint}" for complaint in wrong]
        specs += [spec] if spec else []
    complaints += _repeated(specs)
    return tuple(specs), tuple(complaints)


def parse_opml(text: str, *, where: str = "") -> tuple[SourceSpec, ...]:
    """The feeds of an OPML text. Raises SourcesError that lists every problem with its line (see `scan_opml`)."""
    specs, complaints = scan_opml(text)
    return _complete(specs, complaints, where)


def scan_opml(text: str) -> tuple[tuple[SourceSpec, ...], tuple[str, ...]]:
    """The feeds of an OPML text, and a sentence for every outline that should be a feed and cannot be.

    Folders become categories, the outermost first; a feed that is in several folders gets them all. Raises SourcesError
    where the text is no OPML at all.
    """
    found: dict[str, SourceSpec] = {}
    complaints: list[str] = []
    for outline, folders in _outlines(_body(text)):
        spec, complaint = _from_outline(outline, folders)
        if complaint:
            complaints.append(f"line {outline.sourceline}: {complaint}")
        if spec:
            known = found.get(spec.url, spec)
            found[spec.url] = replace(known, categories=_unique((*known.categories, *spec.categories)))
    return tuple(found.values()), tuple(complaints)


def _complete(specs: Sequence[SourceSpec], complaints: Sequence[str], where: str) -> tuple[SourceSpec, ...]:
    if complaints:
        raise SourcesError(f"{_named(where)} cannot be used:\n" + "\n".join(complaints), where=where)
    if not specs:
        raise SourcesError(f"{_named(where)} names no source: write at least one [[source]] with a url.", where=where)
    return tuple(specs)


def _named(where: str) -> str:
    return f"The sources file {where}" if where else "The sources file"


def _repeated(specs: Iterable[SourceSpec]) -> list[str]:
    seen: set[str] = set()
    twice = [spec.url for spec in specs if spec.url in seen or seen.add(spec.url)]  # type: ignore[func-returns-value] # None is falsy
    return [f"{redacted(url)} stands there twice: remove one of them." for url in _unique(twice)]


def _unique(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _clean(words: str | None) -> str | None:
    """On one line, without secrets and control characters, which XML cannot hold; None where nothing is left."""
    return redacted(one_line(words or "")) or None


def _clean_all(words: Iterable[str]) -> tuple[str, ...]:
    return _unique(cleaned for each in words if (cleaned := _clean(each)))


# --- TOML ----------------------------------------------------------------------------------------------------------


def _from_table(table: Mapping[str, Any]) -> tuple[SourceSpec | None, list[str]]:
    wrong = [f"“{key}” is not known; a source has {', '.join(sorted(_KEYS))}." for key in table if key not in _KEYS]
    url = table.get("url")
    if url is None:
        return None, [*wrong, "it has no url: add url = “https://…”."]
    if complaint := _bad_url(url):
        wrong.append(complaint)
    words = {key: table.get(key) for key in ("name", "publisher", "language")}
    wrong += [f"{key} is not a text in quotes." for key, value in words.items() if not isinstance(value, str | None)]
    categories = table.get("category", [])
    categories = [categories] if isinstance(categories, str) else categories
    if not isinstance(categories, list) or not all(isinstance(word, str) for word in categories):
        wrong.append('category is not a list of texts: write category = ["economic", "EU"].')
    language, complaint = _language(words["language"])
    weight, heavy = _weight(table.get("weight", 1.0))
    wrong += [text for text in (complaint, heavy) if text]
    if wrong:
        return None, wrong
    return SourceSpec(
        url.strip(), _clean(words["name"]), _clean(words["publisher"]), language, _clean_all(categories), weight
    ), []


def _bad_url(url: object) -> str | None:
    """What is wrong with a URL; None: nothing."""
    try:
        parts = urlsplit(url.strip()) if isinstance(url, str) else None
        good = parts is not None and parts.scheme.lower() in ("http", "https") and parts.hostname and (parts.port, True)
    except ValueError:
        good = False
    odd = isinstance(url, str) and re.search(r"[\s\x00-\x1f\x7f-\x9f\ufffe\uffff]", url.strip())
    return None if good and not odd else f"{echo(str(url))} is not an address: it begins with https:// or http://."


def _language(words: object) -> tuple[str | None, str | None]:
    """(ISO 639-1 code, what is wrong): of a language tag one of the two, of none neither."""
    if not isinstance(words, str) or not words:
        return None, None
    match = _LANGUAGE.fullmatch(words.strip().lower())
    return (match[1], None) if match else (None, f"language “{words}” is not a code of two letters: write en, de, fr …")


def _weight(value: object) -> tuple[float, str | None]:
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
    if _LEAST_WEIGHT <= number <= _MOST_WEIGHT:
        return number, None
    return 1.0, f"weight {value!r} is not a number from {_LEAST_WEIGHT} to {_MOST_WEIGHT:g}."


# --- OPML ----------------------------------------------------------------------------------------------------------


def _body(text: str) -> etree._Element:
    from lxml import etree

    plain = re.sub(r"^\ufeff?\s*<\?xml[^>]*\?>", "", text)
    root = None
    for words, recover in ((plain, False), (_mended(plain), True)):
        parser = etree.XMLParser(
            recover=recover, resolve_entities=False, no_network=True, encoding="utf-8",
            remove_comments=True, remove_pis=True, huge_tree=False,
        )  # fmt: skip
        try:
            root = etree.fromstring(words.encode("utf-8", "replace"), parser)
            break
        except etree.XMLSyntaxError:
            continue
    body = None if root is None or etree.QName(root).localname != "opml" else root.find("{*}body")
    if body is None:
        raise SourcesError("This is no OPML: it has no <opml> with a <body>. Export it again.", where="OPML")
    return body


_BARE = re.compile(r"&(?!(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|\w{2,31});)")
_TAG = re.compile(r"<outline\b([^\n]{0,8000}?)(/?)>(?=\s*(?:<|\Z))", re.IGNORECASE)
_VALUE = re.compile(r"""([\w:.-]{1,40})\s*=\s*(?:"(.*?)"|'(.*?)')(?=\s+[\w:.-]{1,40}\s*=\s*["']|\s*\Z)""", re.DOTALL)


def _mended(text: str) -> str:
    """An OPML text that is no XML, with the slips of the hand mended that would lose an outline: a bare “&”, quotation
    marks and “<” within an attribute, and names of characters that only HTML knows."""
    return _TAG.sub(lambda tag: f"<outline{_attributes_mended(tag[1])}{tag[2]}>", _BARE.sub("&amp;", text))


def _attributes_mended(words: str) -> str:
    found = ((match[1], match[2] if match[2] is not None else match[3]) for match in _VALUE.finditer(words))
    return "".join(f" {name}={quoteattr(html.unescape(value))}" for name, value in found)


def _outlines(root: etree._Element) -> Iterator[tuple[etree._Element, tuple[str, ...]]]:
    """Every outline with the folders it is in, in document order; without recursion, since nesting has no limit."""
    waiting: list[tuple[etree._Element, tuple[str, ...]]] = [(child, ()) for child in reversed(root)]
    while waiting:
        element, folders = waiting.pop()
        yield element, folders
        label = _label(element)
        inner = folders if not label or _attribute(element, "xmlurl") is not None else (*folders, label)
        waiting += [(child, inner) for child in reversed(element)]


def _attribute(outline: etree._Element, name: str) -> str | None:
    """The attribute of that name in lower case; real files write it in any case."""
    return next((str(value).strip() for key, value in outline.items() if str(key).lower() == name), None)


def _label(outline: etree._Element) -> str | None:
    return _attribute(outline, "title") or _attribute(outline, "text") or None


def _from_outline(outline: etree._Element, folders: tuple[str, ...]) -> tuple[SourceSpec | None, str | None]:
    """(source, what is wrong) of an outline; both None for a folder."""
    address, label = _attribute(outline, "xmlurl"), _label(outline)
    if address is None:
        folder = len(outline) > 0 or (_attribute(outline, "type") or "").lower() not in ("rss", "atom", "feed")
        return None, None if folder and (len(outline) or label) else f"“{label or '…'}” has no xmlUrl: add it."
    url = re.sub(r"^feed:(?://)?(?=https?://)|^feed:(?=//)", "", address)
    url = f"http:{url}" if url.startswith("//") else url
    if complaint := _bad_url(url):
        return None, f"“{label or '…'}”: {complaint}"
    language, _ = _language(_attribute(outline, "language"))
    publisher = _clean(outline.get(f"{{{_EXTENSION}}}publisher"))
    weight, heavy = _weight(_number(outline.get(f"{{{_EXTENSION}}}weight", "1")))
    return SourceSpec(url, _clean(label), publisher, language, _clean_all(folders), weight), heavy


def _number(words: str) -> float | str:
    try:
        return float(words)
    except ValueError:
        return words


def to_opml(sources: Iterable[SourceSpec]) -> str:
    """An OPML text that other feed readers import and `parse_opml` reads back as the same sources.

    Categories become nested folders; publisher and weight are attributes in a namespace of our own.
    """
    from lxml import etree

    root = etree.Element("opml", {"version": "2.0"}, nsmap={"bellwether": _EXTENSION})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "The Bellwether: sources"
    folders: dict[tuple[str, ...], etree._Element] = {(): etree.SubElement(root, "body")}
    for source in sources:
        categories = _clean_all(source.categories)
        for depth in range(1, len(categories) + 1):
            path = categories[:depth]
            if path not in folders:
                folders[path] = etree.SubElement(folders[path[:-1]], "outline", {"text": path[-1], "title": path[-1]})
        etree.SubElement(folders[categories], "outline", _attributes(source))
    text = xml_text(etree.tostring(root, encoding="unicode", pretty_print=True))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + text


def _attributes(source: SourceSpec) -> dict[str, str]:
    name, publisher = _clean(source.name) or "", _clean(source.publisher) or ""
    found = {"type": "rss", "text": name or redacted(source.url), "title": name, "xmlUrl": source.url}
    found |= {"language": source.language or "", f"{{{_EXTENSION}}}publisher": publisher}
    found |= {f"{{{_EXTENSION}}}weight": repr(source.weight)} if source.weight != 1.0 else {}
    return {key: value for key, value in found.items() if value}
