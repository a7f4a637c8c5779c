"""Texts: cleaning, HTML, sentences with exact offsets, languages."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.cleaning import clean
from bot.text.language_detection import recognise
from bot.text.markup import html_to_text
from bot.text.segmentation import LONGEST, sentences

# --- sentences: written with | where one ends and the next begins

CASES = [
    ("en", "Rates rose.| Stocks fell."),
    ("en", "A headline without a stop\n\n|The text begins. |It goes on."),
    ("en", "Mr. Smith met Mrs. Jones and Dr. Brown.| They left."),
    ("en", "Sen. Elizabeth Warren asked Gov. Newsom.| He declined."),
    ("en", "Gen. Mark Milley spoke.| Lt. Col. Vindman did not."),
    ("en", "The U.S. Senate voted.| The bill passed."),
    ("en", "They moved to the U.S.| The move was costly."),
    ("en", "He lives in Washington D.C.| He works there."),
    ("en", "U.S. President Biden and U.K. Prime Minister Sunak met."),
    ("en", "Apple Inc. Chief Executive Tim Cook spoke.| Shares rose."),
    ("en", "It was bought by Acme Corp.| The price was not disclosed."),
    ("en", "J. P. Morgan and George W. Bush were there."),
    ("en", "John F. Kennedy won.| In 1963 he died."),
    ("en", "See No. 5 on the list.| No. 6 is missing."),
    ("en", "Did he agree?| No.| The answer was clear."),
    ("en", "It rose 3.5 per cent to 1,234.56 points.| It fell later."),
    ("en", "It costs $3.50.| Nobody pays that."),
    ("en", "Some fruit, e.g. apples, is dear.| Some, i.e. pears, is not."),
    ("en", "Banks, insurers, etc. are exposed.| Others are not."),
    ("en", "It begins at 5 p.m. on Friday.| It ends at 7 p.m.| The doors close then."),
    ("en", "It was founded on Jan. 5 and closed on Sept. 12, 2020.| Nobody noticed."),
    ("en", "He was 31.| She was 30."),
    ("en", "In 2020.| Then nothing."),
    ("en", "“We won.” |They cheered."),
    ("en", "“We won,” he said. |“They lost.”"),
    ("en", '"Why now?" asked Smith.| "Because."'),
    ("en", "“Why now?” Smith asked.| Nobody knew."),
    ("en", "“Stop!” she said.| He stopped."),
    ("en", "(It was late.) |They left."),
    ("en", "It was late (or early). |They left."),
    ("en", "Really?!| Yes."),
    ("en", "Wait ... what happened?| Nothing."),
    ("en", "It ended…| Nobody came."),
    ("en", "He paused… and went on."),
    ("en", "Yahoo! said it would buy it.| It did."),
    ("en", "Sales of phones fell.| iPhone sales rose."),
    ("en", "The site is example.com and the file is readme.txt.| Write to a.b@example.org."),
    ("en", "Version 2.0.1 is out.| Version 3 is not."),
    ("en", "1. Buy the book.| 2. Read it."),
    ("en", "Roe v. Wade was overturned.| Others stand."),
    ("en", "The figure is approx. 40 per cent.| It was 30."),
    ("en", "St. Louis is far.| He lives on Main St.| The house is old."),
    ("en", "Prof. Lee, Ph.D., spoke.| She left."),
    ("en", "She has a Ph.D.| She teaches."),
    ("en", "The report found it.[12] |Others did not."),
    ("en", "Nothing happened!!!| At all."),
    ("en", "Is it true? is not a question for him."),
    ("en", "Energy prices rose 4%.| 12 plants closed."),
    ("en", "Mexico's Pemex S.A. de C.V. reported a loss."),
    ("en", "He said no.| They left."),
    ("en", "First line\nSecond line".replace("\n", "\n|")),
    ("de", "Am 3. Oktober ist Feiertag.| Am 4. November nicht."),
    ("de", "Das gilt z. B. für Berlin.| Dr. Müller widerspricht."),
    ("de", "Das gilt z.B. für Berlin.| Prof. Dr. Müller widerspricht."),
    ("de", "„Das ist gut.“ |Sie ging."),
    ("de", "Der Umsatz stieg auf 3,5 Mrd. Euro.| Der Gewinn fiel."),
    ("de", "Die Firma Bosch GmbH u. Co. KG schweigt."),
    ("de", "Im Jahr 2020.| Danach nichts."),
    ("fr", "M. Macron a parlé.| Mme Le Pen a répondu."),
    ("fr", "« C’est fini. » |Il est parti."),
    ("fr", "Est-ce vrai ?| Oui."),
    ("fr", "M. Le Drian est venu."),
    ("es", "¿Qué pasó?| ¡Nada!| El Sr. López lo dijo."),
    ("es", "La empresa perdió 3,5 millones.| Los EE.UU. ganaron."),
    ("it", "Il sig. Rossi è arrivato.| La dott.ssa Bianchi no."),
    ("it", "«È finita.» |Poi uscì."),
    ("pt", "O Sr. Silva chegou.| A Sra. Costa não."),
    ("nl", "Het kost ca. 5 euro.| De heer Jansen betaalt."),
    ("ja", "株価が下落した。|市場は動揺している。"),
    ("ja", "「終わった。」|彼は言った。"),
    ("zh", "股市下跌！|为什么？|没有人知道。"),
    ("zh", "股市下跌。|3家公司倒闭。|指数上涨3．5点．|明天见．"),
    ("hi", "यह सच है।| वह गया।"),
    ("ar", "هل هذا صحيح؟| نعم."),
    (None, "No language is known. |It splits all the same."),
]


@pytest.mark.parametrize(("language", "marked"), CASES)
def test_a_sentence_ends_where_a_reader_would_end_it(language: str | None, marked: str) -> None:
    """Stops of abbreviations, numbers, initials and quotes end no sentence; full-width stops and lines' ends do."""
    expected = [piece.strip() for piece in marked.split("|")]
    text = marked.replace("|", "")
    assert [text[start:end] for start, end in sentences(text, language)] == expected


