"""Talking with the bot in Slack: what people do there, and what they see."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.briefing.amending import AmendmentWatch, amend_due
from bot.briefing.schedule import alert_due
from bot.model.channel import FOREVER
from bot.model.stores import Store
from tests.changes import corrected, grown, lost
from tests.clock import PATIENCE, FakeClock
from tests.handlers.bot import TODAY, Bot
from tests.handlers.slack.conftest import Open
from tests.servers.slack import Broken, Limited, Lost, Message, NoConnection, Refused, Slack
from tests.servers.slack_world import elements_of


def brief(slack: Slack, channel: str = "signals") -> Message:
    return next(each for each in slack.messages(channel) if "2 signals" in each.words)


async def answer(slack: Slack, bot: Bot, channel: str, thread: Message | str | None = None) -> Message:
    """What the bot said last there."""
    await bot.at_rest()
    return slack.messages(channel, thread=thread)[-1]


def struck_in(blocks: Any) -> Iterator[str]:
    """The texts that are struck through."""
    if isinstance(blocks, list):
        for each in blocks:
            yield from struck_in(each)
    elif isinstance(blocks, dict):
        if blocks.get("style") in ({"strike": True}, {"bold": True, "strike": True}):
            yield blocks["text"]
        yield from struck_in(list(blocks.values()))


def texts(messages: Sequence[Message]) -> list[str]:
    return [each.words for each in messages]


# --- joining and leaving ---------------------------------------------------------------------------------------------


async def test_invited_it_says_once_what_it_will_do(slack: Slack, bot: Bot) -> None:
    """What it does, when the next brief comes, and how to change that; not again after a restart or a second event."""
    invited = await slack.invites("news")
    await bot.at_rest()
    (hello,) = slack.messages("news")
    for words in (
        "one brief in the morning",
        "The next brief comes on Monday 30 March at 07:30 (Europe/Rome).",
        "help",
    ):
        assert words in hello.words
    await slack.redelivers(invited)
    await bot.at_rest()
    assert len(slack.messages("news")) == 1
    assert (await bot.channel(slack.room("news").id)).name == "#news"


async def test_it_learns_where_it_is_when_it_starts(slack: Slack, opened: Open) -> None:
    """Invited or removed while it was not running: at the next start it says hello, or stops and tells the operator."""
    async with opened() as bot:
        await bot.at_rest()
        assert len(slack.messages("board")) == 1
    await slack.invites("news")
    await slack.removes("board")
    async with opened(operator={"users": ["U0OLGA0001"]}) as bot:
        await bot.at_rest()
        assert len(slack.messages("news")) == 1
        assert not (await bot.channel(slack.room("board").id)).active
        assert "speaks no more in #board" in slack.messages("@olga")[-1].words
    assert len(slack.messages("signals")) == 1


async def test_channels_named_in_the_settings_begin_by_themselves(slack: Slack, opened: Open) -> None:
    """A public channel is joined; one it cannot join is named in the log with what to do."""
    async with opened(slack={"channels": "#news"}) as bot:
        await bot.at_rest()
        assert "one brief in the morning" in slack.messages("news")[-1].words


async def test_a_channel_it_cannot_join_is_named(slack: Slack, opened: Open, caplog: pytest.LogCaptureFixture) -> None:
    """A private channel must invite it."""
    async with opened(slack={"channels": "secret, news"}):
        assert "Slack knows no channel “secret”; invite the bot there if it is private." in caplog.text


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("removes", "it was removed from the channel"),
        ("archives", "the channel was archived"),
        ("deletes", "the channel was deleted"),
    ],
)
async def test_gone_from_a_channel_it_stops_there(slack: Slack, bot: Bot, what: str, why: str) -> None:
    """It keeps the settings, tells the operator once, and goes on from them where it is invited again."""
    await slack.says("anna", "signals", "@bellwether bar 9")
    await bot.at_rest()
    await getattr(slack, what)("signals")
    await bot.at_rest()
    channel = await bot.channel(slack.room("signals").id)
    assert (channel.active, channel.settings.bar) == (False, 9)
    told = [each for each in slack.messages("@olga") if "#signals" in each.words]
    assert texts(told) == [
        f"The bot speaks no more in #signals on Slack: {why}. The settings are kept; add it there again to go on."
    ]


async def test_a_revoked_token_ends_it(slack: Slack, bot: Bot) -> None:
    """Whoever runs it learns why; what could not be sent waits for a new token."""
    await slack.revokes_token()
    why = await asyncio.wait_for(bot.platforms["slack"].ended(), PATIENCE)
    assert "install the app again" in why.lower()


async def test_a_token_found_dead_ends_it(slack: Slack, bot: Bot, store: Store) -> None:
    """Also where no event says so: the next message is kept, no channel is left, and the platform ends."""
    slack.script("chat.postMessage", Refused("token_revoked"))
    await slack.says("anna", "signals", "@bellwether strength 1")
    assert "revoked" in await asyncio.wait_for(bot.platforms["slack"].ended(), PATIENCE)
    assert len([each for each in await store.channels.active() if each.platform == "slack"]) == 2


# --- the brief -------------------------------------------------------------------------------------------------------


async def test_the_brief_is_one_message(slack: Slack, bot: Bot) -> None:
    """Header, account, a card a signal with its buttons; no unfurls, a fallback that reads well, nobody is rung."""
    message = brief(slack)
    assert message.words.startswith("The Bellwether · Friday 27 March\n2 signals · 3 articles from 4 sources")
    assert "●●●●●●●●○○ 8" in message.words
    assert "economic · AI · United States · 1 article · new" in message.words
    assert message.buttons == ("Why?", "More …") * 2
    assert message.text.startswith("The Bellwether, Friday 27 March: 2 signals. 1 Nimbus Memory’s method is ending")
    assert (message.sent["unfurl_links"], message.sent["unfurl_media"]) in ((False, False), ("0", "0"), ("false",) * 2)
    assert not message.rings


async def test_a_failed_channel_is_its_own_affair(slack: Slack, bot: Bot) -> None:
    """Slack asks one channel to wait; the other has its brief."""
    slack.script("chat.postMessage", Limited(retry_after=7))
    channel = await bot.channel(slack.room("board").id)
    await bot.services.briefing.tell(channel, TODAY)

    async def waiting() -> bool:
        (delivery,) = await bot.store.outbox.under(channel.id, f"brief:{TODAY}")
        return delivery.not_before is not None

    await bot.until(waiting)
    (delivery,) = await bot.store.outbox.under(channel.id, f"brief:{TODAY}")
    assert delivery.not_before == bot.context.clock.now() + timedelta(seconds=7)
    assert brief(slack, "signals")


async def test_a_watch_speaks_up(slack: Slack, bot: Bot, store: Store, clock: FakeClock) -> None:
    """Anna asks for it, everybody is told what is new there, whatever the bar; the button below ends it."""
    await slack.says("anna", "signals", "@bellwether watch trade")
    await bot.at_rest()
    assert "Watched for good: trade." in slack.messages("signals")[-1].words
    clock.advance(600)
    await grown(store, clock, 42, "the port closes")
    await alert_due(store, bot.services.briefing, clock, 3)
    await bot.at_rest()
    told = slack.messages("signals")[-1]
    assert told.words.startswith("The Bellwether · watched: trade\n")
    await slack.clicks("anna", told, "Stop watching")
    await bot.at_rest()
    assert "No longer watched: trade." in slack.messages("signals")[-1].words


async def test_what_was_taken_back_is_struck_in_the_brief(
    slack: Slack, bot: Bot, store: Store, clock: FakeClock
) -> None:
    """The told message is edited, its claim and its quote struck through, and a line stands in its thread."""
    clock.advance(600)
    await lost(store, clock, 41)
    await corrected(store, clock, 42)
    channel = await bot.channel(slack.room("signals").id)
    watch = AmendmentWatch()
    for _ in range(2):
        await amend_due(store, bot.services.briefing, clock, watch)
        await bot.at_rest()
    root = brief(slack)
    assert root.edited
    struck = "".join(struck_in(root.blocks))
    assert "Driverless cranes are closing Noordhaven" in struck
    assert "Memory prices fell by a third" in struck
    assert "Nimbus Memory’s method is ending" not in struck
    assert root.words.count("Corrected Friday 27 March: ") == 2
    lines = slack.messages("signals", thread=root)
    assert [each.words.partition(".")[0] for each in lines] == ["Correction"] * 2
    assert (await bot.store.corrections.of(channel.id, clock.now() - timedelta(days=1)))[0].amended
    await slack.says("ben", "signals", "@bellwether why 2?", thread=root)
    assert "Driverless cranes" in (await answer(slack, bot, "signals", root)).words


# --- asking ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["why 1?", "@bellwether why 1?", "Why the memory one?"])
async def test_why_in_the_brief_s_thread(slack: Slack, bot: Bot, said: str) -> None:
    """With and without a mention the answer stands in the thread, with quotes and links, for all to see."""
    root = brief(slack)
    await slack.says("ben", "signals", said, thread=root)
    found = await answer(slack, bot, "signals", root)
    assert "Nimbus Memory’s method is ending the memory shortage premium" in found.words
    assert "“Memory prices fell by a third" in found.words
    assert "4 consequence + 2 evidence + 2 novelty + 0 corroboration" in found.words
    assert found.only_for is None
    links = [each for each in _elements(found.blocks) if each.get("type") == "link"]
    assert any("meridiantimes.example" in each["url"] and "#:~:text=" in each["url"] for each in links)


def _elements(blocks: object) -> list[dict[str, str]]:
    if isinstance(blocks, dict):
        return [blocks, *(each for value in blocks.values() for each in _elements(value))]
    return [each for value in blocks for each in _elements(value)] if isinstance(blocks, list) else []


async def test_a_mention_anywhere_is_answered_under_it(slack: Slack, bot: Bot) -> None:
    """The mention comes twice and is answered once; what follows in its thread needs no mention, and has memory."""
    asked = await slack.says("ben", "signals", "@bellwether how strong is the cranes one?", mention_first=True)
    found = await answer(slack, bot, "signals", asked.payload)
    assert "7 = 3 consequence" in found.words
    assert len(slack.messages("signals", thread=asked.payload)) == 1
    await slack.says("ben", "signals", "and who else?", thread=asked.payload)
    assert "Harbour Union and Nordline" in (await answer(slack, bot, "signals", asked.payload)).words


async def test_a_direct_message_is_answered(slack: Slack, bot: Bot) -> None:
    """Questions are answered there; no brief comes there until it is asked for."""
    await slack.says("ben", "@ben", "signals port")
    assert "Driverless cranes" in (await answer(slack, bot, "@ben")).words
    direct = slack.room("@ben").id
    assert (await bot.channel(direct)).settings.paused_until == FOREVER
    await slack.says("ben", "@ben", "start")
    assert "The next brief comes on Monday 30 March" in (await answer(slack, bot, "@ben")).words
    assert (await bot.channel(direct)).settings.paused_until != FOREVER


async def test_a_slash_command_is_answered_in_place(slack: Slack, bot: Bot) -> None:
    """Whoever typed it sees the answer where it was typed, alone; it mentions nobody."""
    sent = await slack.slash("ben", "signals", "why 2")
    await sent.acked()
    await bot.at_rest()
    (found,) = slack.ephemerals("ben", "signals")
    assert found.words.startswith("Driverless cranes are closing Noordhaven")
    assert found.thread_ts is None
    assert not found.rings
    assert slack.messages("signals", thread=brief(slack)) == []
    assert not slack.called("chat.postEphemeral")


async def test_an_answer_that_grows_is_whispered_once(slack: Slack, bot: Bot) -> None:
    """What one person sees cannot be edited: only the whole answer is sent."""
    await slack.slash("ben", "signals", "how many vessels were sent past Noordhaven?")
    await bot.at_rest()
    (found,) = slack.ephemerals("ben", "signals")
    assert "31 vessels past Noordhaven" in found.words


async def test_a_button_under_a_whisper_is_answered_in_place(slack: Slack, bot: Bot) -> None:
    """What began between the bot and one person stays there."""
    await slack.slash("ben", "signals", "show 2")
    await bot.at_rest()
    await slack.clicks("ben", slack.ephemerals("ben", "signals")[-1], "Evidence")
    await bot.at_rest()
    assert "Ships pass Noordhaven by" in slack.ephemerals("ben", "signals")[-1].words
    assert slack.messages("signals", thread=brief(slack)) == []


async def test_a_slash_command_in_the_direct_messages(slack: Slack, bot: Bot) -> None:
    """Nobody else is there: it is answered as anything else said there."""
    await slack.slash("ben", "@ben", "signals port")
    assert "Driverless cranes" in (await answer(slack, bot, "@ben")).words


@pytest.mark.parametrize("fault", [Refused("expired_url"), Refused("used_url"), Limited(retry_after=0), Lost()])
async def test_a_response_url_that_fails(slack: Slack, bot: Bot, fault: Refused | Limited | Lost) -> None:
    """Used up, what comes is whispered in the channel; asked to wait, it is said there later; in doubt, never twice."""
    slack.script("response_url", fault)
    await slack.slash("ben", "signals", "help")
    await bot.at_rest()
    (found,) = slack.ephemerals("ben", "signals")
    assert "one brief in the morning" in found.words
    assert found.thread_ts is None


async def test_a_button_answers_in_the_thread(slack: Slack, bot: Bot) -> None:
    """Why? under a card means that card, whatever its number."""
    root = brief(slack)
    buttons = [each for each in _elements(root.blocks) if each.get("type") == "button"]
    assert [each["value"] for each in buttons if each["text"]["text"] == "Why?"] == ["why s41", "why s42"]  # type: ignore[index]
    await slack.says("ben", "signals", "strength 2", thread=root)
    shown = await answer(slack, bot, "signals", root)
    await slack.clicks("anna", shown, "Evidence")
    found = await answer(slack, bot, "signals", root)
    assert "“evidence”" in found.words
    assert "Ships pass Noordhaven by" in found.words


async def test_where_it_is_not_clear_it_asks_with_buttons(slack: Slack, bot: Bot) -> None:
    """Of two signals neither is guessed; the button settles it."""
    root = brief(slack)
    await slack.says("ben", "signals", "@bellwether why?", thread=root)
    asked = await answer(slack, bot, "signals", root)
    assert "Which one do you mean?" in asked.words
    assert len(asked.buttons) == 2
    await slack.clicks("ben", asked, asked.buttons[1])
    assert "Driverless cranes" in (await answer(slack, bot, "signals", root)).words


async def test_people_may_talk_in_its_threads(slack: Slack, bot: Bot) -> None:
    """What names nothing of the brief and has no answer in its sources is left alone, and nothing is changed."""
    root = brief(slack)
    for words in (
        "I do not buy this at all", "@anna what do you think?", "are you coming to lunch?", "why not", "why?",
        "pause for a second please", "undo that slide", "forget it", "only Bob knows", "mute it", "bar 9", "help",
    ):  # fmt: skip
        await slack.says("ben", "signals", words, thread=root)
    await slack.says("ben", "signals", "lunch?")
    await bot.at_rest()
    assert slack.messages("signals", thread=root) == []
    assert len(slack.messages("signals")) == 2
    channel = await bot.channel(slack.room("signals").id)
    assert (channel.settings.bar, channel.settings.paused_until) == (6, None)


async def test_what_names_the_brief_is_answered_unasked(slack: Slack, bot: Bot) -> None:
    """A number, an actor, or what the sources really say: also without a mention, in the thread under the brief."""
    root = brief(slack)
    for words, answered in (
        ("why 2", "Driverless cranes"),
        ("how many vessels were sent past Noordhaven?", "31 vessels past Noordhaven"),
        ("does Nordline say when it ends?", "s42"),
    ):
        await slack.says("ben", "signals", words, thread=root)
        assert answered in (await answer(slack, bot, "signals", root)).words
    assert len(slack.messages("signals", thread=root)) == 3


async def test_help_errors_and_lists_are_for_the_asker(slack: Slack, bot: Bot) -> None:
    """They are whispered in the channel: Slack shows no whisper in a thread that nobody has answered."""
    root = brief(slack)
    await slack.slash("ben", "signals", "help")
    await bot.at_rest()
    await slack.says("ben", "signals", "@bellwether mute *")
    await slack.says("ben", "signals", "@bellwether mutes")
    await bot.at_rest()
    whispered = texts(slack.ephemerals("ben", "signals"))
    assert len(whispered) == 3
    assert "one brief in the morning" in whispered[0]
    assert "I know no category, actor, publisher or signal called “*”" in whispered[1]
    assert whispered[2] == "Nothing is muted here."
    assert slack.messages("signals", thread=root) == []


async def test_in_a_thread_they_are_whispered_in_it(slack: Slack, bot: Bot) -> None:
    """Where people talk already: the mention itself is a reply."""
    root = brief(slack)
    await slack.says("ben", "signals", "@bellwether help", thread=root)
    await bot.at_rest()
    (found,) = slack.ephemerals("ben", "signals")
    assert found.thread_ts == root.ts


async def test_a_button_is_whispered_about_where_it_stands(slack: Slack, bot: Bot) -> None:
    """Under a brief whose cards have the button, as those of earlier versions, in the channel; under an answer in its
    thread, there."""
    root = brief(slack)
    button = next(each for each in elements_of(root.blocks) if each["type"] == "button" and "more" in each["value"])
    button |= {"value": button["value"].replace("more", "mute from"), "text": {**button["text"], "text": "Mute …"}}
    slack.script("views.open", Refused("expired_trigger_id"), Refused("expired_trigger_id"))
    await slack.clicks("ben", root, "Mute …", nth=0)
    await bot.at_rest()
    assert [each.thread_ts for each in slack.ephemerals("ben", "signals")] == [None]
    await slack.says("ben", "signals", "strength 1", thread=root)
    await slack.clicks("ben", await answer(slack, bot, "signals", root), "Mute …")
    await bot.at_rest()
    assert [each.thread_ts for each in slack.ephemerals("ben", "signals")] == [None, root.ts]


async def test_a_thread_whose_beginning_was_deleted(slack: Slack, bot: Bot) -> None:
    """A brief that somebody deleted swallows nothing: the answer comes in the channel."""
    root = brief(slack)
    await slack.says("ben", "signals", "strength 1", thread=root)
    shown = await answer(slack, bot, "signals", root)
    await slack.deletes(root)
    await slack.clicks("ben", shown, "Evidence")
    found = await answer(slack, bot, "signals")
    assert "“evidence”" in found.words
    assert found.thread_ts is None
    slack.script("views.open", Refused("expired_trigger_id"))
    await slack.clicks("ben", shown, "Mute …")
    await bot.at_rest()
    assert [each.thread_ts for each in slack.ephemerals("ben", "signals")] == [None]


async def test_a_question_of_its_own_is_answered_from_the_sources(slack: Slack, bot: Bot) -> None:
    """However it grew: one message, with the words of the source."""
    root = brief(slack)
    await slack.says("ben", "signals", "@bellwether how many vessels were sent past Noordhaven?", thread=root)
    found = await answer(slack, bot, "signals", root)
    assert "31 vessels past Noordhaven" in found.words
    assert len(slack.messages("signals", thread=root)) == 1


# --- muting and settings ---------------------------------------------------------------------------------------------


async def test_a_mute_says_what_it_would_have_hidden_and_can_be_undone(slack: Slack, bot: Bot) -> None:
    """Said in the channel, with who did it; Undo takes it back."""
    await slack.slash("ben", "signals", "mute chips for 7d")
    muted = await answer(slack, bot, "signals")
    assert "Muted chips until Friday 3 April" in muted.words
    assert "It would have hidden 1 signal of the last 7 days: Nimbus Memory’s method" in muted.words
    assert "Changed by Ben." in muted.words
    await slack.clicks("anna", muted, "Undo")
    assert "Undone: muted chips" in (await answer(slack, bot, "signals")).words
    assert (
        await bot.store.channels.mutes((await bot.channel(slack.room("signals").id)).id, bot.context.clock.now()) == ()
    )


async def test_mute_opens_a_window(slack: Slack, bot: Bot) -> None:
    """It offers what the signal carries, each for a day, a week or for good; sent, the channel is told."""
    await slack.says("anna", "signals", "strength 1", thread=brief(slack))
    shown = await answer(slack, bot, "signals", brief(slack))
    await slack.clicks("anna", shown, "Mute …")
    window = await slack.until(lambda: slack.modal("anna"))
    assert window
    offered = slack.offered("anna", window, "What to mute")
    assert any(each.startswith("Nimbus Memory’s method") for each in offered)
    assert {"AI (topic)", "Arden Bank (actor)", "Meridian Times (publisher)", "US (place)"} <= {
        each.replace("United States", "US") for each in offered
    }
    assert slack.offered("anna", window, "For how long") == ("a day", "a week", "for good")
    await slack.submits("anna", window, {"What to mute": "Arden Bank (actor)", "For how long": "a day"})
    await bot.at_rest()
    muted = slack.messages("signals")[-1]
    assert "Muted Arden Bank until Saturday 28 March" in muted.words


async def test_a_typed_command_opens_the_window_too(slack: Slack, bot: Bot) -> None:
    """What a slash command asks for opens where its typer is, as after a press; nothing is whispered besides."""
    await slack.slash("anna", "signals", "mute from s42")
    window = await slack.until(lambda: slack.modal("anna"))
    assert window
    assert "Nordline (actor)" in slack.offered("anna", window, "What to mute")
    assert slack.ephemerals("anna", "signals") == []


async def test_a_window_that_comes_too_late_is_a_form_for_the_asker(slack: Slack, bot: Bot) -> None:
    """Slack lets a window open for three seconds; afterwards the same choice is whispered."""
    slack.script("views.open", Refused("expired_trigger_id"))
    await slack.slash("anna", "signals", "mute from s42")
    await bot.at_rest()
    (form,) = slack.ephemerals("anna", "signals")
    await slack.picks("anna", form, "What to mute", "Nordline (actor)")
    await slack.clicks("anna", form, "Mute")
    await bot.at_rest()
    assert "Muted Nordline until Friday 3 April" in slack.messages("signals")[-1].words


async def test_mutes_can_be_ended_by_a_button(slack: Slack, bot: Bot) -> None:
    """Each is listed with its end and an Unmute of its own."""
    await slack.slash("anna", "signals", "mute trade until friday")
    await bot.at_rest()
    await slack.slash("anna", "signals", "mutes")
    await bot.at_rest()
    (listed,) = slack.ephemerals("anna", "signals")
    assert "trade, until Friday 3 April (topic; muted by Anna)" in listed.words
    await slack.clicks("anna", listed, "Unmute trade")
    await bot.at_rest()
    assert "Unmuted trade: it is heard here again." in slack.messages("signals")[-1].words


async def test_settings_may_be_the_admins(slack: Slack, opened: Open) -> None:
    """Where the operator says so, only admins of the workspace change a channel's settings; all may ask."""
    async with opened(slack={"settings_by": "admins"}) as bot:
        await bot.at_rest()
        await slack.slash("ben", "signals", "bar 9")
        await bot.at_rest()
        assert "Only those who run this channel" in slack.ephemerals("ben", "signals")[-1].words
        await slack.slash("anna", "signals", "bar 9")
        assert "The bar is 9 now" in (await answer(slack, bot, "signals")).words


