"""A page that is not the article never becomes its evidence; a page that only points on is followed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.article import ArticleDraft, DatedBy, TextOrigin
from bot.model.feed import Entry, NoPage, PageText
from bot.model.source import Publisher, Source
from bot.reading.articles import draft
from bot.reading.gate import NOT_THE_ARTICLE, refusal
from bot.reading.pages import read_page
from bot.reading.walls import ended_elsewhere, is_heading, without_wall
from tests.bot.reading.web import web
from tests.clock import MORNING, FakeClock
from tests.servers.feeds import Answer, FeedServer

SOURCE = Source(1, "https://kestrel.example/feed", "Kestrel Post", Publisher("kestrel", "Kestrel Post"), None, (), 1.0)
TITLE = "Steel tariffs of 35 percent take effect in Marrow"
SUMMARY = (
    "Tariffs of 35 percent on steel took effect in Marrow on Wednesday; car makers expect costs to rise by 900 million "
    "euros, their association said."
)
ENTRY = Entry(TITLE, "38a", "https://kestrel.example/news/steel-tariffs", SUMMARY, published=MORNING)
STORY = (
    "Customs officers in Marrow began to collect tariffs of 35 percent on imported steel on Wednesday morning.",
    "Car makers expect their costs to rise by 900 million euros a year, their association said.",
    "The ministry of trade answered that the measure protects 12,000 jobs in the steel works of the north.",
)


def html(heading: str, *paragraphs: str, head: str = "", title: str | None = None) -> str:
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    return (
        f"<!doctype html><html><head><title>{title or heading}</title>{head}</head>"
        f"<body><main><article><h1>{heading}</h1>{body}</article></main></body></html>"
    )


def article(markup: str, served: str = str(ENTRY.link), entry: Entry = ENTRY) -> ArticleDraft:
    """The article that is made of the entry where its link answers with this page."""
    page = read_page(markup.encode(), "text/html; charset=utf-8", served, entry.link)
    assert isinstance(page, (PageText, NoPage))
    made = draft(SOURCE, entry, page, SOURCE.publisher, MORNING + timedelta(hours=1))
    assert made is not None
    return made


CONSENT = (
    "We use cookies and data to deliver and maintain our services, to track outages and protect against spam and.",
    "If you choose to accept all, we will also use data to develop new services and to measure how well.",
    "Content is influenced by things like what you are viewing, activity in your search session, and your location.",
)
OFFER = (
    "Subscribe today and enjoy unlimited access to all articles on our website and in our app for 2.95 euros a week.",
    "Stay ahead with our award-winning newsletters, exclusive analysis by our correspondents in 40 countries, and.",
    "You can cancel at any time. Already a subscriber? Log in here. The price rises to 9.90 euros a week afterwards.",
)
RECIPES = (
    "Rhubarb is in season, and nothing goes better with a warm spring evening than a crumble straight from the oven.",
    "Our readers sent us their favourites, from a tart that their grandmother used to bake to a chutney for cheese.",
    "Peel the stalks, cut them into pieces as long as a finger, and let them rest under sugar for half an hour.",
)
CHALLENGE = (
    "Checking your browser before accessing the site. This process is automatic, and you will be sent on shortly.",
    "Please enable JavaScript and cookies to continue. Ray ID 7c1d. Performance and security are provided by a.",
    "If you think that this is a mistake, contact the owner of the site and tell what you were doing when it came up.",
)
NOT_FREE = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'
FRONT = "https://kestrel.example/"
WALLS = {
    "consent": (html("Before you continue", *CONSENT), "https://consent.kestrel.example/ask?next=a"),
    "consent in place": (html("Before you continue", *CONSENT), None),
    "consent in German": (
        html(
            "Ihre Privatsphäre",
            "Wir und unsere Partner speichern Informationen auf Ihrem Gerät und greifen darauf zu, um Inhalte zu.",
            "Mit einem Klick auf „Alle akzeptieren“ stimmen Sie der Verarbeitung für die genannten Zwecke jederzeit.",
            "Sie können Ihre Auswahl jederzeit am Ende der Seite ändern oder eine Fassung ohne Werbung wählen und.",
        ),
        None,
    ),
    "offer under the headline": (
        html(TITLE, "Tariffs on steel took effect in Marrow.", *OFFER, head=NOT_FREE),
        None,
    ),
    "offer alone": (html("Continue reading with a subscription", *OFFER), None),
    "offer in French": (
        html(
            TITLE,
            "Cet article est réservé aux abonnés. Il vous reste 92 % de cet article à lire, la suite est pour eux.",
            "Abonnez-vous pour 1 euro le premier mois, sans engagement, et lisez tous nos articles où que vous soyez.",
            "Déjà abonné ? Identifiez-vous pour retrouver vos lettres, vos favoris et votre édition numérique du soir.",
        ),
        None,
    ),
    "soft 404": (html("Ten recipes with rhubarb", *RECIPES), None),
    "missing": (
        html(
            "Page not found",
            "The page you are looking for may have been moved or deleted. Check the address and try again, or search.",
            "Meanwhile our readers liked these stories: a village builds its own railway, and the owl that came to.",
            "Tariffs, steel and the price of a car: the questions that we are asked most often, answered in one place.",
        ),
        None,
    ),
    "login": (
        html(
            "Sign in",
            "Sign in to continue with your Kestrel account, with your address and your password, or with a link by.",
            "New here? Create a free account to follow topics and authors, to save articles, and to comment on them.",
            "By signing in you agree to our terms of service and to the way in which we handle your personal data.",
        ),
        "https://kestrel.example/login?return=/news/steel-tariffs",
    ),
    "challenge": (html("Just a moment...", *CHALLENGE), None),
    "front page": (html("Kestrel Post", f"{TITLE}. {SUMMARY}", *RECIPES), FRONT),
    "section": (html("Kestrel Post: News", f"{TITLE}.", *RECIPES), "https://kestrel.example/news"),
}


@pytest.mark.parametrize("kind", WALLS)
def test_what_stands_in_an_articles_place_is_never_quoted(kind: str) -> None:
    """Consent, offers, logins, challenges, missing pages and front pages leave the feed's summary, with a note."""
    markup, served = WALLS[kind]
    made = article(markup, served or str(ENTRY.link))
    assert made.text == SUMMARY
    assert made.text_from is TextOrigin.SUMMARY
    assert made.text_note


