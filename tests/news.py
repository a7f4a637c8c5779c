"""A made-up day of news, the same every time: stories told by several houses, copied by wires, among noise.

    day = news(500)          # what is printed in the order it comes, each with its hour
    stories(8)               # as many stories that matter, each told once

Every firm, person and place is invented. Texts have the length of real ones, and words of their own, so that stories
are told apart as real ones are.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

SYLLABLES = (
    "bel", "cor", "dan", "el", "fen", "gar", "hol", "is", "jor", "kal", "lun", "mar", "nor", "os", "pel", "qui", "ral",
    "sen", "tor", "ul", "ven", "wes", "yor", "zan",
)  # fmt: skip
TRADES = (
    "copper smelters|ore|furnaces|treatment charges", "port cranes|containers|berths|stevedores",
    "grid batteries|cells|inverters|night tariffs", "seed breeders|wheat|patents|seed prices",
    "hospital pharmacies|insulin|cold stores|tenders", "glass packagers|substrates|wafers|yields",
    "freight rail|wagons|sidings|track access fees", "water boards|aquifers|meters|abstraction permits",
    "satellite makers|antennas|launch slots|spectrum", "timber mills|pallets|spruce|stumpage fees",
    "salmon farms|smolt|pens|sea lice", "car insurers|claims|premiums|repair shops",
    "cement kilns|clinker|lime|carbon permits", "cloud providers|racks|turbines|power contracts",
    "dairy cooperatives|milk powder|herds|quotas", "textile mills|yarn|looms|export rebates",
    "airlines|slots|engines|fuel hedges", "tin mines|concentrates|shafts|royalties",
    "fertiliser plants|ammonia|potash|gas contracts", "school canteens|caterers|meals|subsidies",
)  # fmt: skip
PLACES = (
    "Marrowick", "Talvane", "Ostrema", "Quillon", "Besmar", "Fenholt", "Corvessa", "Lindqua", "Harrowby", "Senzano",
)  # fmt: skip
JOINING = (
    "of",
    "the",
    "and",
    "with",
    "for",
    "under",
    "after",
    "in",
    "which",
    "by",
    "as",
    "to",
    "from",
    "near",
    "until",
)
NOISE = {
    "{name} scores late goal in cup final": """The striker scored a goal in minute {n} of the cup final. The league
        champions lost the match after extra time, and the coach praised the goalkeeper. The football club plays again
        on Sunday in the league.""",
    "Your horoscope: what the stars hold for {name}": """Aries, a week of surprises awaits you. Taurus, take care of
        your heart. Gemini, a letter will come. The horoscope for the week, sign by sign, with lucky number {n}.""",
    "{n} gadgets for your desk that you will love": """Here are the {n} best gadgets we found for your desk this week.
        You need to buy the lamp. Shop the deal now and save with our discount code. The best gifts for less.""",
    "{name} and singer wed in red dress": """The actress {name} and the singer wore red at the wedding. Celebrity
        guests danced until morning, and the film star posted photos on Instagram. They met on a reality show.""",
}


DAYS = 10_000
"""By how much the seeds of two days' stories differ."""


@dataclass(frozen=True)
class Printed:
    """One article as a house prints it."""

    house: str
    hour: float  # after the first
    title: str
    body: str
    matters: bool = False


