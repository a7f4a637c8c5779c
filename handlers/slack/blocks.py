"""Messages as Slack's blocks. No I/O.

Words of articles travel in rich text and plain text, which Slack does not parse: nothing in them becomes a link, a
mention or a broadcast. Only the fallback is parsed, and there the three characters that matter are escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bot.model.messages import (
    OPEN,
    Block,
    Bullets,
    Card,
    Choice,
    Choices,
    Form,
    FormField,
    Heading,
    Message,
    Paragraph,
    Picture,
    Quote,
    Run,
    plain,
)
from bot.text.cleaning import inert, web_address
from bot.text.unlinking import unlinked

Json = dict[str, Any]

MAX_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_WEIGHT = 13_000  # of a message with blocks; Slack refuses it at some 500 more
BLOCK_WEIGHT = 125  # characters that a block counts for, in addition to its own
MAX_TEXT = 39_000  # of a message without blocks
FALLBACK = 3000
HEADER = 150
CONTEXT = 10  # elements of a context block
BUTTONS = 25  # elements of a row of actions
LABEL = 75  # of a button or an option
VALUE = 150  # of an option
OPTIONS = 100
MODAL_TITLE = 24
ALT = 2000
ADDRESS = 3000
MAX_STRENGTH = 10

SAY = "say"
"""How the action id of a button begins whose value is a command."""
FILL = "fill"
"""How the action id of a form's button begins; its value is the command, to be filled from the fields beside it."""
PICK = "pick"
"""How the action id of a form's field begins; the field's name follows."""
FORM = "form"
"""The callback id of a modal that is a form."""

NO_FILES: Mapping[bytes, str] = MappingProxyType({})


# --- words ---------------------------------------------------------------------------------------------------------


def escaped(words: str) -> str:
    """The text for where Slack parses it: nothing in it is markup, a mention, a broadcast or an address."""
    return unlinked(inert(words)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(words: str, most: int) -> str:
    """The beginning of the text in at most `most` characters, with an ellipsis at its end where it was cut."""
    words = inert(words)
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def address(link: str | None) -> str | None:
    """The link as Slack takes it: without its fragment where it is too long; None where it is not http or https."""
    whole = web_address(link)
    short = whole if whole is None or len(whole) <= ADDRESS else whole.partition("#")[0]
    return short if short and len(short) <= ADDRESS else None


# --- rich text -----------------------------------------------------------------------------------------------------


def _text(words: str, *, bold: bool = False) -> list[Json]:
    words = inert(words)
    return [{"type": "text", "text": words, **({"style": {"bold": True}} if bold else {})}] if words else []


def _run(run: Run) -> list[Json]:
    if run.person:
        return [{"type": "user", "user_id": run.person}]
    url = address(run.link)
    if url is None or not inert(run.text):
        return _text(run.text, bold=run.strong)
    return [{"type": "link", "url": url, "text": inert(run.text), **({"style": {"bold": True}} if run.strong else {})}]


def _section(elements: list[Json]) -> Json:
    return {"type": "rich_text_section", "elements": elements or [{"type": "text", "text": " "}]}


def _rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def _runs(runs: Iterable[Run]) -> Json:
    return _section([element for run in runs for element in _run(run)])


def _quotation(quote: Quote) -> Json:
    """The quote with its anchor in bold, followed by its source."""
    opening, closing = quote.marks
    start, end = quote.anchor
    words = quote.text
    elements = [
        *_text(opening + words[:start]),
        *_text(words[start:end], bold=True),
        *_text(words[end:] + closing + "  "),
        *_run(Run(quote.source + (" ↗" if address(quote.link) else ""), link=quote.link)),
        *(_text(f" ({quote.note})") if quote.note else []),
    ]
    return {"type": "rich_text_quote", "elements": elements}


# --- blocks --------------------------------------------------------------------------------------------------------


def rendered(blocks: Sequence[Block], *, scope: str = "", files: Mapping[bytes, str] = NO_FILES) -> list[Json]:
    """The blocks as Slack's.

    `scope` is how the block ids of rows of buttons begin, in a view that must tell them apart. `files` are the pictures
    that were uploaded, with their file ids; any other picture is replaced by its description.
    """
    made = [each for block in blocks for each in _block(block, files)]
    rows = [each for each in made if each["type"] == "actions"]
    for number, row in enumerate(rows):
        if scope:
            row["block_id"] = f"{scope}:{number}"
    return made


def _block(block: Block, files: Mapping[bytes, str]) -> list[Json]:
    match block:
        case Heading(text=words):
            return [_heading(words)]
        case Paragraph(runs=runs, quiet=True) if not any(run.link or run.strong for run in runs):
            return [_context(runs)]
        case Paragraph(runs=runs):
            return [_rich(_runs(runs))]
        case Bullets(items=items):
            return [_rich({"type": "rich_text_list", "style": "bullet", "elements": [_runs(item) for item in items]})]
        case Quote():
            return [_rich(_quotation(block))]
        case Choices(choices=choices):
            return _rows(choices)
        case Form():
            return [_form_row(block)]
        case Card():
            return _card(block)
        case Picture():
            return [_picture(block, files.get(block.png))]


def _picture(picture: Picture, file: str | None) -> Json:
    if file is None:
        return _context((Run(f"[picture: {picture.alt}]"),))
    return {"type": "image", "slack_file": {"id": file}, "alt_text": cut(picture.alt, ALT) or "…"}


def _heading(words: str) -> Json:
    words = inert(words)
    if 0 < len(words) <= HEADER:
        return {"type": "header", "text": _plain(words)}
    return _rich(_section(_text(words, bold=True)))


def _plain(words: str) -> Json:
    return {"type": "plain_text", "text": inert(words) or " ", "emoji": False}


def _context(runs: Sequence[Run]) -> Json:
    elements = [_small(run) for run in runs if run.person or inert(run.text)]
    return {"type": "context", "elements": elements[:CONTEXT] or [_plain(" ")]}


def _small(run: Run) -> Json:
    return {"type": "mrkdwn", "text": f"<@{run.person}>"} if run.person else _plain(run.text)


def _rows(choices: Sequence[Choice]) -> list[Json]:
    buttons = [_button(choice.label, choice.command, f"{SAY}:{number}") for number, choice in enumerate(choices)]
    return [
        {"type": "actions", "elements": buttons[start : start + BUTTONS]} for start in range(0, len(buttons), BUTTONS)
    ]


def _button(label: str, value: str, action: str) -> Json:
    text = {"type": "plain_text", "text": cut(label, LABEL) or "…", "emoji": False}
    return {"type": "button", "text": text, "value": value, "action_id": action}


def _card(card: Card) -> list[Json]:
    number = str(card.number) if card.number else f"s{card.signal_id}"
    facts = " · ".join(card.facts)
    dots = "●" * card.strength + "○" * (MAX_STRENGTH - card.strength)
    body = [_section(_text(words)) for words in (card.news, card.analysis) if inert(words)]
    quoted = [_quotation(card.quote)] if card.quote else []
    opened = [_section(_run(Run(OPEN, link=card.link)))] if address(card.link) else []
    return [
        {"type": "divider"},
        _rich(_section([*_text(f"{number}  {card.title}", bold=True)])),
        {"type": "context", "elements": [_plain(f"{dots} {card.strength}{card.trend} · {facts}")]},
        *([_rich(*body, *quoted, *opened)] if body or quoted or opened else []),
        *_rows(card.actions),
    ]


# --- forms ---------------------------------------------------------------------------------------------------------


def _form_row(form: Form) -> Json:
    """A form within a message, where no modal can be opened: its fields side by side, then the button that sends it."""
    fields = [{**_select(field), "action_id": f"{PICK}:{field.name}"} for field in form.fields]
    return {"type": "actions", "elements": [*fields, _button(form.submit, form.command, f"{FILL}:{form.title}"[:255])]}


def _select(field: FormField) -> Json:
    options = [_option(label, word) for label, word in field.options[:OPTIONS]]
    chosen = next((option for option in options if option["value"] == field.chosen), None)
    initial = {"initial_option": chosen} if chosen else {}
    return {"type": "static_select", "placeholder": _plain(cut(field.label, VALUE)), "options": options, **initial}


def _option(label: str, word: str) -> Json:
    return {"text": _plain(cut(label, LABEL)), "value": word[:VALUE]}


def modal(form: Form, metadata: str) -> Json:
    """The form as a modal; `metadata` comes back with its submission."""
    inputs = [
        {
            "type": "input",
            "block_id": f"{PICK}:{field.name}",
            "label": _plain(cut(field.label, 2000)),
            "element": {**_select(field), "action_id": f"{PICK}:{field.name}"},
        }
        for field in form.fields
    ]
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": _plain(cut(form.title, MODAL_TITLE)),
        "submit": _plain(cut(form.submit, MODAL_TITLE)),
        "close": _plain("Cancel"),
        "private_metadata": metadata,
        "blocks": inputs,
    }


