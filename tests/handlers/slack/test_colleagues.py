"""Who is answered in Slack: colleagues of one organisation, groups of people; whose time a new channel keeps."""

from __future__ import annotations

from bot.model.channel import FOREVER
from tests.handlers.bot import Bot
from tests.handlers.slack.conftest import Open
from tests.servers.slack import Message, Slack

COLLEAGUE = "U0COLLEAG1"


def brief(slack: Slack) -> Message:
    return slack.messages("signals")[-1]


async def test_colleagues_of_one_organisation_are_no_strangers(opened: Open, slack: Slack) -> None:
    """Of another workspace of the same organisation, they are answered; an admin there is none here."""
    slack.enterprise = True
    async with opened(slack={"settings_by": "admins"}) as bot:
        await bot.at_rest()
        slack.room("signals").members.add(COLLEAGUE)
        asked = await slack.says("colleague", "signals", "@bellwether signals")
        await slack.until(lambda: slack.ephemerals("colleague") or slack.messages("signals", thread=asked.ts))
        await slack.says("colleague", "signals", "@bellwether bar 9")
        await slack.until(lambda: any("Only those who run" in each.words for each in slack.ephemerals("colleague")))
        assert (await bot.channel(slack.room("signals").id)).settings.bar == 6


async def test_without_an_organisation_they_are_strangers(bot: Bot, slack: Slack) -> None:
    """Nothing is answered to what they say."""
    slack.room("signals").members.add(COLLEAGUE)
    asked = await slack.says("colleague", "signals", "@bellwether why 1")
    await bot.at_rest()
    assert slack.messages("signals", thread=asked.ts) == []


async def test_a_strangers_press_gets_one_sentence(bot: Bot, slack: Slack) -> None:
    """They alone see it, once a press; nothing else happens."""
    slack.room("signals").members.add("U0STRANGE1")
    posted = len(slack.messages("signals", by=None))
    await slack.clicks("stranger", brief(slack), "Why?")
    [said] = await slack.until(lambda: slack.ephemerals("stranger"))
    assert said.words == "I answer only people of Acme; ask one of them."
    await bot.at_rest()
    assert len(slack.messages("signals", by=None)) == posted


async def test_a_group_conversation_is_heard(bot: Bot, slack: Slack) -> None:
    """A mention is answered, talk is not; no brief comes there until somebody says start."""
    room = slack.together("anna", "ben")
    await slack.says("ben", room, "are you coming to lunch?")
    asked = await slack.says("anna", room, "@bellwether why s41")
    [answer] = await slack.until(lambda: slack.messages(room, thread=asked.ts))
    assert "Nimbus Memory" in answer.words
    channel = await bot.channel(room.id)
    assert (channel.name, channel.settings.paused_until) == ("a group conversation", FOREVER)
    await slack.says("anna", room, "@bellwether start")
    await bot.at_rest()
    assert (await bot.channel(room.id)).settings.paused_until != FOREVER


async def test_a_group_conversation_outlives_a_restart(opened: Open, slack: Slack) -> None:
    """It is not taken for a channel that the bot was removed from, and one that is new is not greeted."""
    room, other = slack.together("anna", "ben"), slack.together("anna", "olga")
    async with opened() as bot:
        await slack.says("anna", room, "@bellwether why s41")
        await bot.at_rest()
    async with opened() as bot:
        await bot.at_rest()
        assert (await bot.channel(room.id)).active
        assert await bot.store.channels.find("slack", other.id) is None


async def test_a_new_channel_keeps_its_inviters_time(bot: Bot, slack: Slack) -> None:
    """Carla lives in New York: the brief comes at her 07:30, and the greeting says so; so does a brief of her own."""
    slack.room("news").members.add("U0CARLA001")
    await slack.invites("news", by="carla")
    [greeting] = await slack.until(lambda: slack.messages("news"))
    assert "07:30 (America/New_York)" in greeting.words
    assert (await bot.channel(slack.room("news").id)).settings.timezone == "America/New_York"
    await slack.says("carla", "@carla", "start")
    await bot.at_rest()
    assert (await bot.channel(slack.direct("carla").id)).settings.timezone == "America/New_York"


async def test_installed_before_group_conversations_were_asked_for(opened: Open, slack: Slack) -> None:
    """Without their scopes everything else works as before: it finds its channels, and the Home tab."""
    slack.scopes = tuple(each for each in slack.scopes if not each.startswith("mpim:"))
    async with opened() as bot:
        await bot.at_rest()
        assert slack.messages("signals")
        await slack.opens_home("anna")
        await slack.until(lambda: slack.called("views.publish"))
        assert "#signals" in str(slack.called("views.publish")[-1].params)


async def test_a_channel_is_set_from_the_direct_conversation(bot: Bot, slack: Slack) -> None:
    """By who is in it: the change is said there, and that it was to who made it; others have no such channel."""
    await slack.says("anna", "@anna", "for #signals: bar 4")
    await bot.at_rest()
    assert "The bar is 4 now" in slack.messages("signals")[-1].words
    assert slack.messages("@anna")[-1].words == "Done, and said in #signals."
    slack.room("signals").members.discard("U0BEN00001")
    await slack.says("ben", "@ben", "for #signals: bar 9")
    await bot.at_rest()
    assert slack.messages("@ben")[-1].words.startswith("You run no channel “#signals”")
    assert (await bot.channel(slack.room("signals").id)).settings.bar == 4
