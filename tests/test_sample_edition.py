"""The sample edition through the whole pipeline: stories are signals, noise is rejected, orders are only text."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.app.application import App
from bot.app.opening import open_app
from bot.app.sample_edition import replay_sample
from bot.briefing import briefs
from bot.briefing.service import local_date
from bot.briefing.views.as_json import edition_json, signal_json
from bot.cli import checks
from bot.conversation.dispatch import respond
from bot.model import settings
from bot.model.brief import Brief
from bot.model.event import Asker, Event
from bot.model.finding import Stance
from bot.model.messages import plain
from bot.model.signal import ConfidenceLevel, Signal

MORNING = datetime(2026, 3, 27, 7, 40, tzinfo=UTC)

STORIES = {
    "glass": (
        "amakusa-glass-core-volume",
        "oxlade-moves-packaging-to-glass",
        "inazuka-loses-a-quarter",
        "lautental-laser-bottleneck",
        "penang-retrains-for-glass",
    ),
    "hydrogen": (
        "hydrogen-network-to-be-halved",
        "nordkern-withdraws-compressor-tenders",
        "huettendorf-postpones-hydrogen-furnace",
        "dutch-link-halted-hydrogen",
        "ministry-denies-hydrogen-network-halved",
    ),
    "drought": (
        "malisho-cover-pays-herders",
        "malisho-payout-hay-market",
        "donors-copy-malisho-cover",
        "correction-malisho-cover-households",
    ),
    "marrowick": ("marrowick-dockers-walk-out", "marrowick-strike-ships-divert", "marrowick-settlement-crane-levy"),
    "aracai": ("aracai-dockers-strike-cranes", "aracai-strike-soy-queue", "aracai-tribunal-remote-cranes"),
}
COPIES = {
    "chip-giant-glass-penang": "glass",
    "oxlade-glass-inazuka-orders": "glass",
}
NOISE = (
    "mariners-late-winner",
    "haraldsen-wins-the-mile",
    "jaxon-vale-haircut",
    "mimi-kestrel-wedding-dress",
    "press-release-voltessa-ultracell",
    "opinion-the-meeting-that-should-not-end",
    "live-storm-idris",
    "nine-desk-gadgets",
    "sponsored-lunavie-sleep",
    "your-stars-and-weather",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[App]:
    folder = tmp_path_factory.mktemp("sample")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder))
        loaded = settings.load(now=MORNING, brief=settings.BriefSettings(timezone="UTC"))
        async with open_app(loaded, sample=True) as opened:
            await replay_sample(opened)
            yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def archive(app: App) -> dict[str, Signal]:
    """Each article's slug and the signal it stands in."""
    found = {}
    async for signal in app.store.signals.every():
        for member in signal.articles:
            found[Path(member.link or "").stem] = signal
    return found


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(autouse=True)
def no_network() -> None:
    """The module's own app outlives a test, so the guard of each test does not apply; its transport opens no socket."""


@pytest.mark.parametrize("story", STORIES)
async def test_a_story_is_one_signal(archive: dict[str, Signal], story: str) -> None:
    """What several publishers tell over days, denied or corrected, is one signal, and nothing else is in it."""
    homes = {archive[slug].id for slug in STORIES[story]}
    assert len(homes) == 1
    copies = {slug for slug, of in COPIES.items() if of == story}
    signal = archive[STORIES[story][0]]
    assert {Path(m.link or "").stem for m in signal.articles} == {*STORIES[story], *copies}


async def test_stories_that_are_easily_confused_stay_apart(archive: dict[str, Signal]) -> None:
    """Two strikes over the same cranes in two ports are two signals."""
    assert archive["marrowick-dockers-walk-out"].id != archive["aracai-dockers-strike-cranes"].id


async def test_wire_copies_have_no_voice(archive: dict[str, Signal]) -> None:
    """A copy stands in its original's signal, and is no independent publisher."""
    for slug in COPIES:
        signal = archive[slug]
        assert {Path(m.link or "").stem for m in signal.articles if m.stance is Stance.COPY} == set(COPIES)
        assert not any("Harbour City" in fact for fact in signal.strength.corroboration.facts)


async def test_noise_is_in_no_signal(archive: dict[str, Signal]) -> None:
    """Sport, celebrity, a press release, an opinion, a live blog, a list, an advert and a horoscope are rejected."""
    assert [slug for slug in NOISE if slug in archive] == []


async def test_one_strong_article_is_enough(archive: dict[str, Signal]) -> None:
    """The edition's reference signal: one publisher, 4 + 2 + 2 + 0 = 8, told alone."""
    signal = archive["turbine-makers-shed-62bn"]
    assert [part.points for _, part in signal.strength.parts()] == [4, 2, 2, 0]
    assert len(signal.articles) == 1


