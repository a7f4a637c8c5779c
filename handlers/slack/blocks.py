"""Messages as Slack's blocks, and forms as its modals. No I/O."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from bot.model.messages import (
    Block,
    Bullets,
    Card,
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
from bot.text.cleaning import inert
from handlers.slack.abilities import Feature
from handlers.slack.cards import card_blocks
from handlers.slack.elements import (
    LABEL,
    Json,
    button,
    context,
    cut,
    escaped,
    plain_text,
    quotation,
    rich,
    rows,
    runs_section,
    section,
    texts,
)
from handlers.slack.newer import VERDICTS, chart, charted, feedback, flat, table

MAX_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_WEIGHT = 13_000  # of a message with blocks; Slack refuses it at some 500 more
BLOCK_WEIGHT = 125  # characters that a block counts for, in addition to its own
MAX_TEXT = 39_000  # of a message without blocks
FALLBACK = 3000
HEADER = 150
VALUE = 150  # of an option
OPTIONS = 100
MODAL_TITLE = 24
ALT = 2000

FILL = "fill"
"""How the action id of a form's button begins; its value is the command, to be filled from the fields beside it."""
PICK = "pick"
"""How the action id of a form's field begins; the field's name follows."""
FORM = "form"
"""The callback id of a modal that is a form."""

NO_FILES: Mapping[bytes, str] = MappingProxyType({})


# --- blocks --------------------------------------------------------------------------------------------------------


def rendered(
    blocks: Sequence[Block],
    *,
    scope: str = "",
    files: Mapping[bytes, str] = NO_FILES,
    newer: Collection[Feature] = (),
) -> list[Json]:
    """The blocks as Slack's.

    `scope` is how the block ids of rows of buttons begin, in a view that must tell them apart. `files` are the pictures
    that were uploaded, with their file ids; any other picture is replaced by its description. `newer`: which newer
    blocks may be among them.
    """
    closed = sum(isinstance(block, Card) for block in blocks) > 1
    made = [each for block in blocks for each in _block(block, files, newer, closed=closed)]
    actions = [each for each in made if each["type"] == "actions"]
    for number, row in enumerate(actions):
        if scope:
            row["block_id"] = f"{scope}:{number}"
    return made


def _block(block: Block, files: Mapping[bytes, str], newer: Collection[Feature], *, closed: bool) -> list[Json]:
    match block:
        case Bullets(table=True) if Feature.TABLE in newer:
            return [table(block)]
        case Choices() if Feature.FEEDBACK in newer:
            return _rated(block)
        case Card():
            return card_blocks(block, newer, closed=closed)
        case Picture():
            return [
                chart(block) if Feature.CHART in newer and charted(block) else _picture(block, files.get(block.png))
            ]
        case _:
            return _older(block)


def _older(block: Heading | Paragraph | Bullets | Quote | Choices | Form) -> list[Json]:
    match block:
        case Heading(text=words):
            return [_heading(words)]
        case Paragraph(runs=runs, quiet=True) if not any(run.link or run.strong for run in runs):
            return [context(runs)]
        case Paragraph(runs=runs):
            return [rich(runs_section(runs))]
        case Bullets(items=items):
            return [rich({"type": "rich_text_list", "style": "bullet", "elements": [*map(runs_section, items)]})]
        case Quote():
            return [rich(quotation(block))]
        case Choices(choices=choices):
            return rows(choices)
        case Form():
            return [_form_row(block)]


def _rated(choices: Choices) -> list[Json]:
    """The buttons, those for a verdict on their signal as feedback below the others."""
    if choices.signal_id is None:
        return rows(choices.choices)
    others = [each for each in choices.choices if each.command.split()[0] not in VERDICTS]
    return [*rows(others), feedback(choices.signal_id)]


def _picture(picture: Picture, file: str | None) -> Json:
    if file is None:
        return context((Run(f"[picture: {picture.alt}]"),))
    return {"type": "image", "slack_file": {"id": file}, "alt_text": cut(picture.alt, ALT) or "…"}


def _heading(words: str) -> Json:
    words = inert(words)
    if 0 < len(words) <= HEADER:
        return {"type": "header", "text": plain_text(words)}
    return rich(section(texts(words, bold=True)))


# --- forms ---------------------------------------------------------------------------------------------------------


def _form_row(form: Form) -> Json:
    """A form within a message, where no modal can be opened: its fields side by side, then the button that sends it."""
    fields = [{**_select(field), "action_id": f"{PICK}:{field.name}"} for field in form.fields]
    return {"type": "actions", "elements": [*fields, button(form.submit, form.command, f"{FILL}:{form.title}"[:255])]}


def _select(field: FormField) -> Json:
    options = [_option(label, word) for label, word in field.options[:OPTIONS]]
    chosen = next((option for option in options if option["value"] == field.chosen), None)
    initial = {"initial_option": chosen} if chosen else {}
    return {"type": "static_select", "placeholder": plain_text(cut(field.label, VALUE)), "options": options, **initial}


def _option(label: str, word: str) -> Json:
    return {"text": plain_text(cut(label, LABEL)), "value": word[:VALUE]}


def modal(form: Form, metadata: str) -> Json:
    """The form as a modal; `metadata` comes back with its submission."""
    inputs = [
        {
            "type": "input",
            "block_id": f"{PICK}:{field.name}",
            "label": plain_text(cut(field.label, 2000)),
            "element": {**_select(field), "action_id": f"{PICK}:{field.name}"},
        }
        for field in form.fields
    ]
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": plain_text(cut(form.title, MODAL_TITLE)),
        "submit": plain_text(cut(form.submit, MODAL_TITLE)),
        "close": plain_text("Cancel"),
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
    count = sum(1 for _ in flat(made))
    return count <= MAX_BLOCKS and characters(list(made)) + BLOCK_WEIGHT * count <= MAX_WEIGHT


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


def payload(message: Message, files: Mapping[bytes, str] = NO_FILES, newer: Collection[Feature] = ()) -> Json:
    """A message as arguments of the Web API: its blocks, and the text of its notification.

    `files` and `newer` are as in `rendered`; a message that is too long with newer blocks is made without them.
    """
    blocks = rendered(message.blocks, files=files, newer=newer)
    if not _is_one(blocks):
        return payload(message, files) if newer else without_blocks(message)
    return {"text": escaped(cut(message.fallback, FALLBACK)) or "…", "blocks": blocks}


def without_blocks(message: Message) -> Json:
    """The message as plain text, for when its blocks are refused or too many."""
    shown = [block for block in message.blocks if not isinstance(block, Choices)]
    return {"text": escaped(cut(plain(Message(tuple(shown), message.fallback)), MAX_TEXT)) or "…", "blocks": []}
