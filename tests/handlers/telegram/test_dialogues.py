"""The brief, why, mutes and settings on Telegram: what people do there, and what they see of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.briefing.amending import AmendmentWatch, amend_due
from bot.briefing.schedule import alert_due
from bot.model.channel import FOREVER
from bot.model.stores import Store
from handlers.telegram import activity, callbacks, receiving, rendering, rights
from tests.changes import corrected, grown, lost
from tests.clock import FakeClock
from tests.handlers.telegram.scene import RICH, Scene, opened
from tests.servers.telegram_chats import Chat, Message


@pytest.fixture
async def scene(store: Store, clock: FakeClock) -> AsyncIterator[Scene]:
    async with opened(store, clock, unknown=frozenset()) as scene:
        yield scene


@pytest.fixture
async def older(store: Store, clock: FakeClock) -> AsyncIterator[Scene]:
    """In front of a Telegram without rich messages."""
    async with opened(store, clock) as scene:
        yield scene


@pytest.fixture
async def group(scene: Scene) -> Chat:
    return await scene.group("Desk", scene.ben, scene.carla, kind="supergroup")


# --- the brief -------------------------------------------------------------------------------------------------------


async def test_the_brief(older: Scene) -> None:
    """A signal has its number, title in bold, strength, categories, delta, analysis and a quotation with its anchor in
    bold and its link; below stand the buttons, a row a signal; no link is previewed."""
    [brief] = await older.brief(await older.group("Desk", kind="supergroup"))
    lines = brief.words.splitlines()
    assert lines[0] == "The Bellwether · Friday 27 March"
    assert lines[1].startswith("2 signals · ")
    assert "1  Nimbus Memory’s method is ending the memory shortage premium" in brief.marked("bold")
    assert "●●●●●●●●○○ 8 · economic · AI · United States · 1 article · new" in lines
    [first, second] = brief.marked("blockquote")
    assert first.startswith("“Memory prices fell by a third this week after Nimbus Memory showed a method")
    assert first.endswith("Meridian Times ↗")
    assert any(anchor in first for anchor in brief.marked("bold"))
    assert brief.links["Meridian Times ↗"].startswith("https://meridiantimes.example/3#:~:text=")
    assert "Asahi Ledger" in second or "Gazette do Sul" in second
    assert [[button["text"] for button in row] for row in brief.rows] == [
        ["Why 1", "More 1 …"],
        ["Why 2", "More 2 …"],
    ]
    assert brief.preview == {"is_disabled": True}


# --- asking ----------------------------------------------------------------------------------------------------------


async def test_a_watch_speaks_up(scene: Scene, group: Chat) -> None:
    """Anna asks for it, the group is told what is new there, whatever the bar; the button below ends it."""
    told = await scene.says(scene.anna, group, "/watch trade")
    assert "Watched for good: trade." in told.words
    scene.clock.advance(600)
    await grown(scene.store, scene.clock, 42, "the port closes")
    await alert_due(scene.store, scene.briefing, scene.clock, 3)
    [told] = await scene.next(group)
    assert told.words.startswith("The Bellwether · watched: trade")
    scene.skip(group)
    await scene.pressed(scene.anna, told, "Stop watching")
    [ended] = await scene.next(group)
    assert "No longer watched: trade." in ended.words


@pytest.mark.parametrize("unknown", [RICH, ()])
async def test_what_was_taken_back_is_struck_in_the_brief(
    store: Store, clock: FakeClock, unknown: tuple[str, ...]
) -> None:
    """The told message is edited, its claim and its quote struck through, and a line replies to it."""
    async with opened(store, clock, unknown=frozenset(unknown)) as scene:
        group = await scene.group("Desk", kind="supergroup")
        [brief] = await scene.brief(group)
        await scene.settled()
        clock.advance(600)
        await lost(store, clock, 41)
        await corrected(store, clock, 42)
        watch = AmendmentWatch()
        for _ in range(2):
            await amend_due(store, scene.briefing, clock, watch)
        lines = await scene.next(group, 2)
        await scene.settled()
        assert [(each.words.partition(".")[0], each.reply_to) for each in lines] == [("Correction", brief)] * 2
        struck = " ".join(re.findall(r"<s>(.*?)</s>", brief.rich) if brief.rich else brief.marked("strikethrough"))
        assert "Driverless cranes are closing Noordhaven" in struck
        assert "Memory prices fell by a third" in re.sub("<.*?>", "", struck)
        assert "Nimbus Memory’s method is ending" not in struck
        assert brief.words.count("Corrected Friday 27 March: ") == 2
        assert len(brief.versions) == 2
        assert scene.telegram.told(group)[-2:] == lines


async def test_why_by_its_number(scene: Scene, group: Chat) -> None:
    """`/why 2` in a group is answered as a reply to the one who asked, with folded quotations and buttons."""
    await scene.brief(group)
    scene.skip(group)
    asked = scene.telegram.says(scene.ben, group, "/why 2")
    [answer] = await scene.next(group)
    assert answer.reply_to is asked
    assert answer.words.startswith("Driverless cranes are closing Noordhaven as dockers strike s42")
    assert answer.marked("expandable_blockquote") or answer.marked("blockquote")
    assert answer.buttons["Mute …"] == "mute from s42"


async def test_a_long_answer_folds_its_quotations(older: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a whole signal the quotations can be unfolded; in the brief and in a “why?” they stand open."""
    group = await older.group("Desk", older.ben, kind="supergroup")
    why = await older.says(older.ben, group, "/why@bellwether_bot s42")
    assert why.marked("blockquote")
    assert not why.marked("expandable_blockquote")
    monkeypatch.setattr(rendering, "LONG", 1200)
    answer = await older.says(older.ben, group, "/show@bellwether_bot s42")
    assert len(answer.marked("expandable_blockquote")) >= 4
    assert not answer.marked("blockquote")