async def test_a_denial_contradicts_and_confirms_nothing(archive: dict[str, Signal]) -> None:
    """The ministry's denial stands as contrary evidence, lowers confidence, and is no fifth voice."""
    signal = archive["ministry-denies-hydrogen-network-halved"]
    denial = next(m for m in signal.articles if m.stance is Stance.CONTRADICTS)
    assert "denies" in denial.title
    assert signal.contrary
    assert signal.confidence.level is ConfidenceLevel.LOW
    assert not any("Northpost" in fact for fact in signal.strength.corroboration.facts)


async def test_a_correction_is_treated_as_one(archive: dict[str, Signal]) -> None:
    """The publisher's correction is a member that corrects."""
    signal = archive["correction-malisho-cover-households"]
    assert [m.stance for m in signal.articles if "Correction" in m.title] == [Stance.CORRECTS]


async def test_orders_in_an_article_are_only_text(app: App, archive: dict[str, Signal]) -> None:
    """An article that gives orders is weighed like any other: no order is quoted, obeyed, or turned into markup."""
    signal = archive["toronto-transit-cards-phones"]
    assert signal.strength.total < 6
    assert len(signal.articles) == 1
    quotes = " ".join(quote.quote.lower() for m in signal.articles for quote in m.evidence)
    assert "ignore" not in quotes
    assert "<!channel>" not in quotes
    assert await app.store.channels.mutes((await app.terminal()).id, MORNING) == ()


async def test_what_can_only_be_had_in_part_says_so(archive: dict[str, Signal]) -> None:
    """A missing page and one that robots.txt closes leave the summary, with the reason beside it."""
    for slug, why in (
        ("polish-bank-branches-public-counters", "404"),
        ("straits-mutual-hourly-cyclone-cover", "robots"),
    ):
        (member,) = archive[slug].articles
        assert member.text_from == "summary"
        assert why in (member.text_note or "")


async def test_every_quote_stands(app: App) -> None:
    """The audit cuts every stored quote again and finds each as it was."""
    checked, wrong = await checks.audit(app.store.signals)
    assert checked > 60
    assert wrong == ()


async def test_the_mornings_before_were_told(app: App) -> None:
    """What was said on them is on its way no more: whoever opens the terminal hears of today alone."""
    (dates,) = (await app.store.briefs.dates(date(2026, 1, 1))).values()
    assert len(dates) == 4
    assert await app.store.outbox.idle("console")


async def test_the_fifth_morning_says_what_changed(app: App) -> None:
    """Earlier mornings were told: what is back says what changed since, and the unchanged is not told again."""
    channel = await app.terminal()
    edition = await briefs.edition(app.store, channel, local_date(channel, app.clock.now()), app.clock.now())
    assert isinstance(edition, Brief)
    deltas = {item.signal.id: item.delta for item in edition.items}
    assert any(delta == "new" for delta in deltas.values())
    assert any("contradicts" in delta for delta in deltas.values())
    assert all(delta.startswith(("new", "since ")) for delta in deltas.values())
    strengths = [item.signal.strength.total for item in edition.items]
    assert strengths == sorted(strengths, reverse=True)
    assert min(strengths) >= channel.settings.bar


async def test_what_programs_rely_on_is_plain_json(app: App) -> None:
    """The brief and every signal of the archive are JSON, and the numbers in them add up."""
    channel = await app.terminal()
    edition = await briefs.edition(app.store, channel, local_date(channel, app.clock.now()), app.clock.now())
    said = json.loads(json.dumps(edition_json(edition)))
    assert said["account"]["sources"] == 10
    async for signal in app.store.signals.every():
        shape: dict[str, Any] = json.loads(json.dumps(signal_json(signal)))
        assert shape["strength"] == max(1, sum(shape["parts"].values()))


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("how many containers or ships were diverted from Marrowick?", "14 ships"),
        ("why turbine", "lost $62bn of market value"),
        ("what is the capital of Mongolia?", "sources do not say"),
    ],
)
async def test_questions_are_answered_from_the_sources_or_not_at_all(app: App, asked: str, answered: str) -> None:
    """A free question gets stored sentences; what no source says is not said."""
    channel = await app.terminal()
    event = Event("console", asked, "local", "", Asker("t", "you", operator=True), asked, MORNING)
    said = [plain(reply.message) async for reply in respond(event, channel, app.context)]
    assert answered.lower() in said[-1].lower()
