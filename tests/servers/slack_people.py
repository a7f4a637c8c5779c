"""What people do in the tests' Slack, and the events and interactions that the bot is sent for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, Literal
from urllib.parse import urlsplit

from tests.servers.slack_agents import METHODS
from tests.servers.slack_socket import Envelope, Sent, Sockets
from tests.servers.slack_web import Refuse, Web
from tests.servers.slack_world import (
    APP,
    TEAM,
    VERIFICATION,
    Message,
    Now,
    Person,
    Place,
    ResponseUrl,
    Room,
    View,
    Workspace,
    elements_of,
    escaped,
    flat,
)

FULL_EVENTS = (
    "app_context_changed",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_rename",
    "channel_unarchive",
    "entity_details_requested",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_rename",
    "group_unarchive",
    "link_shared",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "tokens_revoked",
)
_NEEDED = {  # event → the scope without which it is not sent; C, G: of a public, of a private channel
    "app_mention": "app_mentions:read",
    "link_shared": "links:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
}
_TYPED = ("plain_text_input", "email_text_input", "url_text_input", "number_input")
Picked = str | Sequence[str]
"""What somebody fills in: an option's text, several, a channel's or person's name, a date, or words typed."""


class People(Workspace):
    """A workspace in which people do things. Users and channels are named by id or by name, `anna`, `signals`."""

    def __init__(self, clock: Now | None = None) -> None:
        super().__init__(clock)
        self.sockets = Sockets(self)
        self.web = Web(self, self.sockets, METHODS)
        self.web.on_message = self._echo
        self.web.on_join = self._came_in
        self.events: tuple[str, ...] = FULL_EVENTS
        self.commands: tuple[str, ...] = ("/bellwether",)
        self.interactive = True
        self.shortcuts: tuple[Mapping[str, Any], ...] = ()
        self.last = Sent([], self)
        self._waiting: list[Envelope] = []

    # --- talking

    async def says(
        self,
        user: str | Person,
        channel: str | Room,
        text: str,
        thread: str | Message | None = None,
        *,
        mention_first: bool = False,
    ) -> Sent:
        """Type `text` in a channel (`@anna`: Anna's direct messages with the bot), or in a thread.

        As people type it: `@bellwether`, `#signals` and links become Slack's markup, and & < > are escaped. Returned
        is the Message in `payload`. A mention comes twice, as `message` and as `app_mention`.
        """
        person, room = self.person(user), self.room(channel)
        self._may_write(person, room)
        message = self._stands(room, person, self.typed(text), thread)
        sending = [*self._said(message, room), self._shared_links(person, message, room)]
        return await self._tell(sending[::-1] if mention_first else sending, message)

    def _shared_links(self, person: Person, message: Message, room: Room) -> Envelope | None:
        """That links to the app's domains stand in the message; None: there are none."""
        found = [url.replace("&amp;", "&") for url in re.findall(r"<(https?://[^>|]+)", message.text)]
        links = [
            {"domain": domain, "url": url}
            for url in found
            for domain in self.domains
            if f".{urlsplit(url).hostname}".endswith(f".{domain}")
        ]
        if not links:
            return None
        unfurl_id = f"{room.id}.{message.ts}"
        self.shared[unfurl_id] = [each["url"] for each in links]
        event = {"channel": room.id, "user": person.id, "message_ts": message.ts, "links": links}
        member = self.bot.id in room.members
        more = {"unfurl_id": unfurl_id, "source": "conversations_history", "is_bot_user_member": member}
        return self._event("link_shared", {**event, **more})

    async def opens_entity(self, user: str | Person, entity: Mapping[str, Any]) -> Sent:
        """Click a work object, for its details."""
        person = self.person(user)
        trigger = self.trigger(person.id)
        self.entity_triggers[trigger] = entity["external_ref"]
        event = {"user": person.id, "external_ref": entity["external_ref"], "entity_url": entity["url"]}
        return await self._tell([self._event("entity_details_requested", {**event, "trigger_id": trigger})])

    async def edits(self, user: str | Person, message: Message, text: str) -> Sent:
        """Change what one has said."""
        assert message.user == self.person(user).id, "one edits one's own messages"
        before = message.wire()
        message.text = self.typed(text)
        message.blocks = self._rich(message.text)
        message.edited = {"user": message.user, "ts": self.stamp()}
        changed = {"message": message.wire(), "previous_message": before, "hidden": True}
        return await self._tell([self._message_event(message, "message_changed", changed)], message)

    async def another_bot_says(self, channel: str | Room, text: str, thread: str | Message | None = None) -> Sent:
        """As Deploy Bot; `text` is Slack's markup already."""
        bot, room = self.person("deploybot"), self.room(channel)
        message = self._stands(room, bot, text, thread)
        message.bot_id = bot.bot_id
        return await self._tell(self._said(message, room), message)

    async def slash(self, user: str | Person, channel: str | Room, text: str, command: str = "/bellwether") -> Sent:
        """`/bellwether text`, in any channel that the user is in, whether or not the bot is."""
        person, room = self.person(user), self.room(channel)
        assert command in self.commands, f"{command} is not a valid command"
        self._may_write(person, room)
        payload = {
            "token": VERIFICATION,
            "team_id": TEAM,
            "team_domain": "acme",
            "channel_id": room.id,
            "channel_name": room.told_name,
            "user_id": person.id,
            "user_name": person.name,
            "command": command,
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": self._response_url(person, room, None),
            "trigger_id": self.trigger(person.id),
        }
        envelope = self._envelope("slash_commands", payload)
        envelope.answered = lambda answer: self._answered_at_once(answer, room, person)
        return await self._tell([envelope])

    def typed(self, text: str) -> str:
        """What Slack makes of what somebody types."""
        pieces = re.split(r"(<[@#][A-Z0-9]+>|https?://[^\s<>]*[^\s<>.,;:!?)])", text)
        return "".join(self._piece(each) for each in pieces)

    def _piece(self, piece: str) -> str:
        if re.fullmatch(r"<[@#][A-Z0-9]+>", piece):
            return piece
        if piece.startswith(("http://", "https://")):
            return f"<{piece.replace('&', '&amp;')}>"
        people = {each.name: f"<@{each.id}>" for each in self.people.values()}
        rooms = {each.name: f"<#{each.id}|{each.name}>" for each in self.rooms.values() if each.name}

        def named(match: re.Match[str]) -> str:
            return (people if match[1] == "@" else rooms).get(match[2].lower(), match[0])

        everybody = re.sub(r"(?<!\w)@(channel|here|everyone)\b", r"<!\1>", escaped(piece))
        return re.sub(r"(?<![\w<&])([@#])([\w-]+)", named, everybody)

    # --- clicking, picking, filling in

    async def clicks(
        self, user: str | Person, where: Place | Literal["home", "modal"], label: str, *, nth: int | None = None
    ) -> Sent:
        """Click the button of that label in a message, a modal or one's Home tab; of several, the `nth`."""
        person, place = self.person(user), self._place(user, where)
        found = [each for each in self._seen(person, place) if each["type"] == "button"]
        labelled = [each for each in found if each["text"]["text"] == label]
        button = _the_one(labelled if nth is None else labelled[nth : nth + 1], label, place)
        told = ("type", "action_id", "text", "value", "style")
        action: dict[str, Any] = {name: button[name] for name in told if name in button}
        return await self._act(person, place, button, action)

    async def picks(
        self, user: str | Person, where: Place | Literal["home", "modal"], named: str, option: Picked, *, nth: int = 0
    ) -> Sent:
        """Pick an option: `named` is the menu's action_id, placeholder or label; of several, the `nth`.

        An overflow menu has no name of its own: its action_id, or “…”. What stands in an input block is only kept,
        until `submits`, unless the block dispatches.
        """
        person, place = self.person(user), self._place(user, where)
        found = [each for each in self._seen(person, place) if each["type"] != "button"]
        menus = [each for each in found if named in _names(place, each)]
        assert menus, f"no menu is named {named} in: {place.words}"
        menu = menus[nth]
        value = self._value(person, menu, option)
        block = _block_of(place, menu)
        _fill(place)
        if menu["type"] != "overflow":
            place.state[block["block_id"]][menu["action_id"]] = {"type": menu["type"], **value}
        if block["type"] == "input" and not block.get("dispatch_action"):
            return Sent([], self, place)
        shown = {"placeholder": menu["placeholder"]} if "placeholder" in menu else {}
        return await self._act(
            person, place, menu, {"type": menu["type"], "action_id": menu["action_id"], **value, **shown}
        )

    def offered(self, user: str | Person, where: Place | Literal["home", "modal"], named: str) -> tuple[str, ...]:
        """The options of a menu named as `picks` names it; of several, of all."""
        person, place = self.person(user), self._place(user, where)
        menus = [each for each in self._seen(person, place) if named in _names(place, each)]
        return tuple(each["text"]["text"] for menu in menus for each in _options(menu))

    async def submits(
        self, user: str | Person, view: View | None = None, filled: Mapping[str, Picked] | None = None
    ) -> Sent:
        """Fill in fields by their labels and press the modal's submit button; None: the modal on top."""
        person = self.person(user)
        modal = view or self.modal(user)
        assert modal is not None, f"no modal is open before {person.name}"
        assert modal.open, "the modal is closed"
        assert modal.user == person.id, f"that modal is not open before {person.name}"
        for label, option in (filled or {}).items():
            await self.picks(person, modal, label, option)
        self._complete(modal)
        payload = {
            "type": "view_submission",
            **self._interaction(person, modal),
            "view": modal.wire(),
            "response_urls": [],
        }
        envelope = self._envelope("interactive", payload)
        envelope.answered = lambda answer: self._submitted(answer, modal)
        return await self._tell([envelope], modal)

    async def closes(self, user: str | Person, view: View | None = None) -> Sent:
        """Close the modal; the bot hears of it where it asked to."""
        person = self.person(user)
        modal = view or self.modal(user)
        assert modal is not None, f"no modal is open before {person.name}"
        modal.open = False
        self.change()
        if not modal.shown.get("notify_on_close"):
            return Sent([], self, modal)
        interaction = self._interaction(person, modal)
        del interaction["trigger_id"]
        payload = {"type": "view_closed", **interaction, "view": modal.wire(), "is_cleared": False}
        return await self._tell([self._envelope("interactive", payload)], modal)

    async def opens_home(self, user: str | Person, tab: Literal["home", "messages"] = "home") -> Sent:
        """Open the app in the sidebar."""
        person = self.person(user)
        event: dict[str, Any] = {"user": person.id, "channel": self.direct(person).id, "tab": tab}
        event |= self._context(person)
        if (home := self.homes.get(person.id)) and tab == "home":
            event["view"] = home.wire()
        return await self._tell([self._event("app_home_opened", event)])

    async def looks_at(self, user: str | Person, channel: str | Room) -> Sent:
        """Have the room before them, beside the conversation with the agent; only an agent hears of it."""
        person = self.person(user)
        self.looked_at[person.id] = self.room(channel).id
        event = {"user": person.id, "channel": self.direct(person).id, "context": self._context(person)["app_context"]}
        return await self._tell([self._event("app_context_changed", event)])

    def _context(self, person: Person) -> dict[str, Any]:
        """What an agent is told of what somebody is looking at; nothing, where the app is none or did not ask."""
        if not self.agent or "app_context_changed" not in self.events:
            return {}
        there = self.looked_at.get(person.id)
        entities = [{"type": "slack#/types/channel_id", "value": there, "team_id": TEAM}]
        return {"app_context": {"entities": entities} if there else {}}

    async def rates(self, user: str | Person, message: Message, *, good: bool, nth: int = 0) -> Sent:
        """Press one of the two feedback buttons; of several pairs in the message, of the `nth`."""
        person = self.person(user)
        found = [each for each in self._seen(person, message) if each["type"] == "feedback_buttons"]
        assert len(found) > nth, f"there are {len(found)} pairs of feedback buttons"
        pressed = found[nth]["positive_button" if good else "negative_button"]
        told = {"type": "feedback_buttons", "action_id": found[nth]["action_id"]}
        return await self._act(
            person, message, found[nth], {**told, "value": pressed["value"], "text": pressed["text"]}
        )

    async def uses(self, user: str | Person, shortcut: str, message: Message | None = None) -> Sent:
        """Use a shortcut of the app, by its name: one of the whole workspace, or one of a message that they see."""
        person = self.person(user)
        found = next((each for each in self.shortcuts if each["name"] == shortcut), None)
        assert found, f"there is no shortcut {shortcut}; there are {[each['name'] for each in self.shortcuts]}"
        assert (found["type"] == "message") == (message is not None), f"it is a shortcut of the kind {found['type']}"
        payload = {**self._interaction(person, None), "callback_id": found["callback_id"], "action_ts": self.stamp()}
        if message is None:
            return await self._tell([self._envelope("interactive", {"type": "shortcut", **payload})])
        room = self.rooms[message.channel]
        assert not room.private or person.id in room.members, f"{person.name} does not see {room.name}"
        about = {
            "channel": {"id": room.id, "name": room.told_name},
            "message": message.wire(),
            "message_ts": message.ts,
            "response_url": self._response_url(person, room, None),
        }
        return await self._tell([self._envelope("interactive", {"type": "message_action", **payload, **about})])

    async def takes_prompt(self, user: str | Person, title: str) -> Sent:
        """Press a suggested prompt: its message is said in the direct messages."""
        prompts = self.prompts.get(self.direct(user).id, {})
        assert title in prompts, f"no prompt says “{title}”; there are {list(prompts)}"
        return await self.says(user, self.direct(user), prompts[title])

    def ends_streams(self) -> None:
        """As if they had been open for too long: what they show stays, and nothing can be added or stopped."""
        for room in self.rooms.values():
            for each in room.messages:
                each.streaming = False

    # --- channels and the installation

    async def invites(self, channel: str | Room, by: str | Person = "anna") -> Sent:
        """Invite the bot."""
        room, person = self.room(channel), self.person(by)
        assert person.id in room.members, f"{person.name} is not in {room.name}"
        room.members.add(self.bot.id)
        return await self._tell(self._joined(room, person), room)

    async def removes(self, channel: str | Room, by: str | Person = "anna") -> Sent:
        """Remove the bot."""
        room = self.room(channel)
        room.members.discard(self.bot.id)
        event = {"channel": room.id, "actor_id": self.person(by).id}
        return await self._tell([self._event(f"{room.kind}_left", event)], room)

    async def archives(self, channel: str | Room, by: str | Person = "anna") -> Sent:
        room = self.room(channel)
        room.archived = True
        return await self._tell(self._of_room(room, "archive", {"user": self.person(by).id, "is_moved": 0}), room)

    async def unarchives(self, channel: str | Room, by: str | Person = "anna") -> Sent:
        room = self.room(channel)
        room.archived = False
        return await self._tell(self._of_room(room, "unarchive", {"user": self.person(by).id}), room)

    async def renames(self, channel: str | Room, name: str) -> Sent:
        room = self.room(channel)
        room.name = name
        told = {"channel": {"id": room.id, "name": name, "name_normalized": name, "created": 1_700_000_000}}
        return await self._tell(self._of_room(room, "rename", told), room)

    async def deletes(self, what: str | Room | Message, by: str | Person = "anna") -> Sent:
        """Delete a channel, or a message."""
        if isinstance(what, Message):
            what.gone = True
            event = self._message_event(
                what, "message_deleted", {"deleted_ts": what.ts, "previous_message": what.wire()}
            )
            return await self._tell([event], what)
        room = self.room(what)
        sending = self._of_room(room, "deleted", {"actor_id": self.person(by).id})
        room.gone = True
        return await self._tell(sending, room)

    async def revokes_token(self, *, uninstalls: bool = False) -> Sent:
        """An admin revokes the bot's token, or takes the whole app out of the workspace."""
        error = "account_inactive" if uninstalls else "token_revoked"
        self.web.dead_tokens[self.web.bot_token] = error
        sending = [self._event("tokens_revoked", {"tokens": {"oauth": [], "bot": [self.bot.id]}}, timed=False)]
        if uninstalls:
            sending.append(self._event("app_uninstalled", {}, timed=False))
        return await self._tell(sending)

    async def redelivers(self, sent: Sent | None = None) -> Sent:
        """Everything that was sent then (None: last), once more: the same event_id, another envelope."""
        again = sent or self.last
        return Sent([await self.sockets.again(each) for each in again.envelopes], self, again.payload)

    # --- what is sent

    async def _tell(self, envelopes: Sequence[Envelope | None], payload: Any = None) -> Sent:
        going = [each for each in envelopes if each]
        self.last = Sent(going, self, payload)
        sent = self.last
        for each in going:
            await self.sockets.send(each)
        self.change()
        return sent

    def _envelope(self, kind: Literal["events_api", "slash_commands", "interactive"], payload: Any) -> Envelope:
        return Envelope(f"env-{self.number()}", kind, payload)

    def _event(
        self, kind: str, event: Mapping[str, Any], *, subscribed: str | None = None, timed: bool = True
    ) -> Envelope | None:
        """None: the app is not subscribed to it, or has not the scope it takes."""
        name = subscribed or kind
        if name not in self.events or _NEEDED.get(name, "commands") not in (*self.web.scopes, "commands"):
            return None
        stamp = {"event_ts": self.stamp()} if timed else {}
        payload = {
            "token": VERIFICATION,
            "team_id": TEAM,
            "api_app_id": APP,
            "event": {"type": kind, **stamp, **event},
            "type": "event_callback",
            "event_id": f"Ev{self.number():09}",
            "event_time": int(self.clock.now().timestamp()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM,
                    "user_id": self.bot.id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": self._shared(event.get("channel")),
            "event_context": f"4-{self.number():032}",
        }
        return self._envelope("events_api", payload)

    def _shared(self, channel: Any) -> bool:
        """Whether people of another workspace are in the channel."""
        room = self.rooms.get(channel) if isinstance(channel, str) else None
        return any(self.people[each].team != TEAM for each in room.members) if room else False

    def _of_room(self, room: Room, what: str, event: Mapping[str, Any]) -> list[Envelope | None]:
        """channel_archive, group_rename …: of private channels only where the bot is in them."""
        if room.private and self.bot.id not in room.members:
            return []
        return [self._event(f"{room.kind}_{what}", {"channel": room.id, **event})]

    def _said(self, message: Message, room: Room) -> list[Envelope | None]:
        sending = [self._message_event(message)]
        if f"<@{self.bot.id}>" in message.text and room.kind != "im" and self.bot.id in room.members:
            event = {**message.wire(), "type": "app_mention", "channel": room.id, "event_ts": message.ts}
            event.pop("parent_user_id", None)
            sending.append(self._event("app_mention", event))
        return sending

    def _message_event(
        self, message: Message, subtype: str | None = None, changed: Mapping[str, Any] | None = None
    ) -> Envelope | None:
        room = self.rooms[message.channel]
        if self.bot.id not in room.members:
            return None
        where = {"channel": room.id, "channel_type": room.kind}
        kinds = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
        name = f"message.{kinds[room.kind]}"
        if subtype:
            stamp = self.stamp()
            event = {"subtype": subtype, "ts": stamp, "event_ts": stamp, **(changed or {}), **where}
            return self._event("message", event, subscribed=name)
        event = {**message.wire(), "event_ts": message.ts, **where}
        if room.kind == "im" and not message.bot_id:
            event |= self._context(self.people[message.user])
        if not message.bot_id and not message.subtype:
            event["client_msg_id"] = f"00000000-0000-4000-8000-{self.number():012}"
        return self._event("message", event, subscribed=name)

    def _joined(self, room: Room, inviter: Person | None) -> list[Envelope | None]:
        message = self._stands(room, self.bot, f"<@{self.bot.id}> has joined the channel", None)
        message.subtype, message.blocks = f"{room.kind}_join", []
        event = {
            "user": self.bot.id,
            "channel": room.id,
            "channel_type": "G" if room.private else "C",
            "team": TEAM,
            **({"inviter": inviter.id} if inviter else {}),
        }
        return [self._event("member_joined_channel", event), self._message_event(message)]

    # --- the bot's own doings come back to it as events

    def _echo(self, message: Message, what: Literal["new", "changed", "deleted"], before: Message | None) -> None:
        match what:
            case "new":
                event = self._message_event(message)
            case "changed":
                was = before.wire() if before else None
                changed = {"message": message.wire(), "previous_message": was, "hidden": True}
                event = self._message_event(message, "message_changed", changed)
            case "deleted":
                gone = {"deleted_ts": message.ts, "previous_message": message.wire(), "hidden": True}
                event = self._message_event(message, "message_deleted", gone)
        self._later(event)

    def _came_in(self, room: Room) -> None:
        for each in self._joined(room, None):
            self._later(each)

    def _later(self, envelope: Envelope | None) -> None:
        """Keep it until `flush`: what causes it is not a coroutine."""
        if envelope:
            self._waiting.append(envelope)

    async def flush(self) -> None:
        while self._waiting:
            await self.sockets.send(self._waiting.pop(0))

    # --- interactions

    def _place(self, user: str | Person, where: Place | Literal["home", "modal"]) -> Place:
        if isinstance(where, Message | View):
            return where
        found = self.home(user) if where == "home" else self.modal(user)
        assert found, f"{self.person(user).name} sees no {where}"
        return found

    def _seen(self, person: Person, place: Place) -> list[dict[str, Any]]:
        """The elements there, which that person must be able to see."""
        assert self.interactive, "interactivity is off in the manifest"
        if isinstance(place, View):
            assert place.user == person.id, f"that is not {person.name}’s"
            assert place.open, "the modal is closed"
        else:
            room = self.rooms[place.channel]
            assert person.id in room.members or room.kind == "channel", f"{person.name} does not see {room.name}"
            assert place.only_for in (None, person.id), f"{person.name} does not see that ephemeral message"
            assert not place.gone, "the message is deleted"
        return elements_of(place.blocks)

    def _interaction(self, person: Person, view: View | None) -> dict[str, Any]:
        modal = view if view and view.shown["type"] == "modal" else None
        return {
            "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team},
            "api_app_id": APP,
            "token": VERIFICATION,
            "trigger_id": self.trigger(person.id, modal),
            "team": {"id": TEAM, "domain": "acme"},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    async def _act(self, person: Person, place: Place, element: Mapping[str, Any], action: dict[str, Any]) -> Sent:
        block = _block_of(place, element)
        _fill(place)
        action |= {"block_id": block["block_id"], "action_ts": self.stamp()}
        payload: dict[str, Any] = {"type": "block_actions"}
        if isinstance(place, View):
            payload |= self._interaction(person, place)
            payload |= {"container": {"type": "view", "view_id": place.id}, "view": place.wire()}
        else:
            room = self.rooms[place.channel]
            payload |= self._interaction(person, None)
            payload |= {
                "container": _container(place),
                "channel": {"id": room.id, "name": room.told_name},
                "state": {"values": deepcopy(place.state)},
                "response_url": self._response_url(person, room, place),
            }
            if place.only_for is None:
                payload["message"] = place.wire()
        payload["actions"] = [action]
        return await self._tell([self._envelope("interactive", payload)], place)

    def _response_url(self, person: Person, room: Room, message: Message | None) -> str:
        name = f"r{self.number():08}"
        self.response_urls[name] = ResponseUrl(person.id, room, message, self.clock.now())
        return f"{self.web.url}/response/{name}"

    def _value(self, person: Person, element: Mapping[str, Any], given: Picked) -> dict[str, Any]:
        """What the element holds once that was picked or typed."""
        kind = element["type"]
        many = [given] if isinstance(given, str) else list(given)
        if kind in _TYPED:
            assert len(given) <= element.get("max_length", 3000), "Slack takes no more characters there"
            return {"value": given}
        if kind in ("datepicker", "timepicker"):
            return {"selected_date" if kind == "datepicker" else "selected_time": given}
        thing = next((each for each in ("conversation", "channel", "user") if f"{each}s_select" in kind), None)
        if thing:
            offered = element.get("filter", {}).get("include")
            ids = [self.person(each).id if thing == "user" else self._listed(person, each, offered) for each in many]
            return {f"selected_{thing}s": ids} if kind.startswith("multi_") else {f"selected_{thing}": ids[0]}
        options = [_option(element, each) for each in many]
        several = kind == "checkboxes" or kind.startswith("multi_")
        return {"selected_options": options} if several else {"selected_option": options[0]}

    def _listed(self, person: Person, named: str, offered: Sequence[str] | None) -> str:
        room = self.room(named)
        seen = not room.private or person.id in room.members
        kind = {"channel": "public", "group": "private", "im": "im", "mpim": "mpim"}[room.kind]
        assert seen, f"{person.name} does not see {named}"
        assert kind in (offered or [kind]), f"the menu offers no {kind} channels"
        return room.id

    def _complete(self, modal: View) -> None:
        """A required field left empty keeps a modal from being sent."""
        _fill(modal)
        for block in modal.blocks:
            if block["type"] == "input" and not block.get("optional"):
                value = modal.state[block["block_id"]][block["element"]["action_id"]]
                given = any(value[name] for name in value if name != "type")
                assert given, f"“{block['label']['text']}” must be filled in before Slack sends it"

    def _submitted(self, answer: Any, modal: View) -> None:
        """The modal closes, shows errors, or becomes another, as the acknowledgement says."""
        action = (answer or {}).get("response_action")
        try:
            match action:
                case None:
                    modal.open = False
                case "clear":
                    for each in self.views.values():
                        each.open = each.open and each.root != modal.root
                case "errors":
                    self._complain_in(modal, answer["errors"])
                case "update":
                    self.web.changed_view(modal, self.web.shown(answer["view"], "modal"))
                case "push":
                    self.web.new_view(modal.user, self.web.shown(answer["view"], "modal"), modal)
                case _:
                    raise Refuse("invalid_arguments")
        except (Refuse, KeyError) as refusal:
            self.complaints.append(f"Slack cannot use this answer to a submission ({refusal}): {answer}")

    def _complain_in(self, modal: View, errors: Mapping[str, str]) -> None:
        inputs = {each["block_id"] for each in modal.blocks if each["type"] == "input"}
        if not errors or set(errors) - inputs:
            raise Refuse("invalid_arguments")
        modal.errors = dict(errors)

    def _answered_at_once(self, answer: Any, room: Room, person: Person) -> None:
        """The acknowledgement of a slash command may carry a message."""
        if not answer:
            return
        given = {"text": answer} if isinstance(answer, str) else answer
        try:
            self.web.respond_to(room, person.id, None, given)
        except Refuse as refusal:
            self.complaints.append(f"Slack cannot show this answer ({refusal} {refusal.fields}): {answer}")

    # --- standing messages

    def _may_write(self, person: Person, room: Room) -> None:
        assert person.id in room.members, f"{person.name} is not in {room.name}"
        assert not room.archived, f"{room.name} is archived"

    def _stands(self, room: Room, person: Person, text: str, thread: str | Message | None) -> Message:
        ts = thread.thread_ts or thread.ts if isinstance(thread, Message) else thread
        parent = room.find(ts) if ts else None
        assert parent or not ts, f"there is no message {ts} in {room.name}"
        message = Message(room.id, self.stamp(), person.id, text, self._rich(text), thread_ts=ts, team=person.team)
        if parent:
            parent.thread_ts = parent.ts
            message.parent_user = parent.user
        room.messages.append(message)
        return message

    def _rich(self, text: str) -> list[dict[str, Any]]:
        """The rich text that Slack's own composer sends beside the text."""
        parts: list[dict[str, Any]] = []
        for piece in filter(None, re.split(r"(<[^>]+>)", text)):
            if found := re.fullmatch(r"<@(\w+)>", piece):
                parts.append({"type": "user", "user_id": found[1]})
            elif found := re.fullmatch(r"<#(\w+)(?:\|[^>]*)?>", piece):
                parts.append({"type": "channel", "channel_id": found[1]})
            elif found := re.fullmatch(r"<!(channel|here|everyone)>", piece):
                parts.append({"type": "broadcast", "range": found[1]})
            elif found := re.fullmatch(r"<(https?:[^|>]+)(?:\|[^>]*)?>", piece):
                parts.append({"type": "link", "url": found[1].replace("&amp;", "&")})
            else:
                plain = piece.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
                parts.append({"type": "text", "text": plain})
        section = [{"type": "rich_text_section", "elements": parts}]
        return [{"type": "rich_text", "block_id": f"b{self.number()}", "elements": section}] if parts else []


# --- finding elements -----------------------------------------------------------------------------------------------


def _the_one(found: Sequence[dict[str, Any]], label: str, place: Place) -> dict[str, Any]:
    assert found, f"no button says “{label}”; there are {place.buttons}"
    return found[0]


def _names(place: Place, element: Mapping[str, Any]) -> set[str]:
    """What somebody may call an element: by its action_id, its placeholder, its label, or an overflow menu’s dots."""
    block = _block_of(place, element)
    labels = [element.get("placeholder"), block.get("label"), block.get("text") if block["type"] == "section" else None]
    dots = {"…"} if element["type"] == "overflow" else set()
    return {element["action_id"], *(each["text"] for each in labels if each)} | dots


def _block_of(place: Place, element: Mapping[str, Any]) -> dict[str, Any]:
    held = [block for block in flat(place.blocks) if any(each is element for each in elements_of([block]))]
    return held[-1]  # the innermost


def _options(element: Mapping[str, Any]) -> list[dict[str, Any]]:
    groups = element.get("option_groups") or [element]
    return [option for group in groups for option in group.get("options", ())]


def _option(element: Mapping[str, Any], text: str) -> dict[str, Any]:
    options = _options(element)
    found = next((each for each in options if each["text"]["text"] == text), None)
    assert found, f"no option says “{text}”; there are {[each['text']['text'] for each in options]}"
    return dict(found)


def _fill(place: Place) -> None:
    """Complete the state with what stands in each field before anybody touches it."""
    for block in flat(place.blocks):
        for element in () if "child_blocks" in block else elements_of([block]):
            if element["type"] not in ("button", "overflow", "feedback_buttons"):
                fields = place.state.setdefault(block["block_id"], {})
                fields.setdefault(element["action_id"], {"type": element["type"], **_initial(element)})


def _initial(element: Mapping[str, Any]) -> dict[str, Any]:
    """What a field holds before anybody touches it."""
    kind = element["type"]
    if kind in _TYPED:
        return {"value": element.get("initial_value")}
    if kind in ("datepicker", "timepicker"):
        what = kind.removesuffix("picker")
        return {f"selected_{what}": element.get(f"initial_{what}")}
    thing = next((each for each in ("conversation", "channel", "user") if f"{each}s_select" in kind), "option")
    if kind == "checkboxes" or kind.startswith("multi_"):
        return {f"selected_{thing}s": element.get(f"initial_{thing}s") or []}
    return {f"selected_{thing}": element.get(f"initial_{thing}")}


def _container(message: Message) -> dict[str, Any]:
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.only_for is not None,
    }
    return {**container, "thread_ts": message.thread_ts} if message.thread_ts else container