def test_the_article_is_taken() -> None:
    """Also where its own heading differs, or its words do, or it lies elsewhere, or tells of subscribers."""
    made = article(html(TITLE, *STORY))
    assert made.text_from is TextOrigin.PAGE
    assert made.text == "\n\n".join(STORY)
    assert article(html("Marrow shuts the door", *STORY)).text_from is TextOrigin.PAGE
    assert article(html(TITLE, *RECIPES)).text_from is TextOrigin.PAGE
    moved = article(html(TITLE, *STORY), "https://www.kestrel.example/2026/03/steel-tariffs-in-marrow.html")
    assert moved.text_from is TextOrigin.PAGE
    on_login = article(html(TITLE, *STORY), "https://kestrel.example/login/steel-tariffs")
    assert on_login.text_from is TextOrigin.PAGE
    banner = article(html(TITLE, STORY[0], "Subscribe now to our newsletter on trade.", *STORY[1:]))
    assert banner.text == "\n\n".join(STORY)


def test_what_an_article_shows_before_its_wall_is_kept() -> None:
    """An article that may be read in part is read up to the offer, and none of the offer is."""
    made = article(html(TITLE, *STORY, *OFFER, head=NOT_FREE))
    assert made.text == "\n\n".join(STORY)
    assert made.text_from is TextOrigin.PAGE
    hidden = html(TITLE, *STORY, OFFER[0], RECIPES[1], head='<meta name="robots" content="noindex, nofollow">')
    assert article(hidden).text == "\n\n".join(STORY)


def test_nothing_of_another_page_is_believed() -> None:
    """Neither its date nor its language."""
    stamp = '<meta property="article:published_time" content="2026-03-20T08:00:00+00:00">'
    undated = replace(ENTRY, published=None)
    refused = article(html("Ten recipes with rhubarb", *RECIPES, head=stamp), entry=undated)
    assert (refused.dated_by, refused.text_note) == (DatedBy.ARRIVAL, NOT_THE_ARTICLE)
    assert article(html(TITLE, *STORY, head=stamp), entry=undated).dated_by is DatedBy.PAGE