async def test_admins_who_cannot_be_told_are_none(slack: Slack, opened: Open) -> None:
    """A right that cannot be looked up is not given."""
    async with opened(slack={"settings_by": "admins"}) as bot:
        await bot.at_rest()
        slack.script("users.info", Broken(500))
        await slack.slash("anna", "signals", "bar 9")
        await bot.at_rest()
        assert "Only those who run this channel" in slack.ephemerals("anna", "signals")[-1].words


# --- the Home tab ----------------------------------------------------------------------------------------------------


async def test_home_shows_and_changes_a_channel(slack: Slack, bot: Bot) -> None:
    """A picker, the channel's settings, mutes, next brief and signals; a change is said in the channel and shown."""
    await slack.opens_home("anna")
    await slack.until(lambda: "#board" in _home(slack, "anna"))
    await slack.picks("anna", "home", "Choose a channel", "#signals")
    await slack.until(lambda: "#signals" in _home(slack, "anna"))
    assert "The next brief comes on Monday 30 March at 07:30 (Europe/Rome)." in _home(slack, "anna")
    assert "the bar is 6" in _home(slack, "anna")
    assert "Nimbus Memory’s method" in _home(slack, "anna")
    await slack.picks("anna", "home", "The least strength worth saying", "Bar 8")
    await slack.clicks("anna", "home", "Set bar")
    await slack.until(lambda: "the bar is 8" in _home(slack, "anna"))
    assert "The bar is 8 now" in slack.messages("signals")[-1].words
    assert "Changed by Anna." in slack.messages("signals")[-1].words
    await slack.picks("anna", "home", "Days", "daily")
    await slack.clicks("anna", "home", "Set when")
    await slack.until(lambda: "The next brief comes on Saturday 28 March" in _home(slack, "anna"))
    await slack.slash("anna", "signals", "mute chips")
    await bot.at_rest()
    await slack.opens_home("anna")
    await slack.until(lambda: "chips, for good" in _home(slack, "anna"))
    await slack.clicks("anna", "home", "Unmute chips")
    await slack.until(lambda: "Nothing is muted here." in _home(slack, "anna"))


