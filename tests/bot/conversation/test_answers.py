"""Questions about a signal: which kind, read from the record or from its sources, every quote checked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from bot.analysts.extractive import Extractive
from bot.briefing.views.strength_view import record_lines
from bot.conversation import answer_view, answers
from bot.conversation.question import Kind, understand
from bot.conversation.request import Request
from bot.model.evidence import Evidence
from bot.model.finding import Stance
from bot.model.messages import Audience, Quote, plain
from bot.model.question import Answer, AnswerPart, QuestionRecord
from bot.model.signal import Batch, Dossier
from bot.model.stores import Store
from tests import make
from tests.clock import FakeClock
from tests.talk import GUEST, Reader, Talk, archive, open_talk


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("why?", Kind.WHY), ("Why does it matter?", Kind.WHY), ("explain", Kind.WHY), ("how come?", Kind.WHY),
        ("how strong is it?", Kind.STRENGTH), ("why only 6?", Kind.STRENGTH), ("why so strong?", Kind.STRENGTH),
        ("how sure are you?", Kind.STRENGTH), ("evidence?", Kind.EVIDENCE), ("sources", Kind.EVIDENCE),
        ("says who?", Kind.EVIDENCE), ("what’s the evidence?", Kind.EVIDENCE), ("how do you know?", Kind.EVIDENCE),
        ("who is involved?", Kind.WHO), ("who?", Kind.WHO), ("and who else?", Kind.WHO), ("key actors", Kind.WHO),
        ("what changed?", Kind.CHANGED), ("what's new since Tuesday?", Kind.CHANGED), ("when?", Kind.CHANGED),
        ("when was it first seen?", Kind.CHANGED), ("history", Kind.CHANGED),
        ("what contradicts it?", Kind.CONTRARY), ("does anyone dispute this?", Kind.CONTRARY),
        ("is it denied by anybody?", Kind.CONTRARY), ("what would change your mind?", Kind.MIND),
        ("is it still true?", Kind.STILL), ("what is related?", Kind.RELATED), ("related signals", Kind.RELATED),
        ("why isn’t it stronger?", Kind.STRENGTH), ("why is the strength only 8?", Kind.STRENGTH),
        ("why not 9?", Kind.STRENGTH), ("what would make it stronger?", Kind.STRENGTH),
        ("is it confirmed?", Kind.STRENGTH), ("why moderate confidence?", Kind.STRENGTH),
        ("why did its strength rise?", Kind.CHANGED), ("when did the second publisher confirm it?", Kind.CHANGED),
        ("what’s the latest on this?", Kind.CHANGED), ("has anything changed since Monday?", Kind.CHANGED),
        ("and how old is it?", Kind.CHANGED), ("who reported it first?", Kind.CHANGED),
        ("show me the history", Kind.CHANGED), ("when was this?", Kind.CHANGED),
        ("how many publishers tell it?", Kind.EVIDENCE), ("which sources say that?", Kind.EVIDENCE),
        ("can you tell me who is involved?", Kind.WHO), ("which companies are affected?", Kind.WHO),
        ("is it related to anything else?", Kind.RELATED), ("is there any doubt about it?", Kind.CONTRARY),
        ("why should I care?", Kind.WHY), ("what does it mean?", Kind.WHY), ("so what?", Kind.WHY),
        ("why only a 3?", Kind.STRENGTH), ("why just a 3?", Kind.STRENGTH), ("why this low?", Kind.STRENGTH),
        ("why such a low score?", Kind.STRENGTH), ("why is it an 8 and not a 9?", Kind.STRENGTH),
        ("why not a 10?", Kind.STRENGTH), ("why did you give it only a 4?", Kind.STRENGTH),
        ("why does it have a strength of 3?", Kind.STRENGTH), ("who else is involved?", Kind.WHO),
        ("who says otherwise?", Kind.CONTRARY), ("who reported this?", Kind.EVIDENCE),
        ("which countries are affected?", Kind.FREE), ("why such a low turnout?", Kind.FREE),
        ("which companies fell?", Kind.FREE), ("how many publishers went bankrupt?", Kind.FREE),
        ("why is it raining in Lisbon?", Kind.FREE), ("what is the latest model of Nimbus?", Kind.FREE),
        ("has anything changed hands?", Kind.FREE), ("is it confirmed that Nordline pays?", Kind.FREE),
        ("show me what Nordline said", Kind.FREE),
        ("why did Micron fall?", Kind.FREE), ("who said that prices fell?", Kind.FREE),
        ("when did the strike begin?", Kind.FREE), ("what about energy?", Kind.FREE),
        ("did the ministry deny the figure?", Kind.FREE), ("how strong was the storm?", Kind.FREE),
        ("who announced it?", Kind.EVIDENCE), ("who said so?", Kind.EVIDENCE), ("who announced the merger?", Kind.FREE),
        ("who disagrees?", Kind.CONTRARY), ("who is against it?", Kind.CONTRARY), ("how do we know?", Kind.EVIDENCE),
        ("who is against the new law?", Kind.FREE), ("what happens next?", Kind.FREE), ("who pays?", Kind.FREE),
    ],
)  # fmt: skip
def test_kinds(question: str, kind: Kind) -> None:
    """A question of a kind the record answers is known by its words; any other is free."""
    assert understand(question).kind is kind


@pytest.mark.parametrize(
    ("words", "text", "signal_id", "number"),
    [
        ("what contradicts 2?", "what contradicts", None, 2),
        ("who is involved in s42?", "who is involved ?", 42, None),
        ("what does story 3 say of tariffs?", "what does say of tariffs?", None, 3),
        ("how many ships waited in 12?", "how many ships waited in 12?", None, None),
        ("why not 9?", "why not 9?", None, None),
    ],
)
def test_what_names_the_signal_is_no_part_of_the_question(
    words: str, text: str, signal_id: int | None, number: int | None
) -> None:
    """An id or a number that says which signal is meant is known as such; a number in a free question stays in it."""
    found = understand(words)
    assert (found.text, found.signal_id, found.number) == (text, signal_id, number)


async def test_a_number_that_is_not_at_hand_is_said_to_be_none(store: Store, clock: FakeClock) -> None:
    """A question for the record of number 9 is not answered with another signal's."""
    talk = await open_talk(store, clock)
    await archive(store)
    await reading(talk)
    assert await talk.say("what contradicts 9?") == "There is no number 9 in the brief at hand: it has 2 signals."