def test_with_too_few_words_only_a_doubt_refuses() -> None:
    """An entry called “Update” says nothing that could be missed in its page."""
    page = PageText("\n\n".join(STORY), headings=("Marrow",))
    assert refusal("Update", "", page) is None
    assert refusal("Update", "", replace(page, elsewhere=True)) == NOT_THE_ARTICLE


@pytest.mark.parametrize(
    ("asked", "served", "elsewhere"),
    [
        ("https://a.example/news/one", "https://a.example/news/one/", False),
        ("https://a.example/news/one", "https://a.example/", True),
        ("https://a.example/news/one", "https://www.a.example/news", True),
        ("https://a.example/news/one", "https://b.example/", True),
        ("https://a.example/news/one", "https://a.example/?p=17", False),
        ("https://t.co/x1", "https://a.example/news/one", False),
        ("https://a.example/news/one", "https://login.a.example/x", True),
        ("https://a.example/news/one", "https://a.example/error/404.html", True),
        ("https://a.example/login/one", "https://a.example/login/one-more", False),
    ],
)
def test_where_a_request_ended(asked: str, served: str, elsewhere: bool) -> None:
    """A front page, the folder above, and addresses of walls are not where an article lies."""
    assert ended_elsewhere(asked, served) is elsewhere


@pytest.mark.parametrize(
    "words",
    [
        "Before you continue …",
        "404",
        "Seite nicht gefunden",
        "Página no encontrada",
        "Страница не найдена",
        "Log in | Post",
    ],
)
def test_headings_of_walls(words: str) -> None:
    """In the languages that sites greet in; never a part of a word."""
    assert is_heading(words)
    assert not is_heading(f"Minister {words}")
    assert not is_heading("Consentful ruling on 4040 homes")


def test_a_long_paragraph_that_speaks_of_cookies_is_no_wall() -> None:
    """Articles write about subscriptions too."""
    told = f"“We use cookies”, says every page, and the court has had enough of it. {STORY[0]} " * 6
    assert without_wall(told.strip(), closed=False) == told.strip()


# --- pages that point on


async def test_a_page_that_only_points_on_is_followed(server: FeedServer, clock: FakeClock) -> None:
    """By a refresh within seconds, or by the canonical link of a stub; robots.txt is heeded on the way."""
    server.put("/robots.txt", "User-agent: *\nDisallow: /closed/", type="text/plain")
    server.put("/story", html(TITLE, *STORY), type="text/html")
    server.put(
        "/refresh", '<html><head><meta http-equiv="Refresh" content="0; url=/story"></head></html>', type="text/html"
    )
    stub = '<html><head><link rel="canonical" href="/story"></head><body><p>Moved.</p></body></html>'
    server.put("/stub", stub, type="text/html")
    server.put("/barred", '<html><head><meta http-equiv="refresh" content="1;URL=\'/closed/a\'"></head></html>')
    async with web(clock) as opened:
        for path in ("/refresh", "/stub"):
            found = await opened.page(server.url(path))
            assert isinstance(found, PageText)
            assert found.text.endswith("\n\n".join(STORY))
        barred = await opened.page(server.url("/barred"))
        assert isinstance(barred, NoPage)
        assert "robots.txt" in barred.why
    assert not server.seen("/closed/a")


async def test_pages_that_point_at_one_another_end(server: FeedServer, clock: FakeClock) -> None:
    """After two of them, with a sentence; a front page is not followed at all."""
    for here, there in (("/a", "/b"), ("/b", "/a"), ("/c", "/")):
        content = f'<html><head><meta http-equiv="refresh" content="0;url={there}"></head></html>'
        server.script(here, *[Answer(content, type="text/html")] * 4)
    async with web(clock) as opened:
        circle = await opened.page(server.url("/a"))
        front = await opened.page(server.url("/c"))
    assert isinstance(circle, NoPage)
    assert "points on" in circle.why
    assert isinstance(front, NoPage)
    assert not server.seen("/")