async def test_home_changes_nothing_for_who_is_not_there(slack: Slack, bot: Bot) -> None:
    """A tab left open after leaving the channel is a closed door."""
    await slack.opens_home("anna")
    await slack.until(lambda: "#board" in _home(slack, "anna"))
    slack.room("board").members.remove("U0ANNA0001")
    await slack.clicks("anna", "home", "Quiet line on")
    await bot.at_rest()
    assert not (await bot.channel(slack.room("board").id)).settings.quiet_line
    told = await slack.until(lambda: slack.messages("@anna"))
    assert "Only those who run this channel may change its settings" in told[-1].words


def _home(slack: Slack, user: str) -> str:
    home = slack.home(user)
    return home.words if home else ""


async def test_home_of_somebody_in_no_channel_says_how_to_begin(slack: Slack, bot: Bot) -> None:
    """Nothing of channels they are not in is shown."""
    slack.add_person("nora", "Nora New")
    await slack.opens_home("nora")
    await slack.until(lambda: "in none of your channels yet" in _home(slack, "nora"))
    assert "#board" not in _home(slack, "nora")


async def test_home_asks_in_the_direct_messages(slack: Slack, bot: Bot) -> None:
    """A question from the Home tab is answered beside it, not in a channel."""
    await slack.opens_home("anna")
    await slack.until(lambda: "Latest signals" in _home(slack, "anna"))
    await slack.clicks("anna", "home", "Why?", nth=0)
    told = await slack.until(lambda: slack.messages("@anna"))
    assert "What would change our mind" in told[-1].words
    await bot.at_rest()
    assert len(slack.messages("board")) == 1