def filled(command: str, picks: dict[str, str]) -> str:
    """The form's command with the options picked; it ends before the first field without one, and the bot then asks for
    the rest."""
    words: list[str] = []
    for word in command.split():
        if word.startswith("{") and word.endswith("}"):
            if (picked := picks.get(word[1:-1])) is None:
                break
            words.append(picked)
        else:
            words.append(word)
    return " ".join(words)


# --- whole messages ------------------------------------------------------------------------------------------------


def fits(blocks: Sequence[Block]) -> bool:
    """Whether the blocks fit into one message."""
    return _is_one(rendered(blocks))


def _is_one(made: Sequence[Json]) -> bool:
    return len(made) <= MAX_BLOCKS and characters(list(made)) + BLOCK_WEIGHT * len(made) <= MAX_WEIGHT


def characters(value: object) -> int:
    """How many characters a reader sees in these blocks."""
    match value:
        case dict():
            return sum(
                len(each) if key == "text" and isinstance(each, str) else characters(each)
                for key, each in value.items()
            )
        case list():
            return sum(map(characters, value))
    return 0


def payload(message: Message, files: Mapping[bytes, str] = NO_FILES) -> Json:
    """A message as arguments of the Web API: its blocks, and the text of its notification; `files` as in `rendered`."""
    blocks = rendered(message.blocks, files=files)
    if not _is_one(blocks):
        return without_blocks(message)
    return {"text": escaped(cut(message.fallback, FALLBACK)) or "…", "blocks": blocks}


def without_blocks(message: Message) -> Json:
    """The message as plain text, for when its blocks are refused or too many."""
    shown = [block for block in message.blocks if not isinstance(block, Choices)]
    return {"text": escaped(cut(plain(Message(tuple(shown), message.fallback)), MAX_TEXT)) or "…", "blocks": []}