async def reading(talk: Talk) -> None:
    await talk.say("brief")
    await talk.say("why 2")


async def test_recorded_kinds_ask_no_analyst(store: Store, clock: FakeClock) -> None:
    """What was recorded is read out: the reader of this test would fail if it were asked."""
    talk = await open_talk(store, clock)
    await archive(store)
    talk.context = replace(talk.context, analyst=Liar())
    await reading(talk)
    assert "Harbour Union and Nordline." in await talk.say("who is involved?")
    assert "first seen" in await talk.say("what changed?")
    assert "None of its sources contradicts it." in await talk.say("what contradicts it?")
    assert "A second publisher that finds the opposite." in await talk.say("what would change your mind?")
    assert "Nothing stored contradicts it." in await talk.say("is it still true?")
    assert "7 = 3 consequence" in await talk.say("how strong is it?")
    assert "Nordline said" in await talk.say("says who?")


async def test_who_is_involved_is_shown_at_work(store: Store, clock: FakeClock) -> None:
    """The actors, then the sentences in which they do something; "who else" leaves out whom the thread has named, and
    where nobody is left it is refused."""
    talk = await open_talk(store, clock)
    await archive(store)
    said = await talk.say("who is involved in s42?", thread="t1")
    assert said.splitlines()[:2] == [
        "Harbour Union and Nordline.",
        "“Nordline said the detour costs $90,000 a ship.” Gazette do Sul",
    ]
    assert (await talk.say("and who else?", thread="t1")).startswith(
        "The sources do not say. They name nobody else who does something in it."
    )
    other = await talk.say("who else is involved in s42?", thread="t2")
    assert other.startswith("Nordline.\n“Nordline said")


