"""The least that common libraries need to find like articles: spaCy tokens, scikit-learn's TF-IDF, nearest neighbours.

No reading, no quotes, no store: what stands beside the pipeline's figures is its tokenising and linking alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from itertools import islice

from bot.model.article import Article

MISSING = (
    "To compare, make an environment with `python -m venv .venv-bench && .venv-bench/bin/pip install --require-hashes"
    " --no-deps -r requirements-bench.lock` and run the benchmark with `.venv-bench/bin/python`."
)
"""What is said where the libraries are not installed."""
NEIGHBOURS = 5  # as many as the candidates of LiveIndex


def installed() -> bool:
    """Whether spaCy and scikit-learn can be imported."""
    return all(map(find_spec, ("spacy", "sklearn")))


def milliseconds(articles: Iterator[Article], sizes: Sequence[int], *, looks: int, look: int) -> list[float]:
    """Processor milliseconds an article, of `looks` looks of `look` articles each, at each number of known articles.

    `sizes` are in rising order. Reaching a size is not counted.
    """
    neighbours = _Neighbours(list(islice(articles, sizes[0])))
    found: list[float] = []
    for size in sizes:
        while neighbours.known < size:
            neighbours.add(list(islice(articles, look)))
        taken = 0.0
        for _ in range(looks):
            texts = list(islice(articles, look))
            started = time.process_time()
            neighbours.look(texts)
            taken += time.process_time() - started
        found.append(1000 * taken / (looks * look))
    return found


class _Neighbours:
    """The known articles as one matrix of TF-IDF vectors; its vocabulary is that of the first ones."""

    def __init__(self, first: Sequence[Article]) -> None:
        import spacy
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._language = spacy.blank("en")
        self._vectoriser = TfidfVectorizer(analyzer=self._tokens)
        self._matrix = self._vectoriser.fit_transform(_texts(first))

    @property
    def known(self) -> int:
        return int(self._matrix.shape[0])

    def look(self, articles: Sequence[Article]) -> None:
        """Find the nearest known articles of each, then know these too."""
        from sklearn.neighbors import NearestNeighbors

        vectors = self._vectoriser.transform(_texts(articles))
        NearestNeighbors(n_neighbors=NEIGHBOURS, metric="cosine").fit(self._matrix).kneighbors(vectors)
        self._append(vectors)

    def add(self, articles: Sequence[Article]) -> None:
        """Know these too."""
        self._append(self._vectoriser.transform(_texts(articles)))

    def _append(self, vectors: object) -> None:
        from scipy.sparse import vstack

        self._matrix = vstack([self._matrix, vectors], format="csr")

    def _tokens(self, text: str) -> list[str]:
        return [token.lower_ for token in self._language(text) if token.is_alpha and not token.is_stop]


def _texts(articles: Iterable[Article]) -> list[str]:
    return [f"{article.title}\n{article.text}" for article in articles]
