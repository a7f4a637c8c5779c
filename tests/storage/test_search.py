"""What is found, and in which order, is the same on every engine."""

from __future__ import annotations

from pathlib import Path

from bot.model.signal import Batch
from storage.engines.tokens import tokens
from storage.store import open_store
from tests import make
from tests.clock import MORNING, FakeClock
from tests.servers import postgres

TITLES = (
    "Grid operators are rationing electricity to data centres",
    "Électricité de Bretagne rationne l’électricité de ses clients",
    "Die Strompreise in den Städten steigen, die Größe der Netze nicht",
    "Le città italiane cambiano le regole dell’energia",
    "La energía solar española crece en las regiones",
    "Przemysł energetyczny ogranicza produkcję",
    "A eletricidade em Lisboa: regulação e preços da eletricidade",
    "Stroomnetten raken overbelast in Nederlandse steden",
    "半導体の輸出規制が強化される",
    "Rationing of electricity ends; operators operate the grid again",
)
QUERIES = (
    "electricity", "rationed operator", "électricité", "ELECTRICITE", "eletricidade lisboa", "energia", "energía solar",
    "Größe", "grosse stadte", "città", "regola energia", "produkcję", "stroomnetten", "半導体", "輸出", "grid zebra",
    "operators grid electricity", "den die", "memory", "nothing of it",
)  # fmt: skip


async def found(address: str) -> list[list[int]]:
    """The ids that each query finds, best first."""
    async with open_store(address, clock=FakeClock()) as store:
        kept = await make.stored(store, *(make.article(n, f"{make.TEXT} {n}.", sha256=f"{n}") for n in range(3)))
        made = [
            make.signal(n, title=title, analysis=f"{title}. {TITLES[n // 2]}", articles=(make.member(kept[n % 3]),))
            for n, title in enumerate(TITLES, 1)
        ]
        await store.signals.save(Batch(signals=tuple(made)), MORNING)
        return [[each.id for each in await store.signals.search(words, 9)] for words in QUERIES]


async def test_all_engines_find_the_same(tmp_path: Path, postgres_database: postgres.Reused) -> None:
    """In each language that is read, with accents and without, all words or the rarer ones, in one order."""
    by_file, by_server = await found(str(tmp_path / "b.db")), await found(postgres_database.emptied())
    assert dict(zip(QUERIES, by_server, strict=True)) == dict(zip(QUERIES, by_file, strict=True))
    assert sum(map(bool, by_file)) >= len(QUERIES) - 1


def test_words_are_those_that_fts5_indexes() -> None:
    """In lower case, without accents and English endings; a word as long as a page is one that a server can keep."""
    assert tokens("Ünited Nations’ running 東京タワー Größe") == ["unit", "nation", "run", "東京タワー", "groß"]
    assert [len(word.encode()) <= 2_046 for word in tokens("半" * 3_000)] == [True]
    assert tokens(" — ") == []


def test_a_quote_in_a_phrase_is_no_syntax() -> None:
    """What is asked for reaches the server as letters and digits alone."""
    assert "".join(tokens("it's \\ & ! | <-> :* (x)")).isalnum()