async def test_why_as_a_reply_that_quotes(scene: Scene, group: Chat) -> None:
    """Of a brief with several signals the quoted part says which one is meant."""
    [brief] = await scene.brief(group)
    scene.skip(group)
    scene.telegram.says(scene.ben, group, "why?", reply_to=brief, quote="Driverless cranes are closing Noordhaven")
    [answer] = await scene.next(group)
    assert answer.words.startswith("Driverless cranes are closing Noordhaven as dockers strike s42")


async def test_why_as_a_reply(scene: Scene, group: Chat) -> None:
    """A plain “why?” under a brief of several signals is asked back; a button there answers it."""
    [brief] = await scene.brief(group)
    scene.skip(group)
    scene.telegram.says(scene.ben, group, "why?", reply_to=brief)
    [question] = await scene.next(group)
    assert question.words == "Which one do you mean?"
    label = next(label for label in question.buttons if label.startswith("2 "))
    await scene.pressed(scene.carla, question, label)
    [answer] = await scene.next(group)
    assert "s42" in answer.words


async def test_a_reply_to_an_answer_is_about_its_signal(scene: Scene, group: Chat) -> None:
    """A question under an answer is about the same signal, and `more` there goes on with it."""
    answer = await scene.says(scene.ben, group, "/why s42")
    await scene.says(scene.ben, group, "/why s41")
    reply = await scene.says(scene.carla, group, "who is involved?", reply_to=answer)
    assert "Harbour Union" in reply.words
    again = await scene.says(scene.carla, group, "what would change your mind?", reply_to=reply)
    assert "A second publisher that finds the opposite" in again.words


async def test_a_question_in_private_about_the_last_brief(scene: Scene) -> None:
    """In a private chat no command and no reply is needed."""
    await scene.starts(scene.anna)
    await scene.brief(scene.anna.chat)
    answer = await scene.says(scene.anna, scene.anna.chat, "who said that the shortage was a choice of method?")
    assert "Ines Karlsen" in answer.words
    why = await scene.says(scene.anna, scene.anna.chat, "why 2")
    assert "s42" in why.words


async def test_a_button_of_the_brief(scene: Scene, group: Chat) -> None:
    """“Why 1” is answered under the brief, and says who asked, for others did not see it; the button spins no more."""
    [brief] = await scene.brief(group)
    await scene.pressed(scene.ben, brief, "Why 1")
    [answer] = await scene.next(group)
    assert answer.reply_to is brief
    assert answer.words.startswith("Ben asked “why”")
    assert answer.links["Ben"] == f"tg://user?id={scene.ben.id}"


