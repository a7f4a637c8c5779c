"""The bot in its chats: what is said there goes into the inbox, what is said by us becomes text with entities."""

from __future__ import annotations

import asyncio
import logging
import uuid
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from telegram import (
    Bot,
    CallbackQuery,
    InputFile,
    LinkPreviewOptions,
    MaybeInaccessibleMessage,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatAction, ChatType

from bot.model.clock import SystemClock
from bot.model.delivery import NotSent, SendOutcome, Sent
from bot.model.errors import StorageError
from bot.model.event import Asker, Event, EventKind
from bot.model.messages import Audience, Form, Message, split
from bot.model.outgoing import Delivery, Spoken
from bot.model.ports import Inbox
from bot.model.settings import Settings
from bot.model.tasks import Tasks
from handlers.telegram import entities, events, web
from handlers.telegram.entities import Said, payload
from handlers.telegram.events import NAME, Heard, Me, Ref, Where, ref, where
from handlers.telegram.pace import Pace
from handlers.telegram.web import Moved, Refused, Revoked, Unanswered, call

log = logging.getLogger(__name__)

PREVIEW = "draft:"
"""How the ref begins of an answer's early version, which stands in no history."""
PREVIEW_SECONDS = 1.0  # between two early versions of an answer
KNOWN_SECONDS = 300.0  # how long what a person may do is believed
QUICK_SECONDS = 1.0  # an answer that takes longer is announced
TYPING_SECONDS = 4.5  # Telegram shows it for 5 s
TYPINGS = 40
TOKEN_SECONDS = 60.0
JUST_NOW = 10.0  # seconds for which a message of ours may be on somebody's screen and not on record
LOOKS, LOOK_SECONDS = 10, 0.05
GRACE_SECONDS = 2.0
READ_ALOUD = 60  # characters of a toast beyond which it waits to be closed
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
PICTURE = "chart.png"
PICTURE_REFUSED = ("photo", "image", "media", "caption", "file")
FORM_REFUSED = ("entit", "keyboard", "button", "markup is too long")

OLD = "This button is old. Type /help for what there is."
OLD_MENU = "This menu is old. Type it instead, as in: /mute AI 7d"
ADMINS_ONLY = "Only the admins of this channel may do that."
TOO_FAST = "Too much at once; press again in a moment."
ANSWERED = "That was answered already; look below."


@dataclass(frozen=True, slots=True)
class Found:
    """A message of ours on a screen, and the channel it belongs to."""

    address: str
    ref: Ref
    spoken: Spoken | None  # None: we do not know it any more


class Chats:
    """Speaks in all chats of one bot."""

    name = NAME

    def __init__(self, settings: Settings, inbox: Inbox, bot: Bot, me: Me, pace: Pace) -> None:
        self._settings = settings
        self._inbox = inbox
        self._bot = bot
        self._me = me
        self._pace = pace
        self._now = SystemClock(settings.now).now
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._tasks = Tasks()
        self._homes: dict[int, str] = {}  # chat → address of its channel
        self._named: set[int] = set()  # chats the settings name
        self._admins: dict[tuple[int, str], tuple[bool, float]] = {}  # until when it is believed
        self._links: dict[int, tuple[int | None, float]] = {}  # discussion group → its channel
        self._queries: dict[str, str] = {}  # purpose of the reply → the pressed button that still waits
        self._previewed: dict[str, float] = {}

    # --- saying

    def parts(self, message: Message) -> tuple[Message, ...]:
        return split(message, entities.fits)

    async def send(self, delivery: Delivery) -> SendOutcome:
        """Post it; over the chat for a moment where it answers a button and is short; an early version as such."""
        if delivery.draft:
            return await self._preview(delivery)
        if query := self._queries.pop(delivery.purpose, None):
            if outcome := await self._toast(delivery, query):
                return outcome
            self._tasks.start(self._let_go(query))
        return await self._outcome(delivery, self._post)

    async def edit(self, delivery: Delivery) -> SendOutcome:
        """Replace the message; where it is gone, or was only an early version, post it."""
        if delivery.draft or ref(delivery.replaces or "") is None:
            return await self.send(delivery)
        if query := self._queries.pop(delivery.purpose, None):
            self._tasks.start(self._let_go(query))
        return await self._outcome(delivery, self._update)

    async def find(self, delivery: Delivery) -> Sent | NotSent | None:
        """Telegram shows a bot no history; but what is only edited may be edited once more."""
        if delivery.draft:
            return Sent(_preview_ref(delivery))
        if delivery.replaces and ref(delivery.replaces):
            return NotSent("the message can be edited once more")
        return None

    async def _outcome(self, delivery: Delivery, how: Callable[[Delivery], Awaitable[Ref]]) -> SendOutcome:
        """What comes of it; a chat that has moved, or has lost the topic, is followed once."""
        for _ in range(2):
            try:
                return Sent(str(await how(delivery)))
            except Unanswered as unanswered:
                return unanswered.outcome
            except Revoked as revoked:
                return NotSent(str(revoked), TOKEN_SECONDS)
            except Moved as moved:
                delivery = await self._follow(delivery, Where(moved.chat, where(delivery.address).topic))
            except Refused as refused:
                place = where(delivery.address)
                if place.thread is None or not refused.says(*web.NO_TOPIC):
                    return _refusal(delivery, refused)
                delivery = await self._follow(delivery, Where(place.chat, events.GENERAL))
        return NotSent("the chat is moving")

    async def _post(self, delivery: Delivery) -> Ref:
        place, answered = where(delivery.address), ref(delivery.reply_to or "")
        elsewhere = _elsewhere(delivery.reply_to)
        chat = elsewhere or place.chat
        reply = ReplyParameters(answered.message, allow_sending_without_reply=True) if answered else None
        thread = place.thread if answered is None else None  # a reply stands where what it replies to stands

        async def send(said: Said) -> Ref:
            placed: dict[str, Any] = {
                "reply_markup": said.keyboard,
                "message_thread_id": thread,
                "reply_parameters": reply,
            }
            if said.picture:
                work = self._bot.send_photo(
                    chat, InputFile(said.picture, PICTURE), said.text, caption_entities=said.entities, **placed
                )
            else:
                work = self._bot.send_message(
                    chat, said.text, entities=said.entities, link_preview_options=NO_PREVIEW, **placed
                )
            return Ref((await call(work)).message_id, elsewhere)

        async with self._turn(chat):
            return await self._adorned(delivery, send)

    async def _update(self, delivery: Delivery) -> Ref:
        on = ref(delivery.replaces or "") or Ref(0)
        chat = on.chat or where(delivery.address).chat

        if payload(delivery.message).picture:
            return await self._post(delivery)  # no text becomes a picture

        async def edit(said: Said) -> Ref:
            await call(
                self._bot.edit_message_text(
                    said.text,
                    chat,
                    on.message,
                    entities=said.entities,
                    reply_markup=said.keyboard,
                    link_preview_options=NO_PREVIEW,
                )
            )
            return on

        try:
            async with self._turn(chat):
                return await self._adorned(delivery, edit)
        except Refused as refused:
            if refused.says(web.NOT_MODIFIED):
                return on
            if refused.says(*web.NOT_EDITABLE):
                return await self._post(delivery)
            raise

    async def _adorned(self, delivery: Delivery, send: Callable[[Said], Awaitable[Ref]]) -> Ref:
        """Sent with its picture, entities and buttons; where Telegram refuses the picture, with words for it; where it
        refuses the rest, as plain text."""
        said = payload(delivery.message)
        try:
            return await send(said)
        except Refused as refused:
            if said.picture and refused.says(*PICTURE_REFUSED):
                log.warning("Telegram refuses the picture of %s: %s", delivery.purpose, refused)
                message = entities.without_picture(delivery.message)
                return await self._adorned(replace(delivery, message=message), send)
            if not refused.says(*FORM_REFUSED):
                raise
            log.error("Telegram refuses the form of %s: %s", delivery.purpose, refused)
            return await send(Said(said.text, (), None, said.picture))

    @asynccontextmanager
    async def _turn(self, chat: int) -> AsyncIterator[None]:
        """Within Telegram's limits; Unanswered where the chat's turn is far."""
        if wait := await self._pace.turn(chat):
            raise Unanswered(NotSent("Telegram’s limits are kept", wait))
        try:
            yield
        finally:
            self._pace.passed(chat)

    async def _follow(self, delivery: Delivery, place: Where) -> Delivery:
        """The delivery at the new address of its channel, which is kept."""
        await self._move(delivery.address, place.address)
        return replace(delivery, address=place.address)

    async def _move(self, before: str, after: str) -> None:
        await self._inbox.moved(NAME, before, after)
        self._homes.pop(where(before).chat, None)
        self._homes[where(after).chat] = after

    # --- while an answer grows

    async def _preview(self, delivery: Delivery) -> Sent:
        """An answer as it grows: a draft in a private chat, “typing…” elsewhere; that it fails is no matter."""
        shown, place = _preview_ref(delivery), where(delivery.address)
        if self._pace.now() - self._previewed.get(shown, -PREVIEW_SECONDS) < PREVIEW_SECONDS:
            return Sent(shown)
        self._previewed = {shown: self._pace.now()}
        said = payload(delivery.message)
        number = int(shown.removeprefix(PREVIEW))
        if place.chat > 0:
            work = self._bot.send_message_draft(place.chat, number, said.text, entities=said.entities)
            await _unless_refused(work)
        else:
            await self._typing(_elsewhere(delivery.reply_to) or place.chat, place.thread)
        return Sent(shown)

    async def _typing(self, chat: int, thread: int | None) -> None:
        await _unless_refused(self._bot.send_chat_action(chat, ChatAction.TYPING, message_thread_id=thread))

    async def _attend(self, event: Event) -> None:
        """While the event is worked the chat shows it, and a pressed button does not spin for long."""
        purpose, place = f"reply:{event.id}", where(event.address)
        chat = _elsewhere(event.reply_to) or place.chat
        for number in range(TYPINGS):
            with suppress(TimeoutError):
                async with asyncio.timeout(TYPING_SECONDS if number else QUICK_SECONDS):
                    await self._inbox.worked(event)
                break
            if query := self._queries.pop(purpose, None):
                await self._let_go(query)
            await self._typing(chat, place.thread if chat == place.chat else None)
        if query := self._queries.pop(purpose, None):
            await self._let_go(query)

    # --- buttons

    async def _toast(self, delivery: Delivery, query: str) -> SendOutcome | None:
        """A short answer to who pressed, over the chat; None: it is none, or comes too late for that."""
        words = entities.toast(delivery.message) if delivery.audience is Audience.ASKER else None
        if words is None:
            return None
        try:
            await call(self._bot.answer_callback_query(query, words, show_alert=len(words) > READ_ALOUD))
        except Unanswered as unanswered:
            return unanswered.outcome
        except (Refused, Revoked, Moved):
            return None
        return Sent(f"toast:{delivery.id}")

    async def _let_go(self, query: str, words: str | None = None) -> None:
        """The button stops spinning."""
        work = self._bot.answer_callback_query(query, words, show_alert=bool(words and len(words) > READ_ALOUD))
        await _unless_refused(work)

    async def _hear_press(self, update: Update, query: CallbackQuery) -> None:
        message, data = query.message, query.data
        if message is None or not data:
            self._tasks.start(self._let_go(query.id, OLD))
            return
        found = await self._found_pressed(message)
        words: str | None = data
        if entities.is_step(data):
            words = await self._step(query, message, found, data)
        if words is None:
            return
        if not await self._may_press(message, query, words):
            self._tasks.start(self._let_go(query.id, ADMINS_ONLY))
            return
        event = _at(events.pressed(update, query, words, found.address, self._now()), found)
        if await self._accepted(event):
            self._queries[f"reply:{event.id}"] = query.id  # before anybody else runs: nothing is answered yet
        else:
            self._tasks.start(self._let_go(query.id, ANSWERED))

    async def _may_press(self, message: MaybeInaccessibleMessage, query: CallbackQuery, words: str) -> bool:
        """Under a channel's posts anybody may ask, and only its admins do else: what comes of it is seen by all."""
        if message.chat.type != ChatType.CHANNEL or words.partition(" ")[0] in events.SAME_FOR_ALL:
            return True
        return await self._may_set(message.chat.id, str(query.from_user.id))

    async def _step(
        self, query: CallbackQuery, message: MaybeInaccessibleMessage, found: Found, data: str
    ) -> str | None:
        """On in a form: its message shows the next field; the command where all is picked."""
        chat, on = message.chat.id, message.message_id
        if data == entities.CANCEL:
            self._tasks.start(self._take_away(query.id, chat, on))
            return None
        blocks = found.spoken.delivery.message.blocks if found.spoken else ()
        form = next((block for block in blocks if isinstance(block, Form)), None)
        then = entities.step(form, data) if form else None
        if isinstance(then, str):
            return then
        if then is None:
            self._tasks.start(self._let_go(query.id, OLD_MENU))
            return None
        self._tasks.start(self._show_step(query.id, chat, on, then))
        return None

    async def _take_away(self, query: str, chat: int, on: int) -> None:
        await _unless_refused(self._bot.delete_message(chat, on))
        await self._let_go(query)

    async def _show_step(self, query: str, chat: int, on: int, then: entities.Rows) -> None:
        try:
            async with self._turn(chat):
                shown = entities.keyboard(then)
                await _unless_refused(self._bot.edit_message_reply_markup(chat, on, reply_markup=shown))
        except Unanswered:
            await self._let_go(query, TOO_FAST)
        else:
            await self._let_go(query)

    async def _found_pressed(self, message: MaybeInaccessibleMessage) -> Found:
        """The message on which was pressed; one that stands there just now may not be on record yet."""
        chat, age = message.chat, abs((self._now() - message.date).total_seconds())
        found = await self._found(chat.id, chat.type, message.message_id)
        for _ in range(LOOKS if age < JUST_NOW else 0):
            if found.spoken is not None:
                break
            await asyncio.sleep(LOOK_SECONDS)
            found = await self._found(chat.id, chat.type, message.message_id)
        return found

    async def _found(self, chat: int, kind: str, message: int) -> Found:
        """A message of ours: in its channel's chat, or in the discussion group of the channel."""
        address = self._homes.get(chat, str(chat))
        spoken = await self._inbox.spoken(NAME, address, str(message))
        if spoken is None and kind == ChatType.SUPERGROUP and (channel := await self._linked(chat)):
            there = self._homes.get(channel, str(channel))
            if found := await self._inbox.spoken(NAME, there, str(Ref(message, chat))):
                return Found(there, Ref(message, chat), found)
        return Found(address, Ref(message), spoken)

    async def _linked(self, chat: int) -> int | None:
        """The channel whose posts are discussed in the group; None: there is none, or Telegram does not say now."""
        known = self._links.get(chat)
        if known is None or known[1] < self._pace.now():
            linked = known[0] if known else None
            with suppress(Refused, Revoked, Moved, Unanswered):
                linked = (await call(self._bot.get_chat(chat))).linked_chat_id
            known = self._links[chat] = (linked, self._pace.now() + KNOWN_SECONDS)
        return known[0]

    # --- people

    async def introduce(self, event: Event) -> Event | None:
        """With what the asker may change: in private all, in a group and a channel what its admins may."""
        if event.kind is EventKind.JOINED or event.private:
            return event
        by_members = self._settings.telegram.settings_by == "members" and not event.asker.id.startswith("-")
        may_set = by_members or await self._may_set(where(event.address).chat, event.asker.id)
        return replace(event, asker=replace(event.asker, may_set=may_set))

    async def _may_set(self, chat: int, person: str) -> bool:
        """Whether they run the chat; denied where Telegram does not say."""
        if person == str(chat):
            return True  # an admin who speaks in the group's name, or the channel itself
        if not person.isdecimal():
            return False
        known = self._admins.get((chat, person))
        if known is None or known[1] < self._pace.now():
            try:
                member = await call(self._bot.get_chat_member(chat, int(person)))
            except (Refused, Revoked, Moved, Unanswered) as error:
                log.warning("what %s may do in %s cannot be found out: %s", person, chat, error)
                return False
            runs, now = member.status in (member.OWNER, member.ADMINISTRATOR), self._pace.now()
            self._admins = {whom: known for whom, known in self._admins.items() if known[1] > now}
            known = self._admins[chat, person] = (runs, self._pace.now() + KNOWN_SECONDS)
        return known[0]

    async def direct(self, person: str) -> str | None:
        """The private chat with a person has their id."""
        return person if person.isdecimal() else None

    def guards(self, address: str, /) -> bool:
        """Anybody can find a bot, but in the chats that the settings name."""
        return where(address).chat not in self._named

    # --- hearing

    async def listen(self) -> None:
        """Poll until the token is revoked: an update is confirmed only when it is kept, and each is kept once."""
        offset, failures = 0, 0
        while not self._ended.done():
            try:
                updates = await call(
                    self._bot.get_updates(offset, timeout=web.POLL_SECONDS, allowed_updates=events.ALLOWED)
                )
            except Revoked:
                self.end()
                return
            except (Refused, Moved, Unanswered) as error:
                failures += 1
                await self._wait_out(error, failures)
                continue
            if failures:
                log.warning("Telegram answers again")
            failures = 0
            for update in updates:
                if not await self._kept(update):
                    failures += 1
                    await self._pace.sleep(web.backoff(failures))
                    break
                offset = update.update_id + 1

    async def _wait_out(self, error: Refused | Moved | Unanswered, failures: int) -> None:
        if failures == 1:
            log.warning("Telegram cannot be asked for news now: %s", error)
        outcome = error.outcome if isinstance(error, Unanswered) else None
        asked = outcome.retry_after if isinstance(outcome, NotSent) else None
        await self._pace.sleep(asked if asked is not None else web.backoff(failures))

    async def _kept(self, update: Update) -> bool:
        """Whether it may be confirmed; what cannot be understood is passed over."""
        try:
            await self._hear(update)
        except StorageError as error:
            log.error("what was said on Telegram cannot be kept, and is asked for again: %s", error)
            return False
        except Exception:
            log.exception("Telegram's update %s is passed over", update.update_id)
        return True

    async def _hear(self, update: Update) -> None:
        if pair := events.migration(update):
            before, after = pair
            await self._move(self._homes.get(before, str(before)), str(after))
        elif change := update.my_chat_member:
            if event := events.moved(update, change, self._homes.get(change.chat.id, str(change.chat.id))):
                await self._accepted(event)
        elif query := update.callback_query:
            await self._hear_press(update, query)
        elif (said := events.heard(update, self._me)) and (event := await self._placed(said)):
            await self._accepted(event)

    async def _accepted(self, event: Event) -> bool:
        new = await self._inbox.accept(event)
        self._homes.setdefault(where(event.address).chat, event.address)
        if new and event.kind is EventKind.SAID:
            self._tasks.start(self._attend(event))
        return new

    async def _placed(self, said: Heard) -> Event | None:
        """The event in the channel it belongs to: a comment under a post in the post's; None: it is not for us."""
        event, chat = said.event, said.chat.id
        if said.post and (home := self._homes.get(said.post[0])):
            post = str(said.post[1])
            return replace(event, address=home, thread=post, replied=post, reply_to=f"{chat}/{event.reply_to}")
        if not said.meant:
            return None
        if event.replied:
            found = await self._found(chat, said.chat.type, int(event.replied))
            event = _at(event, found)
            if found.ref.chat is not None:
                return replace(event, reply_to=f"{chat}/{event.reply_to}")
        return replace(event, address=await self._home(said))

    async def _home(self, said: Heard) -> str:
        """The address of the chat's channel; in a forum with the topic, which an admin chooses by speaking there first,
        and chooses anew by “start”."""
        chat, asker = said.chat.id, said.event.asker.id
        known = self._homes.get(chat)
        if said.topic is None:
            return known or str(chat)
        here = Where(chat, said.topic).address
        chosen = known is not None and where(known).topic is not None
        if known == here or (chosen and said.event.text.lower() != "start"):
            return known or here
        if not await self._may_set(chat, asker):
            return known or str(chat)
        if known is not None:
            await self._move(known, here)
        self._homes[chat] = here
        return here

    # --- where we are

    async def settle_in(self) -> None:
        """Learn where we have been, and begin in the chats that the settings name."""
        for address in await self._inbox.addresses(NAME):
            with suppress(ValueError):  # one that made room for another
                self._homes[where(address).chat] = address
        there = {where(place.address).chat for place in await self._inbox.places(NAME)}
        for name in self._settings.telegram.chats:
            await self._begin_in(name, there)

    async def _begin_in(self, name: str, there: Iterable[int]) -> None:
        wanted: int | str = int(name) if name.removeprefix("-").isdecimal() else f"@{name.removeprefix('@')}"
        try:
            chat = await call(self._bot.get_chat(wanted))
        except (Refused, Revoked, Moved, Unanswered) as error:
            log.error("Telegram shows the bot no chat “%s” (%s): add the bot there first.", name, error)
            if isinstance(wanted, int):
                self._named.add(wanted)
            return
        self._named.add(chat.id)
        if chat.type != ChatType.PRIVATE and chat.id not in there:
            address = self._homes.get(chat.id, str(chat.id))
            asker = Asker(str(self._me.id), "")
            named = Event(NAME, f"named:{uuid.uuid4().hex}", address, chat.title or name, asker, "", self._now())
            await self._accepted(replace(named, kind=EventKind.JOINED))

    # --- the end

    def end(self) -> None:
        """The token is of no use any more."""
        if not self._ended.done():
            self._ended.set_result("its token is not valid any more. Get a new one from @BotFather, and start again.")

    async def ended(self) -> str:
        return await asyncio.shield(self._ended)

    async def close(self) -> None:
        await self._tasks.close(GRACE_SECONDS)


def _at(event: Event, found: Found) -> Event:
    """The event with the thread of the message it answers, and which message a change made by it may replace."""
    spoken = found.spoken
    if spoken is None:
        return event
    thread = spoken.thread if not event.private else None
    told = spoken.delivery
    menu = event.unseen and told.audience is not Audience.THREAD and told.purpose.startswith(("reply:", "notice:"))
    elsewhere = found.ref.chat is not None and event.unseen
    return replace(
        event,
        address=found.address,
        thread=thread,
        replied=str(found.ref),
        reply_to=str(found.ref) if elsewhere else event.reply_to,
        replaces=str(found.ref) if menu else None,
    )


def _refusal(delivery: Delivery, refused: Refused) -> SendOutcome:
    """Of a comment in another chat nothing follows for the channel."""
    why = web.permanent(refused)
    return replace(why, message_only=True) if _elsewhere(delivery.reply_to) else why


def _elsewhere(reply_to: str | None) -> int | None:
    """The chat of what is replied to where it is another than the channel's own, as a comment's is; None: it is not."""
    answered = ref(reply_to or "")
    return answered.chat if answered else None


def _preview_ref(delivery: Delivery) -> str:
    return f"{PREVIEW}{zlib.crc32(delivery.purpose.encode()) or 1}"


async def _unless_refused(work: Awaitable[Any]) -> None:
    """What is a courtesy: that it fails changes nothing."""
    try:
        await call(work)
    except (Refused, Revoked, Moved, Unanswered) as error:
        log.debug("a courtesy was not taken: %s", error)
