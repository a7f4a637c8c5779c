"""Messages laid out as lines for a terminal, and the consoles they are printed on."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from typing import IO

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from bot.model.harmless import beneath, harmless, one_line
from bot.model.messages import (
    OPEN,
    Block,
    Bullets,
    Card,
    Choice,
    Choices,
    Form,
    Heading,
    Message,
    Paragraph,
    Picture,
    Quote,
    Run,
)
from bot.text.cleaning import web_address

TYPE = "type "  # stands before commands to type, where other platforms show buttons
MAX_WIDTH = 100  # columns; longer lines are hard to read
INDENT = 3  # columns
MAX_STRENGTH = 10

# From the 256 colours, which no theme changes: both are readable on black and on white.
ACCENT = Style(color="color(166)")
LINKED = Style(color="color(31)")
BOLD = Style(bold=True)
DIM = Style(dim=True)
STRUCK = Style(strike=True)


# --- printing ------------------------------------------------------------------------------------------------------


def show(message: Message) -> None:
    """Print a message on standard output, for subcommands that open no platform."""
    console = screen(sys.stdout)
    console.print(Text("\n").join(Layout(console).lines(message)), soft_wrap=True)


def laid_out(console: Console, message: Message) -> str:
    """The message as it would be printed on the console, escape codes for colours and links included."""
    with console.capture() as captured:
        console.print(Text("\n").join(Layout(console).lines(message)), soft_wrap=True)
    return captured.get()


def screen(file: IO[str]) -> Console:
    """A console on the file that interprets no markup, and lets only escape sequences of its own through; characters
    the file's encoding lacks are replaced, so that printing never fails on them."""
    file = beneath(file)
    if isinstance(file, TextIOWrapper) and "utf" not in file.encoding.lower():
        file.reconfigure(errors="replace")
    console = Console(file=file, highlight=False, markup=False, emoji=False)
    console.push_render_hook(_Gate())
    return console


