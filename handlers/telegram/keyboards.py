"""Buttons as inline keyboards; a form shows one field at a time, and its buttons carry what was picked so far."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.model.messages import Block, Card, Choice, Choices, Form, Style
from handlers.telegram.formatting import cut, inert

MAX_BUTTONS = 100  # of a keyboard
LABEL = 64  # characters of a button; more cannot be read on a phone
ROW = 3  # buttons in a row
ROW_CHARACTERS = 28  # of all labels in a row

STEP = "+"
"""How the data of a form's button begins: "+", "+0", "+0.2", the numbers of the options picked so far."""
CANCEL = "+x"
"""The data of the button that deletes a form."""

_STEP = re.compile(r"\+(\d{1,3}(?:\.\d{1,3})*)?")

Rows = tuple[tuple[Choice, ...], ...]


def rows(blocks: Sequence[Block]) -> Rows:
    """The buttons of a message: a row for each card, then the others; of a form, the options of its first field."""
    made: list[tuple[Choice, ...]] = []
    several = sum(isinstance(block, Card) for block in blocks) > 1
    for block in blocks:
        match block:
            case Card(actions=actions) if actions:
                made.append(tuple(_of_card(block, action, several=several) for action in actions))
            case Choices(choices=choices):
                made += _packed(choices)
            case Form():
                made += step_rows(block, ())
    return tuple(made)


def _of_card(card: Card, action: Choice, *, several: bool) -> Choice:
    """A card's button with its number in the label: "Why?" becomes "Why 2", "Mute …" becomes "Mute 2 …"."""
    if not several and not card.number:
        return action
    number = str(card.number) if card.number else f"s{card.signal_id}"
    label = action.label.removesuffix("?")
    base = label.removesuffix("…").rstrip()
    return Choice(f"{base} {number}" + (" …" if label.endswith("…") else ""), action.command)


def _packed(choices: Iterable[Choice]) -> Iterator[tuple[Choice, ...]]:
    """The choices in rows that can be read on a phone."""
    row: list[Choice] = []
    for choice in choices:
        characters = sum(len(each.label) for each in row) + len(choice.label)
        if row and (len(row) == ROW or characters > ROW_CHARACTERS):
            yield tuple(row)
            row = []
        row.append(choice)
    if row:
        yield tuple(row)


def keyboard(of: Rows) -> InlineKeyboardMarkup | None:
    """The rows as an inline keyboard, without any button beyond Telegram's hundred; None: there are no buttons."""
    left, made = MAX_BUTTONS, []
    for row in of:
        made.append([_button(each) for each in row][:left])
        left -= len(made[-1])
    made = [row for row in made if row]
    return InlineKeyboardMarkup(made) if made else None


def _button(choice: Choice) -> InlineKeyboardButton:
    """Blue or red where it is not plain (since Bot API 9.4)."""
    label = cut(inert(choice.label), LABEL).strip() or "…"
    style = None if choice.style is Style.PLAIN else choice.style.value
    return InlineKeyboardButton(label, callback_data=choice.command, style=style)


def unstyled(shown: InlineKeyboardMarkup) -> InlineKeyboardMarkup:
    """The keyboard with plain buttons."""
    rows = shown.inline_keyboard
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(each.text, callback_data=each.callback_data) for each in row] for row in rows]
    )


# --- forms ---------------------------------------------------------------------------------------------------------


def step_rows(form: Form, picks: Sequence[int]) -> list[tuple[Choice, ...]]:
    """A form's buttons after `picks`, the options picked so far: those of the next field, then Back and Cancel."""
    field = form.fields[len(picks)]
    taken = "".join(f"{pick}." for pick in picks)
    options = [Choice(label, f"{STEP}{taken}{number}") for number, (label, _) in enumerate(field.options)]
    back = [Choice("‹ Back", STEP + ".".join(map(str, picks[:-1])))] if picks else []
    return [*_packed(options), (*back, Choice("Cancel", CANCEL))]


def step(form: Form, data: str) -> Rows | str | None:
    """What a form's button leads to: the keyboard of the next field, or the whole command. None: its data does not fit
    the form (any more)."""
    match = _STEP.fullmatch(data)
    if match is None:
        return None
    picks = [int(each) for each in match[1].split(".")] if match[1] else []
    fields = form.fields[: len(picks)]
    if len(picks) > len(form.fields) or any(
        pick >= len(field.options) for pick, field in zip(picks, fields, strict=True)
    ):
        return None
    if len(picks) < len(form.fields):
        return tuple(step_rows(form, picks))
    command = form.command
    for pick, field in zip(picks, form.fields, strict=True):
        command = command.replace(f"{{{field.name}}}", field.options[pick][1])
    return command


def is_step(data: str) -> bool:
    """Whether a button's data is that of a form: a step or Cancel."""
    return data.startswith(STEP)
