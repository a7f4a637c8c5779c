"""Plain XML is read quickly, and as feedparser reads it; all else is left to feedparser."""

from __future__ import annotations

from random import Random

import pytest

from bot.reading import plain_xml
from bot.reading.feeds import parse_feed
from tests.feed_mutations import by_feedparser, is_plain, mutated
from tests.servers.feeds import item, rss

URL = "https://daily.example/news/feed"
RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
 xmlns:atom="http://www.w3.org/2005/Atom" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
<title>The Daily &amp; Co</title><link>https://daily.example/</link><atom:link rel="self" href="/feed"/>
<image><title>Logo</title><url>https://daily.example/logo.png</url><link>https://daily.example/</link></image>
<language>de-AT</language><ttl>90</ttl><sy:updatePeriod>hourly</sy:updatePeriod>
<item><title>Ore &#8211; the &lt;b&gt;price&lt;/b&gt; falls</title><link>/ore?a=1&amp;b=2</link><guid>ore-1</guid>
 <description>A summary &#150; with caf\xc3\xa9.</description>
 <content:encoded><![CDATA[<p>The whole text.</p>]]></content:encoded>
 <pubDate>Tue, 03 Mar 2026 10:00:00 +0100</pubDate><category domain="x">Ore</category>
 <media:content url="a.jpg"><media:title>A picture</media:title>
 <media:description>Ore</media:description></media:content>
 <source url="https://other.example/feed">The Other</source></item>
<item><guid>https://daily.example/steel</guid><description>First</description><description>Second</description>
 <dc:title>Steel</dc:title><dc:date>2026-03-02</dc:date><dc:language>fr</dc:language>
 <itunes:summary>x</itunes:summary></item>
<item><title/><title>Late</title><link/><guid isPermaLink="false">https://daily.example/no-link</guid><image>a.png</image>
 <media:title>A picture again</media:title><pubDate>3. März 2026</pubDate></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0" xml:lang="pt_BR"
 xml:base="https://daily.example/dir/"><title type="html">Di&amp;amp;rio</title><id>tag:daily.example,2026:feed</id>
<subtitle>x</subtitle><author><name>Ana</name><uri>https://daily.example/ana</uri></author>
<entry xml:base="sub/"><title xml:lang="en">One</title><link href="one" /><link rel="replies" href="r" thr:count="3"/>
 <id>tag:daily.example,2026:1</id><updated>2026-03-03T10:00:00Z</updated><published>2026-03-02T10:00:00Z</published>
 <summary>Short</summary><content type="html">&lt;p&gt;Long&lt;/p&gt;</content><author><name>Ana</name></author></entry>
<entry><id>two</id><title>Two</title><link rel="alternate" type="application/pdf" href="two.pdf"/><updated>x</updated>
</entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/modules/syndication/">
<channel rdf:about="https://daily.example/"><title>Daily</title><sy:updatePeriod>daily</sy:updatePeriod>
<items><rdf:Seq><rdf:li rdf:resource="https://daily.example/1"/></rdf:Seq></items></channel>
<item rdf:about="https://daily.example/1"><title>One</title><link>https://daily.example/1</link><dc:date>2026-03-03</dc:date>
<site xmlns="urn:example:additions">7</site></item></rdf:RDF>"""
FEEDS = {"rss": RSS, "atom": ATOM, "rdf": RDF}


@pytest.mark.parametrize("name", FEEDS)
def test_plain_feeds_are_read_as_feedparser_reads_them(name: str) -> None:
    """Every field of every entry, in all three formats."""
    body = FEEDS[name].encode()
    assert plain_xml.read(body, URL) is not None
    assert parse_feed(body, None, URL) == by_feedparser(body, URL)


@pytest.mark.parametrize("name", FEEDS)
def test_what_is_read_quickly_is_never_read_otherwise(name: str) -> None:
    """However a feed is damaged or made odd: what the quick reader takes, feedparser reads alike."""
    random, body = Random(f"mutations of {name}"), FEEDS[name].encode()
    plain = [one for one in (mutated(body, random) for _ in range(150)) if is_plain(one, URL)]
    assert len(plain) > 20
    for one in plain:
        assert parse_feed(one, None, URL) == by_feedparser(one, URL), one.decode("utf-8", "replace")


@pytest.mark.parametrize(
    "inner",
    [
        "<description><p>markup</p></description>",
        "<description>&nbsp;</description>",
        "<foo:bar>undeclared</foo:bar>",
        "<description>never closed",
        "<item><title>within</title></item>",
        "<image><title>Logo</title></image>",
        "<source><title>as Atom has it</title></source>",
        '<content type="xhtml">x</content>',
        '<content type="image/png">aGk=</content>',
        "<xml:base/>",
        '<x xmlns="urn:example:other"><title>Whose?</title></x>',
        '<link xmlns:x="urn:example:x" x:href="https://daily.example/">x</link>',
        '<title xml:base="mailto:someone@daily.example">x</title>',
        f"<description>{'<b>' * 300}{'</b>' * 300}</description>",
    ],
)
def test_what_is_odd_is_left_to_feedparser(inner: str) -> None:
    """Markup that is no text, what is not well-formed, names that could be taken for others."""
    assert plain_xml.read(rss(item("One"), f"<item>{inner}</item>").encode(), URL) is None


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE rss [<!ENTITY words SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY words "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE rss SYSTEM "https://other.example/rss.dtd">',
    ],
)
def test_no_document_type_is_read(head: str) -> None:
    """Entities are neither resolved nor expanded: what defines some is no plain XML."""
    body = f"{head}<rss><channel><item><title>One</title></item></channel></rss>".encode()
    assert plain_xml.read(body, URL) is None


def test_a_feed_without_entries_is_left_to_feedparser() -> None:
    """Whether it is a feed at all is not for the quick reader to say."""
    assert plain_xml.read(rss().encode(), URL) is None
    assert plain_xml.read(b"<html><body/></html>", URL) is None