# --- access -----------------------------------------------------------------------------------------------------------


async def test_nothing_is_answered_to_bots_and_strangers(slack: Slack, bot: Bot) -> None:
    """Not to other bots, not to people of another workspace."""
    root = brief(slack)
    await slack.another_bot_says("signals", "<@U0BELL0001> why 1", thread=root)
    slack.room("signals").members.add("U0STRANGE1")
    await slack.says("stranger", "signals", "@bellwether why 1", thread=root)
    await bot.at_rest()
    assert slack.messages("signals", thread=root) == []


async def test_an_edit_commands_nothing(slack: Slack, bot: Bot) -> None:
    """What was said was said."""
    said = await slack.says("ben", "signals", "good morning")
    await slack.edits("ben", said.payload, "@bellwether bar 9")
    await bot.at_rest()
    assert (await bot.channel(slack.room("signals").id)).settings.bar == 6


async def test_a_slash_command_where_it_is_not(slack: Slack, bot: Bot) -> None:
    """In a channel that it is not in, it says how to get it there, and leaves no trace of the channel."""
    sent = await slack.slash("ben", "news", "why 1")
    await sent.acked()
    (said,) = slack.ephemerals("ben", "news")
    assert "Invite me with /invite @Bellwether" in said.words
    assert await bot.store.channels.find("slack", slack.room("news").id) is None


