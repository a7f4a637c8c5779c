"""Time zones as dates of feeds name them: offsets, abbreviations, and names of the tz database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_HOURS = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "mez": 1, "met": 1, "cest": 2,
    "mesz": 2, "mest": 2, "eet": 2, "eest": 3, "cat": 2, "sast": 2, "eat": 3, "wat": 1, "msk": 3, "мск": 3, "trt": 3,
    "idt": 3,
    "gst": 4, "pkt": 5, "ist": 5.5, "npt": 5.75, "ict": 7, "wib": 7, "wita": 8, "wit": 9, "hkt": 8, "sgt": 8, "pht": 8,
    "myt": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "nst": -3.5, "ndt": -2.5, "ast": -4, "adt": -3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "brt": -3, "art": -3, "clt": -4, "clst": -3, "pet": -5,
    "vet": -4,
}  # fmt: skip
"""Hours from UTC by abbreviation. Of those with several meanings the one of RFC 822, else the most people's: IST is
India's, CST and EST are America's, BST is Britain's."""
_MOST = 15 * 60  # minutes from UTC that a zone can lie


def zone_named(words: str) -> tzinfo | None:
    """The zone of an abbreviation (“CEST”) or a tz database name (“Europe/Rome”), in any case; None: none known."""
    if (hours := _HOURS.get(words.casefold())) is not None:
        return timezone(timedelta(hours=hours))
    if "/" not in words:
        return None
    try:
        return ZoneInfo("/".join(part[:1].upper() + part[1:] for part in words.split("/")))
    except (KeyError, ValueError, OSError):  # a name that is unknown, or no name at all
        return None


def zone_of_offset(sign: str, hours: str, minutes: str | None) -> tzinfo | None:
    """The zone of “+”, “05”, “30”; None: no place is so far from UTC."""
    away = int(hours) * 60 + int(minutes or 0)
    if away > _MOST or int(minutes or 0) > 59:
        return None
    return timezone(timedelta(minutes=-away if sign in "-−" else away))


def in_zone(naive: datetime, zone: tzinfo | None) -> datetime:
    """The instant; without a zone as of UTC."""
    return naive.replace(tzinfo=zone or UTC).astimezone(UTC)