async def test_a_why_question_in_a_thread_is_about_its_signal(store: Store, clock: FakeClock) -> None:
    """However well another signal's words fit, in the thread of one the question is about that one."""
    talk = await open_talk(store, clock)
    await archive(store)
    await talk.say("why s42", thread="t1")
    await talk.say("why did growers and cities fight over dockers?", thread="t1")
    assert talk.heard[-1].signal_id == 42


async def test_a_headline_is_shown_as_one(store: Store, clock: FakeClock) -> None:
    """What only a headline says is shown as its publisher's headline, linked, and not as a quote; one that no article
    has is not shown."""
    await archive(store)
    dossier = await store.signals.dossier(42)
    assert dossier is not None
    title = dossier.texts[0].title
    true = AnswerPart(title, headline=dossier.texts[0].id)
    made_up = AnswerPart("Everybody goes home", headline=dossier.texts[0].id)
    checked = answer_view.verified(Answer((true, made_up)), dossier)
    assert checked.parts == (true,)
    shown = answer_view.answer_message(checked, dossier)
    assert not any(isinstance(block, Quote) for block in shown.blocks)
    assert plain(shown).startswith(f"Asahi Ledger has it in a headline alone: {title}")
    assert answer_view.verified(Answer((made_up,)), dossier).silent


async def test_how_sure_an_answer_is_depends_on_who_says_it(store: Store, clock: FakeClock) -> None:
    """More publishers, more confidence, that of a headline alone included; where another contradicts, little."""
    await archive(store)
    dossier = await store.signals.dossier(42)
    assert dossier is not None
    one, two = (make.evidence(each, 0) for each in dossier.texts)
    both = plain(answer_view.answer_message(Answer((AnswerPart("", (one, two)),)), dossier))
    assert "Confidence moderate: 2 publishers are quoted, Asahi Ledger and Gazette do Sul." in both
    titled = (AnswerPart("", (one,)), AnswerPart(dossier.texts[1].title, headline=dossier.texts[1].id))
    assert "2 publishers are quoted" in plain(answer_view.answer_message(Answer(titled), dossier))
    first, second = dossier.signal.articles
    denied = replace(dossier.signal, articles=(first, replace(second, stance=Stance.CONTRADICTS)))
    said = plain(answer_view.answer_message(Answer((AnswerPart("", (one,)),)), replace(dossier, signal=denied)))
    assert "Confidence low: Asahi Ledger said so, and Gazette do Sul contradicts." in said


async def test_a_contradiction_is_found_when_asked_for(store: Store, clock: FakeClock) -> None:
    """What contradicts it, and whether it still holds, is answered with the contradicting quotes."""
    talk = await open_talk(store, clock)
    _, port, _ = await archive(store)
    denied = replace(port.articles[1], stance=Stance.CONTRADICTS)
    grown = replace(port, articles=(port.articles[0], denied))
    await store.signals.save(Batch(signals=(grown,)), clock.now())
    await reading(talk)
    for question in ("what contradicts it?", "is it still true?"):
        said = await talk.say(question)
        assert "“Nordline said the detour costs $90,000 a ship.” Gazette do Sul (contradicts)" in said


async def test_who_objects_in_the_texts_is_said_where_nothing_contradicts(store: Store, clock: FakeClock) -> None:
    """No source contradicts the signal, but somebody quoted in one of them does."""
    talk = await open_talk(store, clock)
    text = "Ferrona shut its smelter on Monday. The union called it “a betrayal”."
    (kept,) = await make.stored(store, make.article(1, text, title="Ferrona shuts its smelter"))
    signal = make.signal(kept.id, title=kept.title, articles=(make.member(kept),), revisions=())
    await store.signals.save(Batch(readings=(make.finding(kept.id),), signals=(signal,)), clock.now())
    said = await talk.say(f"who disagrees with s{kept.id}?")
    assert said.splitlines()[:3] == [
        "None of its sources contradicts it.",
        "But somebody in them objects:",
        "“The union called it “a betrayal”.” Meridian Times",
    ]