class _Gate(RenderHook):
    """Makes whatever a console prints harmless: a text that was not made so before, and the address of a link."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Harmless(each) for each in renderables]


class _Harmless:
    def __init__(self, of: ConsoleRenderable) -> None:
        self._of = of

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterable[Segment]:
        for segment in console.render(self._of, options):
            yield segment if segment.control else Segment(harmless(segment.text), _safely_linked(segment.style))


def _safely_linked(style: Style | None) -> Style | None:
    """The style, without a link whose address could end the escape sequence that it stands in."""
    return style.update_link(None) if style and style.link and harmless(style.link) != style.link else style


def _link(address: str | None) -> str | None:
    """The address made safe to stand in an escape sequence; None where it is not http or https."""
    return web_address(one_line(address)) if address else None


# --- layout --------------------------------------------------------------------------------------------------------


class Layout:
    """Lays messages out as lines that fit a console; links are hyperlinks, or spelled out where it shows none."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._width = max(min(console.width, MAX_WIDTH), 20)
        self._hyperlinks = console.is_terminal and console.color_system is not None  # a dumb terminal has none

    def lines(self, message: Message) -> list[Text]:
        """The whole message; where it has cards, its last line says what can be typed about them."""
        lines: list[Text] = []
        before: Block | None = None
        for block in message.blocks:
            if before is not None and _separated(before, block):
                lines.append(Text())
            lines += self._block(block)
            before = block
        cards = [block for block in message.blocks if isinstance(block, Card) and block.actions]
        return [*lines, Text(), *self._row(_hints(cards[0]), Text(TYPE, DIM))] if cards else lines

    def _block(self, block: Block) -> Iterable[Text]:
        match block:
            case Heading(text=words):
                return self._wrap(Text(one_line(words), BOLD + ACCENT))
            case Paragraph(runs=runs, quiet=quiet):
                return self._wrap(self._runs(runs, DIM if quiet else Style()))
            case Bullets(items=items):
                return [line for item in items for line in self._wrap(self._runs(item), Text("• ", ACCENT))]
            case Quote():
                return self._quote(block)
            case Choices(choices=choices):
                return self._row([_choice(choice) for choice in choices], Text(TYPE, DIM))
            case Form():
                return self._form(block)
            case Card():
                return self._card(block)
            case Picture(alt=alt):
                return self._wrap(Text(f"[picture: {one_line(alt)}]", DIM))

    def _card(self, card: Card) -> list[Text]:
        number = str(card.number) if card.number else f"s{card.signal_id}"
        head = Text(number.ljust(INDENT - 1) + " ", BOLD + ACCENT)
        facts = Text.assemble(
            ("●" * card.strength, ACCENT),
            ("○" * (MAX_STRENGTH - card.strength), DIM),
            (f" {card.strength}{one_line(card.trend)}", BOLD),
            (one_line("".join(f" · {each}" for each in card.facts)), DIM),
        )
        under = Text(" " * INDENT)
        return [
            *self._wrap(Text(one_line(card.title), BOLD + STRUCK if card.struck else BOLD), head),
            *self._wrap(facts, under),
            *(
                line
                for words, style in ((card.news, Style()), (card.analysis, STRUCK if card.struck else Style()))
                if words
                for line in self._wrap(Text(one_line(words), style), under)
            ),
            *(self._quote(card.quote) if card.quote else ()),
            *(line for words in card.notes for line in self._wrap(Text(one_line(words), BOLD), under)),
            *(self._opening(card.link) if card.link else ()),
        ]

    def _opening(self, link: str) -> list[Text]:
        """A line that leads to a signal's page; the address is spelled out where the console shows no hyperlinks."""
        under, address = Text(" " * INDENT), _link(link)
        shown = under + self._linked(OPEN, link)
        return [shown] if self._hyperlinks or not address else [shown + Text(f" {address}")]

    def _quote(self, block: Quote) -> list[Text]:
        start, end = block.anchor
        opening, closing = block.marks
        style = STRUCK if block.struck else Style()
        words = Text.assemble(
            (opening + one_line(block.text[:start]), style),
            (one_line(block.text[start:end]), BOLD + style),
            (one_line(block.text[end:]) + closing, style),
            "  ",
            self._linked(block.source + (" ↗" if block.link else ""), block.link),
            (f" ({one_line(block.note)})" if block.note else "", DIM),
        )
        under = Text(" " * INDENT)
        lines = self._wrap(words, under)
        address = _link(block.link)
        # Never wrapped, however long: it is there to be copied.
        return lines if self._hyperlinks or not address else [*lines, under + Text(address)]

    def _form(self, form: Form) -> list[Text]:
        lines = self._wrap(Text(one_line(form.title), BOLD))
        for each in form.fields:
            options = [Text(one_line(f"{label} ({word})")) for label, word in each.options]
            lines += self._row(options, Text(f"{one_line(each.label)}: "))
        return [*lines, *self._row([Text(one_line(form.command), ACCENT)], Text(TYPE, DIM))]

    def _runs(self, runs: Sequence[Run], style: Style | None = None) -> Text:
        base = style or Style()
        pieces = [
            self._linked(run.text, run.link, base + BOLD if run.strong else base)
            if run.link
            else Text(one_line(run.text), base + BOLD if run.strong else base)
            for run in runs
        ]
        return Text.assemble(*pieces)

    def _linked(self, words: str, address: str | None, style: Style | None = None) -> Text:
        link = _link(address)
        base = style or Style()
        return Text(one_line(words), base + LINKED + Style(link=link) if link else base + DIM)

    def _row(self, pieces: Iterable[Text], first: Text) -> list[Text]:
        """Pieces side by side after `first`, wrapped only between pieces: a command broken over two lines would be
        copied wrongly."""
        lines = [first]
        for number, piece in enumerate(pieces):
            between = Text(" · " if number else "", DIM)
            if number and lines[-1].cell_len + 3 + piece.cell_len > self._width:
                lines.append(Text(" " * first.cell_len))
                between = Text()
            lines[-1] = Text.assemble(lines[-1], between, piece)
        return lines

    def _wrap(self, text: Text, first: Text | None = None) -> list[Text]:
        """The text wrapped to the width; the first line begins with `first`, the others are indented by its width."""
        indent = first.cell_len if first else 0
        lines = text.wrap(self._console, max(self._width - indent, 10))
        for line in lines:
            line.rstrip()
        heads = [first or Text(), *[Text(" " * indent)] * (len(lines) - 1)]
        return [Text.assemble(head, line) for head, line in zip(heads, lines, strict=True)]


def _separated(before: Block, block: Block) -> bool:
    """Whether an empty line stands between two neighbouring blocks."""
    if isinstance(before, Heading):
        return not isinstance(block, Paragraph)
    if _is_title(before):
        return False
    return not isinstance(block, Bullets) or isinstance(before, Quote)


def _is_title(block: Block) -> bool:
    """Whether a paragraph serves as the title of what follows: all of it is strong."""
    return isinstance(block, Paragraph) and all(run.strong for run in block.runs)


def _choice(choice: Choice) -> Text:
    """A button as a command to type, followed by its label where the label says more."""
    said = choice.label.strip(" ?….").lower() in choice.command.lower()
    return Text.assemble((one_line(choice.command), ACCENT), ("" if said else f" ({one_line(choice.label)})", DIM))


def _hints(card: Card) -> list[Text]:
    """Commands that can be typed about a card, with the number that the reader sees on it."""
    named = str(card.number) if card.number else f"s{card.signal_id}"
    words = [one_line(each.command).replace(f"s{card.signal_id}", named) for each in card.actions]
    from bot.model.finding import Dimension

    kinds = {each.value for each in Dimension}
    tag = next((one_line(each) for each in card.tags if each not in kinds), None)
    mute = [f"mute {tag} for 7d"] if tag else []
    return [Text(word, ACCENT) for word in (*words, *mute, "help")]