async def test_a_slash_command_that_needs_no_channel(slack: Slack, bot: Bot) -> None:
    """Help, the archive and a signal named by its id are answered also where the bot is not, and leave no trace of the
    channel; what its buttons ask is answered there too, and a setting is not."""
    for typed in ("help", "signals port", "why s42"):
        await slack.slash("ben", "news", typed)
        await bot.at_rest()
    shown, listed, why = slack.ephemerals("ben", "news")
    assert "one brief in the morning" in shown.words
    assert "Driverless cranes" in listed.words
    assert "What would change our mind" in why.words
    await slack.clicks("ben", why, "Mute …")
    await slack.until(lambda: len(slack.ephemerals("ben", "news")) == 4)
    assert "Invite me with /invite @Bellwether" in slack.ephemerals("ben", "news")[-1].words
    await slack.clicks("ben", why, "Evidence")
    await bot.at_rest()
    assert "Ships pass Noordhaven by" in slack.ephemerals("ben", "news")[-1].words
    assert await bot.store.channels.find("slack", slack.room("news").id) is None
    assert slack.messages("@ben") == []


async def test_the_code_makes_the_operator(slack: Slack, opened: Open) -> None:
    """Whoever says the code that was printed operates the bot from then on."""
    async with opened() as bot:
        await bot.at_rest()
        code = await bot.context.operators.code()
        await slack.says("ben", "@ben", f"claim {code}")
        assert "You operate this bot from now on." in (await answer(slack, bot, "@ben")).words
        assert await bot.context.operators.operates("slack", "U0BEN00001")