async def test_few_words_after_an_answer_go_on_from_it(store: Store, clock: FakeClock) -> None:
    """“Who says so?” is answered with who said what was answered, “since when?” by the texts; after what the record
    answered, by the record."""
    talk = await open_talk(store, clock)
    talk.context = replace(talk.context, analyst=Extractive())
    await archive(store)
    await talk.say("why s42", thread="t1")
    assert "First seen on" in await talk.say("since when?", thread="t1")
    await talk.say("what does the detour cost a ship?", thread="t1")
    said = await talk.say("who says so?", thread="t1")
    assert said.splitlines()[:2] == [
        "“Nordline said the detour costs $90,000 a ship.” Gazette do Sul",
        "s42: Driverless cranes are closing Noordhaven as dockers strike",
    ]
    await talk.say("where did dock workers stop work?", thread="t1")
    assert "stopped work on Monday" in await talk.say("since when?", thread="t1")


async def test_a_free_question_is_answered_from_the_sources(store: Store, clock: FakeClock) -> None:
    """The best stored sentence, linked to its place, then the confidence, then which signal it was about."""
    talk = await open_talk(store, clock)
    await archive(store)
    await reading(talk)
    said = await talk.say("what does the detour cost a ship?")
    assert said.splitlines()[0] == "“Nordline said the detour costs $90,000 a ship.” Gazette do Sul"
    assert "Confidence moderate: only Gazette do Sul says so." in said
    assert [reply.final for reply in talk.heard] == [False, True]
    quote = next(block for block in talk.heard[-1].message.blocks if isinstance(block, Quote))
    assert quote.link is not None
    assert ":~:text=" in quote.link


async def test_what_the_sources_do_not_say(store: Store, clock: FakeClock) -> None:
    """Where nothing in the signal answers, it says so, with what came nearest, labelled."""
    talk = await open_talk(store, clock)
    await archive(store)
    await reading(talk)
    said = await talk.say("what does the mayor of the harbour city think about tariffs?")
    assert said.splitlines()[0] == "The sources do not say."
    assert said.splitlines()[1] == "What came nearest, without answering it:"


class Liar(Reader):
    """An analyst that quotes what stands nowhere, beside one true sentence."""

    async def answer(self, question: str, dossier: Dossier, history: Sequence[QuestionRecord]) -> AsyncIterator[Answer]:
        assert question == "what does the detour cost?", "a recorded kind asked the analyst"
        text = dossier.texts[0]
        true = Evidence(text.id, 0, 12, 0, 4, text.text[:12])
        made_up = Evidence(text.id, 0, 12, 0, 4, "Never was it")
        elsewhere = Evidence(999, 0, 4, 0, 4, "None")
        parts = (
            AnswerPart("It costs a million.", (made_up,)),
            AnswerPart("Somebody else says so.", (elsewhere,)),
            AnswerPart("Half of this is true.", (true, made_up)),
            AnswerPart("So ships will go elsewhere.", inference=True),
        )
        yield Answer(parts, answered_by=self.name)


async def test_no_quote_without_proof(store: Store, clock: FakeClock) -> None:
    """A quote that does not stand in the stored text is not shown, nor the sentence that rested on it alone."""
    talk = await open_talk(store, clock)
    await archive(store)
    await reading(talk)
    talk.context = replace(talk.context, analyst=Liar())
    said = await talk.say("what does the detour cost?")
    assert said.splitlines()[:3] == [
        "Half of this is true.",
        "“Dock workers” Asahi Ledger",
        "So ships will go elsewhere. (our inference)",
    ]
    assert "Never was it" not in said
    assert "million" not in said


