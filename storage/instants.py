"""Instants as the database keeps them: microseconds since 1970 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(value: datetime) -> int:
    """The instant as it is kept; ValueError for a naive one."""
    if value.tzinfo is None:
        raise ValueError("the store keeps aware datetimes only")
    return (value - _EPOCH) // _MICROSECOND


def instant(value: int) -> datetime:
    """The instant that is kept so, in UTC."""
    return _EPOCH + timedelta(microseconds=value)
