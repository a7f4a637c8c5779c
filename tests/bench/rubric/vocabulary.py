"""The words by which the rubric knows a change, a cause, an inference, a forecast and what does not belong."""

from __future__ import annotations

import re


def _any(words: str, *, end: str = r"\b") -> re.Pattern[str]:
    """Any of the words or phrases, a line or a comma apart."""
    found = [" ".join(each.split()) for each in re.split(r"[,\n]", words) if each.strip()]
    return re.compile(rf"\b(?:{'|'.join(found)}){end}", re.IGNORECASE)


CHANGE = re.compile(
    r"\b(?:is|are)\s(?:\w+ly\s)?\w{3,}ing\b|(?<!the )(?<!a )(?<!of )(?<!and )\b\w{4,}ing (?!of\b)\w+"
    r"|\b(?:collaps|erod|shift|reshap|replac|displac|undermin|weaken|strengthen|concentrat|split|divid|turn|revers"
    r"|break|empt|drain|slow|speed|halt|freez|push|driv|forc|tighten|loosen|clos|open|rais|lower|cut|doubl|halv|shrink"
    r"|grow|mov|transform|convert|expos|strip|squeez|consolidat|fragment)(?:e|s|es|ed|ies|ts|ting)?\b",
    re.IGNORECASE,
)
"""A change under way: a progressive form, a participle that governs something, or a verb of change."""
CAUSE = _any(
    "as, because, through, by, after, when, since, once, so that, until, on which, due to, via, thanks to, while"
)
MECHANISM = _any(
    """
    because, since, so, thus, thereby, therefore, hence, once, when, where, as long as, as soon as, through, by
    \\w+ing, depend\\w*, rest(?:s|ed)? on, assum\\w+, contingent, driven, lies in, turns?, reverses?, removes?,
    replaces?, makes?, decid\\w+, whoever, eliminat\\w+, reveals?, exposes?, that enable, if, as
    """
)
CONSEQUENCE = _any(
    """
    means?, suggest(?:s|ed|ing)?, implies, imply, leaves?, consequence, thereby, thus, expos(?:es?|ed|ing),
    undermin\\w+, shows?, indicates?, hints?, benefits?, then, therefore, so that, turns?, lowers?, raises?,
    decides?, becomes?, creates?, explains?, shifts?, matters?, saves?, pays?
    """
)
INFERENCE = _any(
    """
    suggest(?:s|ed|ing)?, reveals?, implies, imply, means, this shows, hints?, indicates?, regardless, holds?,
    would, it follows, confirms?, exposes?, because, therefore, thereby
    """
)
FORECAST = _any(
    """
    (?<!of )(?<!the )(?<!good)will, going to, set to, poised to, bound to, about to, expected to, by 20[3-9]\\d,
    within months, by next year, is coming, (?<!as )soon(?! as), the coming \\w+
    """
)
CONDITION = _any(
    """
    if, unless, where, would, suggests?, may, might, could, as long as, once, reflects?, expects?, in case, until,
    whether
    """
)
VAGUE = _any(
    """
    various, significant, significantly, interesting, landscape, stakeholders?, players, factors, complex,
    evolve\\w*, notable, remains to be seen, in many ways, in several ways, in different ways, things,
    developments?, implications, challenges, opportunities, overall, changing world, paradigms?, impact
    """
)
PRAISE = _any(
    """
    brilliant, visionary, amazing, remarkable, outstanding, impressive, inspiration, inspiring, exciting,
    groundbreaking, revolutionary, praise, proud, wonderful, genius, best in the world, generosity
    """
)
ADVICE = _any(
    """
    investors should, readers should, you should, must not wait, well advised, buy now, sell now, should buy,
    should sell, watch this space, take action, act now
    """
)
TEASING = _any(
    """
    here is what, here’s what, what you need to know, you won’t believe, read on, only time will tell, find out
    why, everybody’s lips, what happens next, key takeaways
    """
)
LISTS = re.compile(r"(?:^|\s)\d\. [A-Z]|(?:^|\s)[-•*] [a-z]|\b(?:Firstly|Secondly|Thirdly)\b")
VERB = (
    r"(?:\w+(?:ed|[^s]s)|had|paid|sold|cut|shut|sent|won|bought|took|gave|kept|let|said|told|found|lost|led|began|held|drew"
    r"|fell|rose|grew|went|came|made|met|put|ran|set|spent|wrote|withdrew|pay|sell|make|serve|want|plan|ask|leave)"
)
"""A finite verb behind a name, or what looks like one."""
