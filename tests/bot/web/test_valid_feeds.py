"""The feeds judged by validators: Atom by the grammar and the rules of its RFC, JSON Feed by a schema of its text."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest
from lxml import etree

from bot.model.label import CategoryKind
from bot.model.signal import Batch, Revision, Signal
from bot.web.pages import ATOM, JSON, Pages
from tests import make
from tests.bot.web.conftest import SITE
from tests.clock import MORNING

HERE = Path(__file__).parent
RULES = {"s": "http://www.ascc.net/xml/schematron", "atom": "http://www.w3.org/2005/Atom"}
NASTY = (
    "]]> <!-- &amp; &#0; &nosuch;",
    "a\x00b\x08c\x0b\x0c\x1b[31m\x7f\x85",
    "\ufffe\uffff\ufdd0 \U0001f600 \u202e\u2066",
    "Tab\tand\nline\r\nend",
    "'\"><feed xmlns='http://www.w3.org/2005/Atom'>",
)
BROKEN_ATOM = (
    ("<updated>2026-03-27T06:00:00Z</updated>", ""),
    ("2026-03-27T06:00:00Z", "27 March 2026"),
    ("<author><name>X</name></author>", ""),
    ("<id>urn:x</id>", "<id>urn:x</id><id>urn:y</id>"),
)
SMALL_ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x</id><title>X</title><author><name>X</name></author>'
    "<updated>2026-03-27T06:00:00Z</updated><entry><id>urn:z</id><title>Z</title><link href='https://x.example'/>"
    "<updated>2026-03-27T06:00:00Z</updated></entry></feed>"
)


def atom_faults(text: str) -> list[str]:
    """What the grammar of RFC 4287, and the rules that stand in it, say against the feed."""
    grammar: Any = etree.parse(HERE / "atom.rng")
    judge: Any = etree.RelaxNG(grammar)
    feed: Any = etree.fromstring(text.encode())
    judge.validate(feed)
    return [each.message for each in judge.error_log] + [
        rule.text
        for rule in grammar.iterfind(".//s:assert", RULES)
        for part in feed.xpath(f"descendant-or-self::{rule.getparent().get('context')}", namespaces=RULES)
        if not part.xpath(f"boolean({rule.get('test')})", namespaces=RULES)
    ]


def json_faults(text: str) -> list[str]:
    """What the schema of JSON Feed 1.1 says against the feed."""
    judge = fastjsonschema.compile(json.loads((HERE / "jsonfeed.json").read_text(encoding="utf-8")))
    try:
        judge(json.loads(text))
    except fastjsonschema.JsonSchemaException as fault:
        return [str(fault)]
    return []


async def faults(pages: Pages, **params: str) -> list[str]:
    """What is wrong with both feeds of the question."""
    atom, as_json = (await pages.feed(params, ATOM)).text, (await pages.feed(params, JSON)).text
    return atom_faults(atom) + json_faults(as_json)


@pytest.mark.parametrize(("said", "instead"), BROKEN_ATOM)
def test_the_judge_of_atom_sees_what_is_wrong(said: str, instead: str) -> None:
    """A feed that is as it should be passes; without a date, a person or with two ids it does not."""
    assert atom_faults(SMALL_ATOM) == []
    assert atom_faults(SMALL_ATOM.replace(said, instead)) != []


@pytest.mark.parametrize("change", [{"version": "2"}, {"title": None}, {"items": [{"id": "1"}]}, {"feed": "x"}])
def test_the_judge_of_json_feed_sees_what_is_wrong(change: dict[str, Any]) -> None:
    """Another version, no title, an item without content, a key that the format does not know."""
    small = {"version": "https://jsonfeed.org/version/1.1", "title": "X", "items": [{"id": "1", "content_text": "X"}]}
    assert json_faults(json.dumps(small)) == []
    assert json_faults(json.dumps(small | change)) != []


async def test_feeds_of_an_empty_archive_are_valid(store: Any) -> None:
    """Of all signals and of a question that finds nothing."""
    pages = Pages(store, SITE)
    assert await faults(pages) == []
    assert await faults(pages, q="copper", strength="8") == []


@pytest.mark.parametrize(
    "params", [{}, {"topic": "ai", "strength": "8"}, {"q": "<b>memory</b> & “chips”"}, {"since": "2026-03-01"}]
)
async def test_feeds_of_all_and_of_a_filter_are_valid(
    store: Any, archive: tuple[Signal, ...], params: dict[str, str]
) -> None:
    """With a signal whose words are hostile among them."""
    assert await faults(Pages(store, SITE), **params) == []


async def test_feeds_of_a_label_are_valid(store: Any, archive: tuple[Signal, ...]) -> None:
    """Also of an actor whose name is markup."""
    pages = Pages(store, SITE)
    for kind, segment in ((CategoryKind.TOPIC, "topics"), (CategoryKind.ACTOR, "actors")):
        for label in await store.archive.labels(kind):
            part = label.value.casefold() if kind is CategoryKind.TOPIC else label.value
            found = await pages.label_feed(segment, part, ATOM)
            assert found.status == 404 or atom_faults(found.text) == []


async def test_feeds_of_a_changed_signal_are_valid(store: Any, archive: tuple[Signal, ...]) -> None:
    """Its last change may be said in any words."""
    signal = await store.signals.get(1)
    revision = Revision(1, len(signal.revisions) + 1, MORNING, "\x1b <b>AT&T</b> denies it", None, make.strength(2))
    changed = replace(signal, strength=make.strength(2), revisions=(*signal.revisions, revision))
    await store.signals.save(Batch(signals=(changed,)), MORNING)
    assert await faults(Pages(store, SITE)) == []


@pytest.mark.parametrize("words", NASTY)
async def test_any_text_makes_a_valid_feed(store: Any, words: str) -> None:
    """What XML cannot hold, what would end what it stands in, and what acts on a screen, wherever it comes from."""
    (kept,) = await make.stored(store, make.article(1, title=f"Title {words}"))
    signal = make.signal(
        1,
        title=f"Claim {words}",
        analysis=f"Analysis {words}",
        topics=(f"AI {words}",),
        actors=(words,),
        articles=(make.member(kept, reasoning=(words,)),),
    )
    await store.signals.save(Batch(signals=(signal,)), MORNING)
    pages = Pages(store, SITE)
    assert await faults(pages) == []
    assert await faults(pages, q=words) == []
    (item,) = json.loads((await pages.feed({}, JSON)).text)["items"]
    said = (item["title"], item["content_html"], *item["tags"])
    assert not set("\x08\x1b\x7f\u202e\uffff").intersection("".join(said))