async def test_a_double_press_is_answered_once(scene: Scene, group: Chat) -> None:
    """The same person presses the same button twice: one answer, and neither press spins on."""
    [brief] = await scene.brief(group)
    scene.skip(group)
    first = scene.telegram.presses(scene.ben, brief, "Why 1")
    second = scene.telegram.presses(scene.ben, brief, "Why 1")
    await scene.next(group)
    await scene.settled()
    await scene.telegram.until(lambda: first.answer is not None and second.answer is not None)
    assert sum("s41" in each.words for each in scene.telegram.told(group)[-2:]) == 1


async def test_a_greeting_begins_nothing_and_its_button_does(scene: Scene) -> None:
    """In private “hi” greets; the daily brief begins by the button under it."""
    await scene.starts(scene.anna)
    channel = await scene.channel(scene.anna.chat)
    paused = replace(channel.settings, paused_until=FOREVER)
    await scene.store.channels.save(replace(channel, settings=paused))
    hello = await scene.says(scene.anna, scene.anna.chat, "hi")
    assert "The daily brief has not begun here yet." in hello.words
    assert (await scene.channel(scene.anna.chat)).settings.paused_until == FOREVER
    scene.skip(scene.anna.chat)
    await scene.pressed(scene.anna, hello, "Start the daily brief")
    await scene.next(scene.anna.chat)
    assert (await scene.channel(scene.anna.chat)).settings.paused_until != FOREVER


async def test_a_reply_to_it_speaks_to_it(scene: Scene, group: Chat) -> None:
    """A reply to one of its messages needs no mention: also small talk is answered."""
    [brief] = await scene.brief(group)
    assert "You are welcome." in (await scene.says(scene.ben, group, "great brief, thanks", reply_to=brief)).words


async def test_commands_can_be_tapped(scene: Scene, group: Chat) -> None:
    """In the list of all commands each begins with a slash."""
    assert "/why [signal] [question]:" in (await scene.says(scene.ben, group, "/help all")).words


async def test_a_comment_under_a_channels_post(scene: Scene) -> None:
    """Asked in the discussion group under the brief, it is answered there, from the channel's brief; so are replies."""
    channel, discussion, post = await scene.discussed()
    comment = scene.telegram.comments(scene.ben, post, "why 2?")
    [answer] = await scene.next(discussion)
    assert answer.reply_to is comment
    assert "s42" in answer.words
    scene.telegram.comments(scene.ben, post, "who is involved?", reply_to=answer)
    [reply] = await scene.next(discussion)
    assert "Harbour Union" in reply.words
    await scene.pressed(scene.ben, reply, "Evidence")
    [evidence] = await scene.next(discussion)
    assert "Nordline said the detour costs $90,000 a ship." in evidence.words
    assert len(scene.telegram.told(channel)) == 2


async def test_what_people_say_to_each_other_is_left_alone(scene: Scene, group: Chat) -> None:
    """What is said to somebody else is not for us; nor are forwards, edits and bots."""
    [brief] = await scene.brief(group)
    await scene.settled()
    before = len(scene.telegram.told(group))
    for words in ("interesting", "are you coming to lunch?", "pause for a second please", "only Bob knows", "why 2"):
        scene.telegram.says(scene.ben, group, words)
    scene.telegram.another_bot_says(group, "/mute AI", reply_to=brief)
    said = scene.telegram.says(scene.anna, group, "/other@other_bot mute AI")
    scene.telegram.forwards(scene.anna, group, scene.telegram.says(scene.anna, scene.anna.chat, "/mute AI"))
    scene.telegram.edits(scene.anna, said, "/mute AI")
    await scene.settled()
    assert len(scene.telegram.told(group)) == before
    assert await scene.store.channels.mutes((await scene.channel(group)).id, scene.clock.now()) == ()


async def test_a_mention_speaks_to_it(scene: Scene, group: Chat) -> None:
    """By its name it is asked like by a command."""
    await scene.brief(group)
    answer = await scene.says(scene.ben, group, "@bellwether_bot why 1")
    assert "s41" in answer.words


