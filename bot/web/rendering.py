"""Values become HTML: the templates, and the stylesheet under a name that changes with its content.

Everything is escaped but what a template itself marks; what could not be shown safely is taken out first.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.model import times
from bot.model.secrecy import public_address
from bot.text.cleaning import inert, web_address
from bot.web.addresses import Site
from bot.web.values import Line

_HERE = Path(__file__).parent
_NO_XML = re.compile("[\ufffe\uffff]")
HIGHEST = 10
T = TypeVar("T")

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
"""The Content-Security-Policy of every page: nothing runs, and nothing comes from elsewhere."""


def render(template: str, site: Site, **values: Any) -> str:
    """The template filled in; every page knows its site and the address of the stylesheet."""
    return (
        _environment().get_template(template).render(site=site, stylesheet=stylesheet_path(), policy=POLICY, **values)
    )


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=shown,
        auto_reload=False,
    )
    made.globals["listed"] = _listed
    made.filters |= {
        "dated": times.dated,
        "full_day": _full_day,
        "dated_after": _dated_after,
        "web": _followed,
        "dots": dots,
    }
    return made


@lru_cache(maxsize=1024)
def _listed(line: Line, level: int, site: Site) -> Markup:
    """A signal in a list.

    It is listed under each of its labels; that it is rendered once takes a static copy of 2,000 signals from 7.6 to 6.0
    seconds of processor time (`BENCH_COPIED=2000 python -m tests.bench web`).
    """
    return Markup(render("line.html", site, each=line, level=level))  # noqa: S704 - the template escapes it


def shown(value: T) -> T | str:
    """Text as it may be shown: without control characters, marks that reorder it, and what XML forbids.

    What is no text, or markup of ours, stays as it is.
    """
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return _NO_XML.sub("", inert(value))


def _followed(link: str) -> str | None:
    """The link as everybody may follow it; None: it is none of the web, or there is a secret in it."""
    address = web_address(link)
    return address if address and public_address(address.partition("#")[0]) else None


def _full_day(day: date) -> str:
    return f"{times.full_day(day)} {day.year}"


def _dated_after(day: date, before: date) -> str:
    """ "27 March" where another day of its year stands before it, else "27 March 2026"."""
    return times.dated(day).removesuffix(f" {day.year}") if day.year == before.year else times.dated(day)


def dots(strength: int) -> str:
    """ "●●●●●●●●○○" for 8."""
    return "●" * strength + "○" * (HIGHEST - strength)


# --- the stylesheet ------------------------------------------------------------------------------------------------


@cache
def stylesheet() -> str:
    """The one stylesheet."""
    return (_HERE / "assets" / "style.css").read_text(encoding="utf-8")


@cache
def stylesheet_path() -> str:
    """Its path; it may be kept for ever, since another content has another name."""
    return f"/static/style.{hashlib.sha256(stylesheet().encode()).hexdigest()[:12]}.css"


@cache
def icon() -> str:
    """The picture beside the title in a browser's tab."""
    return (_HERE / "assets" / "icon.svg").read_text(encoding="utf-8")