TEXTS = st.text(st.sampled_from("aB Z1.!?…。”“\"')(«» \n\tÉ-,ßμ你।"), max_size=80) | st.text(max_size=60)


@given(TEXTS, st.sampled_from([None, "en", "de", "fr", "ja"]))
def test_sentences_cover_the_text_exactly(text: str, language: str | None) -> None:
    """Spans are ordered and disjoint, never empty or blank-edged, and leave out nothing but blanks."""
    spans = sentences(text, language)
    last = 0
    left = []
    for start, end in spans:
        assert last <= start < end
        piece = text[start:end]
        assert piece == piece.strip()
        assert "\n" not in piece
        left.append(text[last:start])
        last = end
    assert not "".join([*left, text[last:]]).strip()


def test_a_long_text_is_split_as_a_short_one() -> None:
    """What stands a hundred times over is cut in the same places each time (`tests.bench reading`: how fast)."""
    paragraph = "The U.S. Senate voted on Jan. 5. “We won,” said Mr. Smith, 3.5 per cent up. " * 40 + "\n\n"
    once = sentences(paragraph, "en")
    many = [(start + n * len(paragraph), end + n * len(paragraph)) for n in range(100) for start, end in once]
    assert list(sentences(paragraph * 100, "en")) == many


# --- cleaning


@given(
    st.text(st.characters() | st.sampled_from("\u200b\u200c\u200d\ufeff\u202e\u00ad\n\r\u2028\u2029\u0627\u0915\xa0"))
)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """A cleaned text is NFC, encodable, has no edge blanks and no invisible characters, and cleaning leaves it be."""
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert cleaned == unicodedata.normalize("NFC", cleaned)
    assert cleaned == cleaned.strip()
    assert not set(cleaned) & set("\u200b\ufeff\u202e\u2066\u00ad\x00\r\t\xa0")
    assert "\n" not in cleaned.replace("\n\n", "")
    cleaned.encode("utf-8")