async def test_nothing_but_false_quotes_is_silence(store: Store, clock: FakeClock) -> None:
    """An answer that keeps no quote is none."""
    dossier = Dossier((await archive(store))[0], ())
    said = Answer((AnswerPart("So it is.", (Evidence(1, 0, 4, 0, 4, "Nope"),)), AnswerPart("Indeed.")))
    assert answer_view.verified(said, dossier).silent


async def test_a_line_that_is_not_on_record_is_none(store: Store, clock: FakeClock) -> None:
    """What an analyst says was recorded is shown only where it was; a sentence with nothing left under it goes."""
    dossier = Dossier((await archive(store))[1], ())
    line = next(each for each in record_lines(dossier.signal) if "a second publisher confirms" in each)
    invented = AnswerPart("It is certain.", record=("Confidence high: everybody says so.",))
    part = AnswerPart("It was confirmed.", record=(line, *invented.record))
    checked = answer_view.verified(Answer((part, invented)), dossier)
    assert [(each.text, each.record) for each in checked.parts] == [("It was confirmed.", (line,))]
    assert answer_view.verified(Answer((invented,)), dossier).silent


async def test_questions_are_kept_by_thread(store: Store, clock: FakeClock) -> None:
    """Question, answer, signal and quotes are kept with their thread, until it is forgotten."""
    talk = await open_talk(store, clock)
    await archive(store)
    await talk.say("brief")
    await talk.say("why s42", thread="t1")
    await talk.say("what does the detour cost a ship?", thread="t1")
    kept = await store.questions.thread(talk.channel.id, "t1", 9)
    assert [(each.question, each.signal_id) for each in kept] == [
        ("why s42", 42),
        ("what does the detour cost a ship?", 42),
    ]
    assert [cite.quote for cite in kept[1].cited] == ["Nordline said the detour costs $90,000 a ship."]
    assert "Nordline" in kept[1].answer
    assert await talk.say("forget", thread="t1") == "Forgotten: 2 questions of this thread with the answers."
    assert await store.questions.thread(talk.channel.id, "t1", 9) == ()


async def test_the_operator_may_see_what_was_asked(store: Store, clock: FakeClock) -> None:
    """The newest first, with when, by whom and where, and how the answer begins; nobody else may; what was forgotten
    is gone."""
    talk = await open_talk(store, clock)
    await archive(store)
    await talk.say("what does the detour cost a ship?", thread="t1", asker=GUEST)
    await talk.say("how strong is s41?", thread="t2")
    said = await talk.say("questions")
    assert said.startswith("2 questions:")
    first, second = (line for line in said.splitlines() if " in this terminal: " in line)
    assert "today at 08:30, Anna in this terminal: “how strong is s41?” (s41) — Nimbus Memory’s method" in first
    assert "Ben in this terminal: “what does the detour cost a ship?” (s42) — " in second
    assert "$90,000 a ship" in second
    assert "detour" not in await talk.say("questions s41")
    assert await talk.say("questions", asker=GUEST) == "Only the operator of this bot may do that."
    await talk.say("forget", thread="t1")
    assert "detour" not in await talk.say("questions")
    assert await talk.say("questions zebra") == "Nothing with “zebra” was asked, or it was forgotten."


async def test_what_was_asked_elsewhere_is_not_told_among_others(store: Store, clock: FakeClock) -> None:
    """In a channel the operator is told what was asked in it; alone with the bot, what was asked anywhere."""
    talk = await open_talk(store, clock)
    await archive(store)
    await talk.say("how strong is s41?")
    settings = await talk.settings()
    talk.channel, _ = await store.channels.ensure("slack", "C1", "#markets", settings, clock.now())
    assert await talk.say("questions") == "Nothing was asked here, or it was forgotten."
    await talk.say("how strong is s42?")
    assert "s41" not in await talk.say("questions")
    everywhere = await talk.say("questions", private=True)
    assert "Anna in this terminal: “how strong is s41?”" in everywhere
    assert "Anna in #markets on Slack: “how strong is s42?”" in everywhere
    assert talk.heard[-1].audience is Audience.ASKER


