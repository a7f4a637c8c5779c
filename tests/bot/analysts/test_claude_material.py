"""What a model is given to write from, and what its messages are said to have cost."""

from __future__ import annotations

from anthropic.types import Message
from anthropic.types import Usage as Billed

from bot.analysts.claude import composing
from bot.analysts.claude.budget import Usage
from bot.analysts.claude.replies import usage_of
from bot.model.finding import Pick, Stance
from bot.model.signal import Dossier
from bot.text.evidence import cut
from tests import make

WRITTEN = "工場が閉鎖される。千人が職を失う。社長が説明した。"
"""Three sentences with no blank between them."""


def test_what_stands_right_beside_a_quote_is_shown_too() -> None:
    """Also where a script leaves no blank between sentences, the quoted sentence alone is left out of the others."""
    ends = [at + 1 for at, character in enumerate(WRITTEN) if character == "。"]
    spans = tuple(zip([0, *ends], ends, strict=False))
    article = make.article(1, WRITTEN, sentences=spans, language="ja")
    quote = cut(article, Pick(1, 1))
    assert quote
    signal = make.signal(articles=(make.member(article, evidence=(quote,)),))
    (shown,) = composing.numbered_quotes(Dossier(signal, (article,))).articles
    assert shown["quoted"] == [[0, "千人が職を失う。"]]
    assert shown["more"] == [[1, "工場が閉鎖される。"], [2, "社長が説明した。"]]


def test_copies_and_texts_that_are_gone_are_not_shown() -> None:
    """Each story once, and only from a text that can be quoted."""
    whole, copied, gone = (make.article(n, f"The works {n} close. They were old.") for n in (1, 2, 3))
    members = (
        make.member(whole, evidence=()),
        make.member(copied, evidence=(), stance=Stance.COPY),
        make.member(gone, evidence=()),
    )
    sheet = composing.numbered_quotes(Dossier(make.signal(articles=members), (whole, copied)))
    assert [each["more"] for each in sheet.articles] == [[[0, "The works 1 close."], [1, "They were old."]]]


def test_what_a_message_does_not_say_it_used_cost_nothing() -> None:
    """Tokens of a cache are counted where the endpoint names them, and there alone."""
    billed = Billed(input_tokens=7, output_tokens=3)
    message = Message(id="m", content=[], model="m", role="assistant", type="message", usage=billed)
    assert usage_of(message) == Usage(7, 3, 0, 0)
    billed = billed.model_copy(update={"cache_read_input_tokens": 5, "cache_creation_input_tokens": 2})
    assert usage_of(message.model_copy(update={"usage": billed})) == Usage(7, 3, 5, 2)