def test_joiners_stay_where_they_are_spelling() -> None:
    """Persian and Hindi keep their joiners; between Latin letters a joiner is only a way of hiding."""
    assert clean("می‌خواهم") == "می‌خواهم"
    assert clean("क्‍ष") == "क्‍ष"
    assert clean("pay\u200cpal \u200dand\u200d") == "paypal and"


def test_paragraphs_stay_and_lines_do_not() -> None:
    """A blank line is a border; a single line break is a blank."""
    assert clean("  One\ntwo \n \n\n three\xa0 four ") == "One two\n\nthree four"


# --- HTML


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Plain words.", "Plain words."),
        ("AT&amp;T &#8220;won&#8221;", "AT&T “won”"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br/>two<br><br>three", "One two\n\nthree"),
        ("<div>One <b>bold</b> word<script>alert(1)</script><style>p{}</style>.</div>", "One bold word."),
        ("<figure><img src=x><figcaption>A caption</figcaption></figure><p>Text</p>", "Text"),
        ("<ul><li>One</li><li>Two</li></ul>", "One\n\nTwo"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("&lt;p&gt;Twice &amp;amp; escaped&lt;/p&gt;", "Twice & escaped"),
        ("profit < 5% and > 3%", "profit < 5% and > 3%"),
        ("<p>unclosed <b>tags", "unclosed tags"),
        ("<p>One. [video-player id=&#8221;7&#8221;] Two [the alliance].</p>", "One. Two [the alliance]."),
        ('[caption width="9"]Ships[/caption] wait', "Ships wait"),
        ('“y = [x]”, it says, and z = "[sic]"', '“y = [x]”, it says, and z = "[sic]"'),
        ("<p>null\x00 and bell\x07</p>", "null and bell"),
        ("<![CDATA[<p>Inside</p>]]>", "Inside"),
        ('<?xml version="1.0" encoding="utf-16"?><p>Declared</p>', "Declared"),
        ("<p>One</p><!-- <p>no</p> --><p>Two</p>", "One\n\nTwo"),
        ("", ""),
    ],
)
def test_html_reads_as_a_reader_would_read_it(markup: str, text: str) -> None:
    """Blocks become paragraphs, entities characters; scripts, styles and captions are not read."""
    assert html_to_text(markup) == text


@pytest.mark.parametrize("text", ["a" * 9000, "Bank of " * 1000, "中" * 5000])
def test_no_sentence_is_without_end(text: str) -> None:
    """What has no stop is divided, at blanks where there are any, and nothing of it is lost."""
    found = sentences(text)
    assert len(found) > 1
    assert max(end - start for start, end in found) <= LONGEST
    assert "".join("".join(text[start:end].split()) for start, end in found) == text.replace(" ", "")
    if " " in text:
        assert [word for start, end in found for word in text[start:end].split()] == text.split()


@pytest.mark.parametrize("marks", ["\u0301\u0316", "\u0730\u0731", "\u0f71\u0f72", "\u05b0\u0591"])
def test_a_letter_keeps_as_many_marks_as_any_language_writes(marks: str) -> None:
    """Of whatever script: more of them would take the square of their number to put in order."""
    assert sum(map(bool, map(unicodedata.combining, clean(f"a{marks * 500}b")))) <= 30
    assert clean(f"a{marks * 500}b").endswith("b")
    assert clean("e\u0301") == "é"


def test_markup_nested_beyond_reason_is_read() -> None:
    """Depth costs nothing but time."""
    assert html_to_text("<div>" * 5000 + "deep" + "</div>" * 5000) in ("deep", "")
    assert html_to_text("<b>" * 200 + "deep" + "</b>" * 200) == "deep"