async def test_under_a_channels_post_each_question_is_answered_once(scene: Scene) -> None:
    """Whoever presses “Why 1” of a post again is told that it was answered; only admins can do else."""
    channel = await scene.group("Signals", kind="channel")
    [post] = await scene.brief(channel)
    await scene.pressed(scene.ben, post, "Why 1")
    await scene.next(channel)
    assert (await scene.pressed(scene.carla, post, "Why 1"))["text"] == receiving.ANSWERED
    assert (await scene.pressed(scene.carla, post, "More 1 …", data="mute from s41"))["text"] == callbacks.ADMINS_ONLY
    await scene.settled()
    assert len(scene.telegram.told(channel)) == 3


# --- while it thinks -------------------------------------------------------------------------------------------------


async def test_an_answer_that_grows_in_private(scene: Scene) -> None:
    """It is shown as a draft while it grows, and then stands as one message."""
    await scene.starts(scene.anna)
    await scene.brief(scene.anna.chat)
    answer = await scene.says(scene.anna, scene.anna.chat, "what did the shares of chip makers lose?")
    assert scene.telegram.drafts
    assert scene.telegram.drafts[-1].chat is scene.anna.chat
    assert "$40bn" in answer.words
    assert not answer.versions


async def test_an_answer_that_grows_in_a_group(scene: Scene, group: Chat) -> None:
    """There “typing…” is shown, and one message comes."""
    [brief] = await scene.brief(group)
    scene.skip(group)
    scene.telegram.says(scene.ben, group, "what did the shares of chip makers lose?", reply_to=brief)
    [answer] = await scene.next(group)
    assert "$40bn" in answer.words
    assert not scene.telegram.drafts
    assert ("typing", group) in [(each.action, each.chat) for each in scene.telegram.actions]