@dataclass(frozen=True)
class Story:
    """What happened, with words of its own."""

    seed: int
    matters: bool

    @property
    def firm(self) -> str:
        return _name(random.Random(self.seed))

    def told(self, house: str, hour: float, turn: int) -> Printed:
        """The story as a house tells it the `turn`-th time it is news: each time with another figure."""
        chance = random.Random(self.seed)
        trade, stuff, things, price = TRADES[self.seed % len(TRADES)].split("|")
        firm, person, bank = _name(chance), f"{_name(chance)} {_name(chance)}", f"{_name(chance)} Research"
        place, base = chance.choice(PLACES), 3 + self.seed % 40
        own = tuple(_name(chance).lower() for _ in range(60))
        figure = base + 7 * turn
        plain = "some" if self.seed % 2 else f"{figure} per cent"
        size, stopped = (f"${figure}bn", f"{figure + 2} of") if self.matters else (plain, "part of")
        act = f"A new {own[0]} law bans half of all {things}, and" if self.matters else f"As every {own[0]} spring"
        lead = (
            f"{act} {firm} of {place} says that {trade} lose {size} of {stuff} as {price} change, {bank} found.",
            f"“Nobody at {firm} can {own[1]} {stuff} at such {price},” said {person} of {bank}.",
            f"The {own[2 + turn]} plant in {place} stops {stopped} its {things}.",
        )
        telling = random.Random(f"{self.seed} {house} {turn}")
        filler = [_filler(telling, (*own, firm, place, stuff, things, trade, price)) for _ in range(14)]
        title = f"{firm} {('loses', 'cuts', 'shuts', 'moves')[turn % 4]} {stuff} in {place} as {price} turn"
        return Printed(house, hour, title, _paragraphs([*lead, *filler]), self.matters)


def _name(chance: random.Random) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(3)).capitalize()


def _filler(chance: random.Random, own: tuple[str, ...]) -> str:
    """A sentence of the usual length, of the story's own words: what it says is nobody's business."""
    words = [chance.choice(JOINING if n % 2 else own) for n in range(chance.randrange(22, 34))]
    return f"{' '.join(words).capitalize()}."


def _paragraphs(sentences: list[str]) -> str:
    groups = [sentences[at : at + 3] for at in range(0, len(sentences), 3)]
    return "".join(f"<p>{' '.join(group)}</p>" for group in groups)


def stories(count: int) -> list[Printed]:
    """So many different stories that matter, each told once."""
    return [Story(1_000 + n, matters=True).told("Daily", 0.0, 0) for n in range(count)]


def news(count: int, hours: float = 24.0, day: int = 0) -> list[Printed]:
    """A day as news comes: of 100 articles 20 wire copies and 24 noise; of the stories one in ten matters.

    Of the others, every second one reports nothing that could be counted. Each `day` has stories of its own.
    """
    chance = random.Random(count + DAYS * day)
    copies, noise = count * 20 // 100, count * 24 // 100
    printed = [_noise(chance, n, hours) for n in range(noise)]
    told: list[Printed] = []
    seed = DAYS * day
    while len(told) < count - copies - noise:
        seed += 1
        told += _coverage(Story(seed, matters=seed % 10 == 0), chance, hours)
    told = told[: count - copies - noise]
    copied = [_copy(chance.choice(told), n, hours) for n in range(copies)]
    return sorted([*printed, *told, *copied], key=lambda each: each.hour)


def _coverage(story: Story, chance: random.Random, hours: float) -> Iterator[Printed]:
    """One that matters is told by four houses through the day, twice with news; of the others every third by two."""
    begun = chance.uniform(0, hours * 0.7)
    times = 4 if story.matters else 2 if story.seed % 3 == 0 else 1
    for n in range(times):
        yield story.told(f"House {(story.seed + 7 * n) % 31}", begun + n * chance.uniform(0.3, 2.0), n // 2)


def _copy(of: Printed, number: int, hours: float) -> Printed:
    return Printed(f"Wire {number % 9}", min(hours, of.hour + 0.5), of.title, of.body)


def _noise(chance: random.Random, number: int, hours: float) -> Printed:
    title, body = list(NOISE.items())[number % len(NOISE)]
    words = {"name": f"{_name(chance)} {_name(chance)}", "n": number + 2}
    more = " ".join(_filler(chance, tuple(_name(chance).lower() for _ in range(20))) for _ in range(2))
    body = f"<p>{' '.join(body.format(**words).split())} {more}</p>"
    return Printed(f"House {number % 31}", chance.uniform(0, hours), title.format(**words), body)