@given(st.text())
def test_no_markup_is_too_broken(markup: str) -> None:
    """Whatever the markup, a cleaned text comes out."""
    text = html_to_text("<p>" + markup)
    assert clean(text) == text


# --- languages


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The central bank said on Thursday that it would raise interest rates for the third time this year."),
        ("de", "Die Zentralbank hat am Donnerstag mitgeteilt, dass sie die Zinsen zum dritten Mal anheben wird."),
        (
            "fr",
            "La banque centrale a annoncé jeudi qu’elle allait relever ses taux pour la troisième fois cette année.",
        ),
        ("es", "El banco central anunció el jueves que subirá los tipos de interés por tercera vez este año."),
        (
            "it",
            "La banca centrale ha annunciato giovedì che alzerà i tassi di interesse per la terza volta quest’anno.",
        ),
        ("pt", "O banco central anunciou na quinta-feira que vai subir os juros pela terceira vez este ano."),
        ("nl", "De centrale bank heeft donderdag aangekondigd dat zij de rente voor de derde keer zal verhogen."),
        ("sv", "Centralbanken meddelade på torsdagen att den kommer att höja räntan för tredje gången i år."),
        ("pl", "Bank centralny ogłosił w czwartek, że podniesie stopy procentowe po raz trzeci w tym roku."),
        ("tr", "Merkez bankası perşembe günü bu yıl üçüncü kez faiz artıracağını ve bunun son olduğunu açıkladı."),
        ("ja", "中央銀行は木曜日、今年三度目の利上げを発表した。"),
        ("zh", "中央银行周四宣布今年第三次加息。"),
        ("ko", "중앙은행은 목요일 올해 세 번째 금리 인상을 발표했다."),
        (
            "ru",
            "Центральный банк объявил в четверг, что повысит ставки в третий раз за год, мы это знали.",
        ),
        ("uk", "Центральний банк оголосив у четвер, що підвищить ставки втретє цього року, її рішення."),
        ("ar", "أعلن البنك المركزي يوم الخميس أنه سيرفع أسعار الفائدة للمرة الثالثة هذا العام."),
        ("he", "הבנק המרכזי הודיע ביום חמישי כי יעלה את הריבית בפעם השלישית השנה."),
        ("hi", "केंद्रीय बैंक ने गुरुवार को घोषणा की कि वह ब्याज दरें बढ़ाएगा।"),
        ("el", "Η κεντρική τράπεζα ανακοίνωσε την Πέμπτη ότι θα αυξήσει τα επιτόκια."),
        (None, "Bitcoin 2026 Q3"),
        (None, ""),
    ],
)
def test_a_language_is_known_by_its_small_words_or_its_script(language: str | None, text: str) -> None:
    """One sentence is enough; what does not say stays unknown."""
    assert recognise(text) == language


# --- hostile texts

HOSTILE = (
    " ", "\u00a0", "\n ", " \n", "\u2029 ", "\u0301\u0316", "a\u0301\u0316\u0327", "\u05b0\u0591", "U.S. ", "<", "<b>",
    "&", '"', "(", ".", " - ", "a | ", "\u200d", "中", "&#1;", "A b. ", "1,000.",
)  # fmt: skip
"""Repeated, each of these has cost some pattern the square of its length."""


def _seconds(work: Callable[[str], object], text: str) -> float:
    """Processor time of the work, the least of three tries."""
    tries = []
    for _ in range(3):
        started = time.process_time()
        work(text)
        tries.append(time.process_time() - started)
    return max(min(tries), 0.0005)


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("work", [clean, html_to_text, sentences])
def test_no_text_costs_the_square_of_its_length(work: Callable[[str], object], piece: str) -> None:
    """Sixteen times the text costs far less than 256 times the work (less than 80 times, with room for noise)."""
    short = piece * (4000 // len(piece))
    assert _seconds(work, short * 16) < 80 * _seconds(work, short)