async def test_articles_ring_nobody(slack: Slack, bot: Bot) -> None:
    """Whatever stands in a title or a quote is shown as it stands."""
    signal = await bot.store.signals.get(41)
    assert signal
    hostile = "<!channel> <@U0OLGA0001> *bold* _it_ &amp; @here <https://evil.example|click>"
    from bot.model.signal import Batch

    await bot.store.signals.save(
        Batch(signals=(replace(signal, title=hostile, analysis=hostile, actors=(hostile,)),)), bot.context.clock.now()
    )
    for said in ("show s41", "why s41", "strength s41", "evidence s41", "signals"):
        await slack.says("ben", "@ben", said)
        found = await answer(slack, bot, "@ben")
        assert "<!channel> <@U0OLGA0001> *bold*" in found.words
        assert not found.rings


# --- once, and in time -----------------------------------------------------------------------------------------------


async def test_everything_is_acknowledged_whatever_the_analyst_does(slack: Slack, bot: Bot) -> None:
    """An answer under way holds up no acknowledgement: it is given when the words are kept."""
    busy = asyncio.Event()
    slack_platform = bot.platforms["slack"]
    introduce = slack_platform.introduce

    async def slow(event: object) -> object:
        await busy.wait()
        return await introduce(event)  # type: ignore[arg-type]

    slack_platform.introduce = slow  # type: ignore[method-assign,assignment]
    for sent in (
        await slack.says("ben", "signals", "@bellwether why 1"),
        await slack.slash("ben", "signals", "why 2"),
        await slack.clicks("ben", _first_with(slack, "Brief now"), "Brief now"),
    ):
        await sent.acked()
    assert len(await bot.store.inbox.open()) == 3
    busy.set()
    await bot.at_rest()