async def test_what_takes_long_is_announced(scene: Scene, group: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the first words are there “typing…” is shown, and a pressed button does not spin."""
    monkeypatch.setattr(activity, "QUICK_SECONDS", 0.0)
    [brief] = await scene.brief(group)
    press = scene.telegram.presses(scene.ben, brief, "Why 1", data="evidence s41")
    await scene.telegram.until(lambda: press.answer is not None and scene.telegram.actions)
    [answer] = await scene.next(group)
    assert answer.reply_to is brief


# --- muting and settings ---------------------------------------------------------------------------------------------


async def test_a_mute_by_keyboard(scene: Scene, group: Chat) -> None:
    """What, then how long, in one message whose keyboard changes; it becomes the mute that was made, with Undo, and
    that becomes what was undone."""
    scene.telegram.knows_ephemeral = False  # there: test_ephemeral.py
    [brief] = await scene.brief(group)
    await scene.pressed(scene.anna, brief, "More 1 …", data="mute from s41")
    [menu] = await scene.next(group)
    assert "AI (topic)" in menu.buttons
    await scene.pressed(scene.anna, menu, "AI (topic)")
    assert {"a day", "a week", "for good", "‹ Back", "Cancel"} == set(menu.buttons)
    await scene.pressed(scene.anna, menu, "‹ Back")
    assert "AI (topic)" in menu.buttons
    await scene.pressed(scene.anna, menu, "AI (topic)")
    await scene.pressed(scene.anna, menu, "a week")
    await scene.telegram.until(lambda: menu.words.startswith("Muted AI until Friday 3 April"))
    assert "Changed by Anna." in menu.words
    assert list(menu.buttons) == ["Undo"]
    await scene.pressed(scene.anna, menu, "Undo")
    await scene.telegram.until(lambda: menu.words.startswith("Undone: muted AI until Friday 3 April"))
    assert not menu.buttons
    assert scene.telegram.told(group)[-1] is menu


async def test_a_menu_is_taken_away(scene: Scene, group: Chat) -> None:
    """“Cancel” leaves nothing behind."""
    scene.telegram.knows_ephemeral = False  # there: test_ephemeral.py
    [brief] = await scene.brief(group)
    await scene.pressed(scene.anna, brief, "More 1 …", data="mute from s41")
    [menu] = await scene.next(group)
    await scene.pressed(scene.anna, menu, "Cancel")
    assert menu.deleted


async def test_settings_of_a_group_are_for_its_admins(scene: Scene, group: Chat) -> None:
    """Another member is told so, by a button over the chat; who is made admin may a while later."""
    [brief] = await scene.brief(group)
    refused = await scene.says(scene.ben, group, "/mute AI")
    assert "Only those who run this channel" in refused.words
    answer = await scene.pressed(scene.ben, brief, "More 1 …", data="mute from s41")
    assert "Only those who run this channel" in answer["text"]
    scene.telegram.promotes(scene.anna, scene.ben, group)
    scene.clock.advance(rights.KNOWN_SECONDS + 1)
    assert "Muted AI" in (await scene.says(scene.ben, group, "/mute AI 7d")).words


async def test_an_admin_who_speaks_in_the_groups_name(scene: Scene, group: Chat) -> None:
    """An anonymous admin may set."""
    changed = await scene.says(scene.anna, group, "/bar 7", anonymous=True)
    assert "The bar is 7 now" in changed.words
    assert "Changed by Desk." in changed.words


async def test_members_may_set_where_the_settings_say_so(store: Store, clock: FakeClock) -> None:
    """`[telegram] settings_by = "members"`."""
    async with opened(store, clock, telegram={"settings_by": "members"}) as scene:
        group = await scene.group("Desk", scene.ben)
        assert "The bar is 7 now" in (await scene.says(scene.ben, group, "/bar 7")).words


async def test_a_short_word_to_who_pressed(scene: Scene, group: Chat) -> None:
    """What concerns nobody else is shown over the chat."""
    [brief] = await scene.brief(group)
    await scene.settled()
    before = len(scene.telegram.told(group))
    shown = await scene.pressed(scene.ben, brief, "Why 1", data="useful s41")
    assert shown["text"].startswith("Noted: “Nimbus Memory’s method")
    assert shown["show_alert"]
    await scene.settled()
    assert len(scene.telegram.told(group)) == before


async def test_old_buttons_say_so(scene: Scene, group: Chat) -> None:
    """A menu that is gone, and a button that carries nothing we know, say that they are old and what to type."""
    scene.telegram.knows_ephemeral = False  # there: test_ephemeral.py
    [brief] = await scene.brief(group)
    assert (await scene.pressed(scene.anna, brief, "Why 1", data="+3"))["text"] == callbacks.OLD_MENU
    await scene.pressed(scene.anna, brief, "More 1 …", data="mute from s41")
    [menu] = await scene.next(group)
    assert (await scene.pressed(scene.anna, menu, "AI (topic)", data="+99"))["text"] == callbacks.OLD_MENU
    gone = await scene.pressed(scene.anna, brief, "Why 1", data="unmute m99")
    assert "Nothing is muted here" in gone["text"]


async def test_a_button_under_a_deleted_message(scene: Scene, group: Chat) -> None:
    """It still does what it says."""
    [brief] = await scene.brief(group)
    scene.telegram.deletes(brief)
    scene.skip(group)
    await scene.pressed(scene.ben, brief, "Why 1")
    [answer] = await scene.next(group)
    assert answer.reply_to is None
    assert "s41" in answer.words


async def test_a_press_that_comes_too_late_for_a_toast(scene: Scene, group: Chat) -> None:
    """Where Telegram takes no answer to the press any more, it is said in the chat."""
    [brief] = await scene.brief(group)
    scene.skip(group)
    press = scene.telegram.presses(scene.ben, brief, "Why 1", data="useful s41")
    press.expired = True
    [said] = await scene.next(group)
    assert said.words.startswith("Noted: “Nimbus Memory’s method")


EVERY = (
    "show s41", "why s41", "strength s41", "evidence s41", "signals", "brief", "useful s41", "useless s41", "more",
    "mute AI for 7d", "unmute AI", "mutes", "undo", "only AI", "only off", "at 08:00", "bar 5", "most 3", "pause 7d",
    "resume", "quiet on", "sources", "status", "start", "claim X", "forget", "allow", "refuse c99",
    "questions", "chart s41", "help", "help mute",
)  # fmt: skip


@pytest.mark.parametrize("words", EVERY)
async def test_every_command_is_answered(scene: Scene, words: str) -> None:
    """Each command of the table can be said on Telegram, and what it answers can be shown there."""
    await scene.starts(scene.anna)
    answer: Message = await scene.says(scene.anna, scene.anna.chat, f"/{words}")
    assert "Something went wrong" not in answer.words
