"""What a mention of a place says by the words around it: that the news is set there, or something else.

“The court of Ruritania ruled” tells where the news is. These do not, or only weakly:

    part of a name   “Torvik Security Conference”, “the Ruritania Herald”
    biography        “Ana Ruiz, a nurse living in Ruritania”
    nationality      “the Ruritanian actor”, “Ruritanian-American”; of a thing, “Ruritanian wool”
    reach            “from Torvik to Porto”
    dateline         “TORVIK, Ruritania (AP) —” under a headline that names another place: where the reporter sits
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise

from bot.analysts.lexical.words import TITLE, Scan, tokens
from bot.text import taxonomy
from bot.text.word_lists import word_set

_STATE_BODIES = word_set(
    """
    administration agency air ambassador ambassadors army authorities authority ban cabinet capital central chancellor
    coalition commission congress congressman congresswoman constitution council court courts currency data delegation
    diplomat diplomats economy election elections embassy envoy federal foreign forces government governments industry
    intelligence judge judges judiciary justice king lawmaker lawmakers leader leaders legislature media military
    minister ministers ministry mission national navy negotiators officials opposition parliament people police
    politics premier president presidential prime prosecutor prosecutors public queen regime regulator regulators
    representatives republic security senate senator soldiers special state supreme territory territories troops union
    voters watchdog
    """
)
"""Behind a nation's adjective, what the nation itself acts by: “Ruritanian troops”, not “Ruritanian wool”."""
_INSTITUTIONS = word_set(
    """
    administration agency army bank board chamber commission committee congress council court department federation
    government house league ministry office parliament party police senate service university
    """
)
"""Words of institutions, whose place is the one in their name: “Bank of Ruritania”."""
_PERSONS = word_set(
    """
    activist actor actress artist astronaut athlete author bobsledder boxer businessman businesswoman chef comedian
    composer cyclist dancer designer director drummer entrepreneur essayist film-maker filmmaker footballer golfer
    guitarist historian influencer journalist magnate millionaire billionaire mathematician model musician novelist
    painter philosopher photographer photojournalist physicist pianist playwright poet producer racer rapper
    researcher runner scholar scientist screenwriter sculptor singer skater skier snowboarder songwriter star streamer
    student swimmer tycoon violinist writer youtuber
    """
)
"""Who is named for a trade of his own and not for his nation: “the Ruritanian actor”."""
_TITLES_OF_PAPERS = frozenset(
    {
        "Chronicle", "Courier", "Examiner", "Gazette", "Globe", "Herald", "Independent", "Inquirer", "Journal",
        "Ledger", "Mail", "Mirror", "News", "Observer", "Post", "Review", "Standard", "Star", "Sun", "Telegraph",
        "Times", "Tribune", "Weekly",
    }
)  # fmt: skip
_BETWEEN_PAPERS = frozenset({"Daily", "Evening", "Morning", "Sunday", "Business", "Financial"})
"""What may stand between a place and the title of a newspaper: “Torvik Morning Herald”."""
_BIOGRAPHY = re.compile(
    r"(?:(?:, |– |— )(?:(?:an?|who|now|then)\b[^,;.–—]{0,60}?\b)?|\b(?:he|she|was) )"
    r"(?:living|lives|lived|born(?: and raised)?|raised|educated|grew up|graduated|studied(?: \w+)?|originally)"
    r" (?:in|at|from|near) (?:the )?$"
    r"|\b(?:native|graduate|alumn(?:us|a)) of (?:the )?$"
    r"|, (?:née?|nacid[oa]|nat[oa]|nascid[oa]|geboren|wohnhaft) (?:à|au|aux|en|em|no|na|in|a|ad) $",
    re.IGNORECASE,
)
_MOST_OF_BIOGRAPHY = 16
"""Words before a place that are searched for it."""
_DATELINE = re.compile(
    r"\s*(?:"
    r"[^\W\d_][^\W\d_a-zà-ÿ .’'-]*[A-ZÀ-Þ .’'-]{2,}(?:, [^\W\d_][\w. ]{1,25})?\s*(?:\([^)]{2,30}\)\s*)?(?:[—–]|--?)"
    r"|[^\W\d_][\w .,’'-]{2,40} \((?:Reuters|AP|AFP|dpa|ANSA|EFE|Lusa|PAP|ANP|AP Photo)\)"
    r")\s"
)