async def test_more_gives_the_rest(store: Store, clock: FakeClock) -> None:
    """A long answer is cut where it may be, `more` gives the rest, and then there is no more."""
    talk = await open_talk(store, clock)
    _, port, _ = await archive(store)
    paragraphs = tuple(f"Paragraph {n}. " + "It goes on. " * 60 for n in range(12))
    grown = replace(port, articles=(replace(port.articles[0], reasoning=paragraphs), *port.articles[1:]))
    await store.signals.save(Batch(signals=(grown,)), clock.now())
    first = await talk.say("show s42")
    assert "There is more: “more”." in first
    assert talk.buttons["More"] == "more q1"
    rest: list[str] = []
    while "There is more" in (first if not rest else rest[-1]):
        rest.append(await talk.say("more"))
    shown = "\n".join((first, *rest))
    assert [shown.count(f"Paragraph {n}.") for n in range(12)] == [1] * 12
    assert await talk.say("more") == "There is no more: the last answer here was shown whole."


async def test_a_question_about_no_signal_goes_to_the_archive(store: Store, clock: FakeClock) -> None:
    """Without a signal at hand the best of the archive answers, and says which it is."""
    talk = await open_talk(store, clock)
    await archive(store)
    said = await talk.say("what is the price of an acre-foot of water?")
    assert "“The price is $310 an acre-foot, said the Lumo Growers Board.” Kesa Courier" in said
    assert "s43: Cities are buying water rights from growers" in said
    assert (await talk.say("who won the cup final?")).startswith("The sources do not say.")


async def test_a_wide_question_is_put_to_few(store: Store, clock: FakeClock) -> None:
    """Each signal it is put to may cost a call: of many only those whose texts hold most of it are asked."""
    talk = await open_talk(store, clock)
    plain_ = "A mayor opened a bridge on Monday. The river is wide there."
    telling = "A mayor opened a bridge on Monday. The lanterns of Kesa are made of whalebone."
    kept = await make.stored(
        store, *(make.article(n, telling if n == 7 else f"{plain_} Number {n}.", sha256=f"{n}") for n in range(1, 10))
    )
    signals = [
        make.signal(n, title=f"Bridges open {n}", analysis="…", actors=(), articles=(make.member(one),))
        for n, one in enumerate(kept, 1)
    ]
    await store.signals.save(Batch(signals=tuple(replace(each, revisions=()) for each in signals)), clock.now())
    counting = Counting()
    talk.context = replace(talk.context, analyst=counting)
    where = Request(talk.said("?"), talk.channel, talk.context)
    question = replace(understand("what are the lanterns of Kesa made of?"), first=(3,), last=tuple(range(1, 10)))
    replies = [each async for each in answers.answer(question, where)]
    assert counting.asked == [3, 7]
    assert "whalebone" in plain(replies[-1].message)
    counting.asked.clear()
    async for _reply in answers.answer(replace(understand("what is zinc worth?"), last=tuple(range(1, 10))), where):
        pass
    assert len(counting.asked) == answers.PUT
    counting.asked.clear()
    async for _reply in answers.answer(replace(question, first=(), last=(2, 4, 7, 5)), where):
        pass
    assert counting.asked == [2, 4, 7], "as many as may be asked are asked in their order, without reading their texts"


class Counting(Reader):
    """Keeps which signals it was asked about."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    async def answer(self, question: str, dossier: Dossier, history: Sequence[QuestionRecord]) -> AsyncIterator[Answer]:
        self.asked.append(dossier.signal.id)
        async for each in super().answer(question, dossier, history):
            yield each


async def test_an_empty_archive_does_not_say(store: Store, clock: FakeClock) -> None:
    """With nothing stored the answer is that the sources do not say."""
    talk = await open_talk(store, clock)
    assert await talk.say("who won the cup?") == "The sources do not say. Nothing stored comes near the question."
    assert "There are no signals yet" in await talk.say("why?")