def _first_with(slack: Slack, label: str) -> Message:
    return next(each for each in slack.messages("signals") if label in each.buttons)


async def test_each_event_is_handled_once(slack: Slack, bot: Bot) -> None:
    """However often it is delivered."""
    root = brief(slack)
    sent = await slack.says("ben", "signals", "@bellwether strength 1", thread=root)
    await slack.redelivers(sent)
    await bot.at_rest()
    await slack.redelivers(sent)
    await bot.at_rest()
    assert len(slack.messages("signals", thread=root)) == 1


@pytest.mark.parametrize("fault", [Lost(), Broken(500, accepted=True), NoConnection(), Broken(502)])
async def test_an_answer_that_gets_lost_is_looked_for(slack: Slack, bot: Bot, clock: FakeClock, fault: object) -> None:
    """Accepted and unanswered, it is found by its id; not accepted, it is sent again; never twice."""
    root = brief(slack)
    slack.script("chat.postMessage", fault)  # type: ignore[arg-type]
    await slack.says("ben", "signals", "strength 1", thread=root)

    async def settled() -> bool:
        clock.advance(1)
        bot.services.sender.wake()
        return bool(slack.messages("signals", thread=root)) and await bot.store.outbox.idle("slack")

    await bot.until(settled)
    assert len(slack.messages("signals", thread=root)) == 1