def words_of_names(actors: Collection[str]) -> frozenset[tuple[str, str]]:
    """The pairs of neighbouring words in names of actors that are no institutions: their place is not the story's."""
    pairs: set[tuple[str, str]] = set()
    for actor in actors:
        words = taxonomy.TOKEN.findall(actor) if " " in actor else []
        if words and not _INSTITUTIONS.intersection(map(str.lower, words)):
            pairs.update(pairwise(words))
    return frozenset(pairs)


def is_part_of_name(scan: Scan, spot: taxonomy.Spot, pairs: Collection[tuple[str, str]]) -> bool:
    """Whether the place stands in the name of an actor (`pairs` is what `words_of_names` gave) or of a newspaper."""
    first, last = scan.raw[spot.first], scan.raw[spot.stop - 1]
    following = neighbour(scan, spot, spot.stop)
    if (last, following) in pairs or (neighbour(scan, spot, spot.first - 1), first) in pairs:
        return True
    title = neighbour(scan, spot, spot.stop + 1) if following in _BETWEEN_PAPERS else following
    return title in _TITLES_OF_PAPERS and scan.where[spot.first] != TITLE


def is_biography(scan: Scan, spot: taxonomy.Spot) -> bool:
    """Whether it says where somebody lives or comes from: “a nurse living in Ruritania”."""
    start = max(scan.ranges[scan.where[spot.first]][0], spot.first - _MOST_OF_BIOGRAPHY)
    words = scan.surface(start, spot.first - start + 1)
    return _BIOGRAPHY.search(words[: len(words) - len(scan.raw[spot.first])]) is not None


def is_dateline(scan: Scan, spot: taxonomy.Spot) -> bool:
    """Whether it stands before the first sentence, as the town from which an agency reports: often that of the news,
    unless the headline sets it elsewhere."""
    match = _DATELINE.match(scan.article.text, scan.article.sentences[0][0])
    return match is not None and spot.first - scan.ranges[0][0] < len(tokens(match[0]))


def is_nationality(scan: Scan, spot: taxonomy.Spot) -> bool:
    """Whether it only says of what nation a person is: “the Ruritanian actor”, “Ruritanian-American”."""
    if not _is_demonym(scan, spot):
        return False
    following, further = (neighbour(scan, spot, spot.stop + further) for further in (0, 1))
    if following in _AMERICANS:  # “Chinese American”
        return further in _PERSONS or further in _OPENS_BIOGRAPHY
    if scan.raw[spot.first] in _AMERICANS and neighbour(scan, spot, spot.first - 1).endswith(_NATIONS):
        return following in _PERSONS or following in _OPENS_BIOGRAPHY
    return following in _PERSONS or (following not in _STATE_BODIES and following.islower() and further in _PERSONS)


_AMERICANS = frozenset({"American", "Americans"})
_OPENS_BIOGRAPHY = word_set("living who born aged raised based")
_NATIONS = ("an", "ese", "ish", "i", "Arab")
"""Ends of what may stand before “American”: “Chinese”, “Mexican”, “Irish”, “Iraqi”."""


def is_origin(scan: Scan, spot: taxonomy.Spot, *, titled: bool) -> bool:
    """Whether it only says where something comes from, while the title names a place (`titled`; “Chinese businessmen”),
    or how far something reaches (“from Torvik to Porto”)."""
    before, following = neighbour(scan, spot, spot.first - 1), neighbour(scan, spot, spot.stop)
    if (before, following) == ("from", "to") or (
        before == "to" and neighbour(scan, spot, spot.first - 2)[:1].isupper()
    ):
        return True
    attributes = following.islower() and following not in _STATE_BODIES
    return titled and attributes and _is_demonym(scan, spot)


def _is_demonym(scan: Scan, spot: taxonomy.Spot) -> bool:
    return taxonomy.load().is_demonym(" ".join(scan.raw[spot.first : spot.stop]), spot.owner)


def neighbour(scan: Scan, spot: taxonomy.Spot, at: int) -> str:
    """Token `at` where it stands in the same sentence as the mention; "" where the sentence ends or begins there."""
    beside = 0 <= at < len(scan.raw) and scan.where[at] == scan.where[spot.first]
    return scan.raw[at] if beside else ""
