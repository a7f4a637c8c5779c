"""Figures for an operator's graphs, in the format that Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.model.archive import AnswerTimes, Counts
from bot.model.delivery import DeliveryState

PREFIX = "bellwether_"


class _Stored(Collector):
    """What is stored, as metrics; asked once."""

    def __init__(self, counts: Counts, looked: datetime | None, platforms: Mapping[str, bool]) -> None:
        self._counts = counts
        self._looked = looked
        self._platforms = platforms

    def collect(self) -> Iterator[Metric]:
        counts = self._counts
        sends = {state.value: 0 for state in DeliveryState} | dict(counts.deliveries)
        yield _counter("looks", "Looks at the sources that are on record.", counts.looks)
        yield _counter("model_cost_usd", "What calls of paid models have cost, in US dollars.", counts.cost_usd)
        yield _counter("answers", "Questions that were answered.", counts.questions)
        yield _times("answer_seconds", "From what somebody said to the last reply to it, in seconds.", counts.answers)
        yield _gauge("articles", "Articles stored.", counts.articles)
        yield _gauge("articles_waiting", "Articles that are not analysed yet.", counts.articles_waiting)
        yield _gauge("events_open", "Messages of people that are not answered yet.", counts.events_open)
        last = self._looked.timestamp() if self._looked else 0.0
        yield _gauge("last_look_timestamp_seconds", "When the last look ended; 0: there was none.", last)
        yield _by("sources", "Sources by state.", "state", counts.sources)
        yield _by("signals", "Signals by state.", "state", counts.signals)
        yield _by("sends", "Messages by what became of them; pending ones are waiting.", "outcome", sends)
        yield _by("platform_open", "Whether a platform is open.", "platform", self._platforms)


def exposition(counts: Counts, looked: datetime | None, platforms: Mapping[str, bool]) -> bytes:
    """The metrics as text; `looked` is when the last look ended, None: there was none."""
    registry = CollectorRegistry()
    registry.register(_Stored(counts, looked, platforms))
    return generate_latest(registry)


def _counter(name: str, words: str, value: float) -> Metric:
    return CounterMetricFamily(PREFIX + name, words, value=value)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(PREFIX + name, words, value=value)


def _times(name: str, words: str, times: AnswerTimes) -> Metric:
    buckets = [(f"{bound:g}", count) for bound, count in sorted(times.within.items())]
    return HistogramMetricFamily(
        PREFIX + name, words, buckets=[*buckets, ("+Inf", times.count)], sum_value=times.seconds
    )


def _by(name: str, words: str, label: str, values: Mapping[str, int] | Mapping[str, bool]) -> Metric:
    metric = GaugeMetricFamily(PREFIX + name, words, labels=[label])
    for each, value in sorted(values.items()):
        metric.add_metric([each], float(value))
    return metric