async def test_it_connects_again(slack: Slack, bot: Bot) -> None:
    """After Slack closes the connection, as it does every few hours, what is said is heard."""
    await slack.asks_to_reconnect()
    await slack.until(lambda: slack.connected >= 1)
    root = brief(slack)
    await slack.says("ben", "signals", "strength 1", thread=root)
    await slack.until(lambda: slack.messages("signals", thread=root))


@pytest.mark.usefixtures("older")
async def test_refused_blocks_are_said_in_plain_words(slack: Slack, bot: Bot) -> None:
    """Should Slack ever refuse our blocks, the reader gets the words all the same."""
    root = brief(slack)
    slack.script("chat.postMessage", Refused("invalid_blocks"))
    await slack.says("ben", "signals", "strength 1", thread=root)
    found = await answer(slack, bot, "signals", root)
    assert not found.blocks
    assert "8 = 4 consequence" in found.text


async def test_a_refused_message_leaves_no_channel(slack: Slack, bot: Bot) -> None:
    """What Slack refuses for the message's own sake is dead; the operator is told, the channel goes on."""
    root = brief(slack)
    slack.script("chat.postMessage", Refused("no_permission"))
    await slack.says("ben", "signals", "strength 1", thread=root)
    await bot.at_rest()
    told = await slack.until(lambda: slack.messages("@olga"))
    assert "A message to #signals on Slack was not taken" in told[-1].words
    assert (await bot.channel(slack.room("signals").id)).active


async def test_a_channel_that_refuses_is_left(slack: Slack, bot: Bot) -> None:
    """Permanent refusals end the channel, and the operator is told."""
    root = brief(slack)
    slack.script("chat.postMessage", Refused("is_archived"))
    await slack.says("ben", "signals", "strength 1", thread=root)
    await bot.at_rest()
    told = await slack.until(lambda: slack.messages("@olga"))
    assert "Nothing can be said in #signals on Slack any more" in told[-1].words
    assert not (await bot.channel(slack.room("signals").id)).active


async def test_a_thread_under_the_brief_is_about_all_of_it(slack: Slack, bot: Bot) -> None:
    """Asked about one signal, the next question may name another."""
    root = brief(slack)
    await slack.says("ben", "signals", "why 1?", thread=root)
    await bot.at_rest()
    await slack.says("ben", "signals", "how many vessels were sent past Noordhaven?", thread=root)
    assert "31 vessels past Noordhaven" in (await answer(slack, bot, "signals", root)).words


# --- pictures --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("older")
async def test_a_chart_is_a_picture(slack: Slack, bot: Bot) -> None:
    """`chart` uploads a picture once and shows it among the words, which tell of it to who cannot see it."""
    await slack.says("anna", "@anna", "chart s42")
    said = await answer(slack, bot, "@anna")
    (image,) = [block for block in said.blocks if block["type"] == "image"]
    file = slack.files[image["slack_file"]["id"]]
    assert file["data"].startswith(b"\x89PNG")
    assert file["shared"]
    assert image["alt_text"] == file["alt_txt"]
    assert image["alt_text"].startswith("strength of s42 by day")


@pytest.mark.usefixtures("older")
async def test_a_picture_that_is_not_known_everywhere_yet(
    slack: Slack, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused just after its upload, a picture is shown a little later; refused again, its words are, with the rest."""
    monkeypatch.setattr("handlers.slack.sending.FILE_SECONDS", 0.0)
    slack.script("chat.postMessage", Refused("invalid_blocks"))
    await slack.says("anna", "@anna", "chart s42")
    said = await answer(slack, bot, "@anna")
    assert [block for block in said.blocks if block["type"] == "image"]
    slack.script("chat.postMessage", Refused("invalid_blocks"), Refused("invalid_blocks"))
    await slack.says("anna", "@anna", "chart s41")
    said = await answer(slack, bot, "@anna")
    assert said.blocks
    assert "[picture: strength of s41 by day" in said.words


@pytest.mark.usefixtures("older")
async def test_a_chart_without_its_picture(slack: Slack, bot: Bot) -> None:
    """Where Slack does not take the picture, the words for it are said, and the rest with them."""
    slack.script("files.getUploadURLExternal", Refused("file_uploads_disabled"))
    await slack.says("anna", "@anna", "chart s42")
    said = await answer(slack, bot, "@anna")
    assert not [block for block in said.blocks if block["type"] == "image"]
    assert "[picture: strength of s42 by day" in said.words
