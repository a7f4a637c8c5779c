"""How much an article changes, and for how many: 60 made-up cases, the reference signal among them."""

# ruff: noqa: E501 - a case is one line, so that a table reads as a table

from __future__ import annotations

import re

import pytest

from bot.analysts.extractive import Extractive
from bot.model.finding import Finding
from bot.text.segmentation import sentences
from tests.bot.analysts.test_extractive import CHIPS, CHIPS_TITLE
from tests.make import article

CASES = [
    # 0: a wording, a visit, a date; it moves nobody
    (0, 1, "Bank changes the wording of its savings brochure", "The bank has a new brochure for its savers. The text is longer, a spokeswoman of the bank said of it."),
    (0, 1, "Minister visits a steel plant", "The minister visited a steel plant in the north. He spoke to the workers there and praised their output."),
    (0, 1, "Economists meet in Torvik to discuss inflation", "Economists from twelve universities met in Torvik. They spoke about inflation and about the work of the central bank."),
    (0, 1, "Parliament marks anniversary of its founding", "Parliament marked the anniversary of its founding. The speaker spoke of the first members and the first government."),
    (0, 1, "Ministry renames its department for trade", "The ministry of economy has renamed its department for trade. The minister presented the new name to the staff."),
    (0, 1, "University gives honorary degree to central banker", "The university gave a degree to the governor of the central bank. The governor spoke about monetary policy."),
    (0, 1, "Software firm moves its office across the street", "The software company moved its office across the street. The company has rented two floors for its engineers."),
    (0, 1, "Climate office has a new logo", "The climate agency has a new logo. It shows a leaf, and the environment ministry likes it, a spokesman said."),
    # 1 to 2: a firm or an office
    (1, 2, "Corvane to cut 1,200 jobs at its turbine plant", "Corvane will cut 1,200 jobs at its turbine plant, the company said. The union of its workers protested."),
    (1, 2, "Retailer Osage files for bankruptcy", "The retailer Osage filed for bankruptcy. It owes its lenders $300m, according to papers filed with the court."),
    (1, 2, "Voltessa appoints new chief executive", "Voltessa appointed Ada Lindqvist as chief executive. The battery company has lost money for three years, its report shows."),
    (1, 2, "Brightpath sued by former employees over pay", "Former employees sued Brightpath over unpaid overtime. The company denied the claims and said that it pays by the law."),
    (1, 2, "Lumenkade recalls heaters after complaints", "Lumenkade recalled a model of its heaters after complaints from customers. The company will replace them, it said."),
    (1, 2, "Insurer Harcourt Vane acquires a rival", "Harcourt Vane acquired a smaller insurance company. The price was not disclosed, and the boards of both firms agreed."),
    (1, 2, "Regulator fines broker for late reports", "The regulator fined a broker for late reports. The company paid and promised to improve its systems, it said."),
    (1, 2, "Court jails former bank manager", "A court sentenced a former bank manager to three years in prison for fraud. He had lent money to his own company."),
    (1, 2, "Amakusa opens glass plant in Kumamoto", "Amakusa Glass opened a plant in Kumamoto. The company will make glass substrates for chips there and hire engineers."),
    (1, 2, "Northvale delays its lithium refinery", "Northvale Lithium delayed the opening of its refinery. The company blamed its suppliers for the delay, it said."),
    (1, 2, "Oxlade raises prices of its processors", "Oxlade Compute raised the prices of its processors. Customers learned of it in a letter from the company."),
    (1, 2, "Nordkern cancels a tender for compressors", "Nordkern cancelled a tender for compressors. The grid operator gave no reason to the suppliers that had bid."),
    (1, 2, "Torvik Research is investigated over data", "Prosecutors investigate Torvik Research over the sale of data. The company said that it would help the investigation."),
    (1, 2, "Startup Calder plans to launch a payment service", "The startup plans to launch a payment service. The company has a licence from the regulator and two partner banks."),
    # 2 to 3: a market, many people
    (2, 3, "Chipmakers halt output as gas shortage hits industry", "Chipmakers halted output. The industry lacks gas after suppliers in three regions shut, and prices doubled."),
    (2, 3, "Regulator bans payment for order flow, hitting brokers", "The regulator banned payment for order flow. Brokers and investors must adapt within a year, the law says."),
    (2, 3, "Steel makers close furnaces as market shrinks", "Steel makers closed furnaces in the industry’s worst year. Suppliers and customers of the market lost 20,000 jobs."),
    (2, 3, "Dockers strike at all ports of the coast", "Dockers called a strike at the ports of the coast. Exporters and carriers in the industry lose $1.2bn a week."),
    (2, 3, "Lithium prices collapse, closing mines across the industry", "Prices of lithium collapsed by 62 per cent. Mines closed, and investors in the market lost money."),
    (2, 3, "Antitrust office breaks up seed makers", "The antitrust regulator ordered the largest seed maker to be broken up. Farmers and rivals in the market had asked for it."),
    (2, 3, "Outage stops card payments of 4 million people", "An outage stopped the card payments of 4 million people. Banks and shops blamed a supplier of software."),
    (2, 3, "Two largest grocers to merge in $60bn deal", "The two largest grocers agreed to merge in a deal of $60bn. Suppliers and the antitrust regulator will look at it."),
    (2, 3, "Ransomware attack shuts hospitals of a region", "A cyberattack shut the hospitals of a region. Patients were moved, and 12,000 people wait for surgery, officials said."),
    (2, 3, "Airlines ground jets as engine faults spread in industry", "Airlines grounded jets over engine faults. The industry cancelled flights of 2 million passengers, carriers said."),
    (2, 3, "Banks tighten lending to housebuilders across the sector", "Banks cut lending to housebuilders. The sector shelved 30,000 homes, and prices of land fell by a fifth."),
    (2, 3, "Union wins four-day week for 300,000 metal workers", "The union won a four-day week for 300,000 workers in an agreement with the industry. Employers signed it on Monday."),
    (2, 3, "Insurers withdraw from flood plains in the market’s worst year", "Insurers withdrew from flood plains. Homeowners in the market lost cover, and 90,000 households have none."),
    # 3 to 4: a country, an order of things
    (3, 4, "Parliament bans sale of petrol cars nationwide from 2030", "Parliament passed a law that bans the sale of petrol cars nationwide. Carmakers in the industry protested."),
    (3, 4, "Government defaults on $90bn debt as currency collapses", "The government defaulted on $90bn of debt. The currency collapsed, and the central bank closed the markets."),
    (4, 4, CHIPS_TITLE, CHIPS),
    (4, 4, "Global ceasefire treaty ends war after a decade", "A treaty that ends the war was signed by 40 governments. It is the first time in decades, and it moves 2 million people back to their homes."),
    (3, 4, "Government declares state of emergency after coup", "The government of the country declared a state of emergency after a coup. Troops closed the border and parliament."),
    (3, 4, "European Union imposes tariffs on Chinese batteries", "The European Union imposed tariffs on batteries from China. Carmakers across Europe must pay 35 per cent more."),
    (3, 4, "Supreme court abolishes tax on windfall profits nationwide", "The supreme court struck down the tax on windfall profits. The ruling binds the government of the country."),
    (3, 4, "Country leaves currency union for the first time in history", "The government left the currency union, for the first time in its history. Banks closed, and 10 million people queued."),
    (3, 4, "Sanctions cut country off from world’s chip suppliers", "New sanctions ban the export of chips to the country. Governments of 30 countries agreed, and trade fell by half."),
    (3, 4, "Nationwide blackout hits 50 million people", "A nationwide blackout hit 50 million people. The government declared an emergency, and it was the worst in decades."),
    (3, 4, "Central bank nationalises the country’s largest lender", "The government nationalised the country’s largest lender. Depositors had withdrawn $70bn, the central bank said."),
    (3, 4, "Parliament passes law that bans landlords from raising rents", "Parliament passed a law that bans landlords across the country from raising rents. It covers 3 million households."),
    (3, 4, "War closes the strait through which a fifth of world’s oil passes", "War closed the strait. Oil prices doubled around the world, and governments released their reserves."),
    (3, 4, "Pandemic declared as new virus spreads worldwide", "The health agency declared a pandemic. The virus has spread worldwide, and 400,000 people have died of it."),
    (3, 4, "Treaty bans mining of the deep sea", "Governments of 90 countries signed a treaty that bans mining of the deep sea. It is the first global ban of its kind."),
    # what may be weighs less
    (0, 2, "Retailer may close two shops", "The retailer may close two shops. The company has not decided, a spokesman of it said on Monday."),
    (0, 3, "Parliament could ban petrol cars nationwide", "Parliament debates a law that bans the sale of petrol cars nationwide. Carmakers in the industry protested."),
    (0, 3, "Government considers tariffs on steel imports", "The government considers tariffs on steel. Importers and the industry expect higher prices, they said."),
    (0, 2, "Airline weighs sale of its loyalty business", "The airline weighs the sale of its loyalty business. Banks have been asked for offers, two people said."),
    # other tongues
    (2, 4, "Bundesregierung verbietet Export von Halbleitern", "Die Bundesregierung verbietet den Export von Halbleitern. Das Gesetz betrifft die Industrie, sagte der Minister.", "de"),
    (2, 4, "Le gouvernement interdit les puces importées", "Le gouvernement a annoncé une loi sur les puces. Les entreprises et la bourse attendent, selon le ministre.", "fr"),
    (2, 4, "El gobierno anuncia aranceles y la bolsa cae", "El gobierno anunció aranceles. La inflación sube y las empresas temen despidos, dijo el ministro de economía.", "es"),
    (2, 4, "Il governo annuncia dazi e la borsa crolla", "Il governo ha annunciato dazi. L’inflazione sale e le aziende temono licenziamenti, ha detto il ministro.", "it"),
    (2, 4, "Governo anuncia tarifas e juros sobem", "O governo anunciou tarifas. A inflação e os juros sobem, e as demissões na indústria crescem, disse o ministro.", "pt"),
    (2, 4, "Regering verbiedt uitvoer van chips", "De regering verbiedt de uitvoer van chips. De wet raakt de bedrijven en de beurs, zei de minister van economie.", "nl"),
]  # fmt: skip


def test_there_are_sixty_cases() -> None:
    """The table is as long as it says, and no case is in it twice."""
    assert len({case[2] for case in CASES}) == len(CASES) == 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[2])
async def test_consequence_grows_with_what_changes(
    case: tuple[int, int, str, str] | tuple[int, int, str, str, str],
) -> None:
    """A wording, a firm, a market, an order of things; the facts are words and figures of the article itself."""
    least, most, title, text, *language = case
    given = article(1, text, title=title, sentences=sentences(text), language=language[0] if language else "en")
    found = Extractive().reading(given)
    points = found.consequence.points if isinstance(found, Finding) else 0
    assert least <= points <= most, found
    for fact in found.consequence.facts if isinstance(found, Finding) else ():
        assert all(words in f"{title} {text}" for words in re.findall("“(.*?)”", fact))


SENSES = [
    # one word, and what it is done to
    ("strike", "Northland strikes Sorvia with drones overnight", "Hallam Bowling strikes gold with its new alley"),
    ("attack", "Sorvia threatens to attack Northland over the strait", "Critics attack the plot of a space opera"),
    ("oust", "Assembly ousts the president of Sorvia after a vote", "Club ousts its secretary over parking"),
    ("ban", "Parliament bans all imports of Sorvian steel", "Café bans laptops at its two tables"),
    ("talks", "Northland and Sorvia resume peace talks in Torvik", "Two bakers resume talks about a joint van"),
    ("test", "Sorvia conducts a nuclear test under its mountains", "Bakery conducts a taste test of its rolls"),
    ("regulate", "Regulator opens an antitrust investigation of a bank", "A starship in the script regulates the trade of moons"),
    ("deploy", "Northland deploys troops at the border of Sorvia", "Gallery deploys screens in its west wing"),
]  # fmt: skip


@pytest.mark.parametrize(("deed", "grave", "slight"), SENSES, ids=lambda case: case[:12])
async def test_a_deed_weighs_by_what_it_is_done_to(deed: str, grave: str, slight: str) -> None:
    """The same word says much of a state, a rule or a market, and next to nothing of a café."""
    said = " It was said on the day in the town, and those who stood there had heard of it before, one of them told."
    points = [Extractive().reading(article(1, title + "." + said, title=title)) for title in (grave, slight)]
    weighed = [found.consequence.points if isinstance(found, Finding) else 0 for found in points]
    assert weighed[0] >= 2, (deed, points[0])
    assert weighed[0] >= weighed[1] + 2, (deed, points[1])


@pytest.mark.parametrize(
    ("title", "most"),
    [
        ("Why does Sorvia attack Northland now?", 2),
        ("“We will bomb Sorvia again”", 2),
        ("How parliament banned imports, explained", 2),
    ],
)
async def test_who_asks_or_comments_does_not_report(title: str, most: int) -> None:
    """A question, a mere quotation or an explanation counts for no more than a market."""
    text = f"{title} Sorvia attacked Northland with missiles, and parliament banned all imports from there."
    found = Extractive().reading(article(1, text, title=title))
    assert isinstance(found, Finding)
    assert found.consequence.points <= most
    assert "it asks or comments, and does not report" in found.consequence.facts


async def test_what_the_title_holds_for_possible_the_lead_does_not_make_certain() -> None:
    """“may ban” in the title, “bans” in the lead: it is not so yet."""
    text = "The ministry brings a law that bans the import of steel. The industry learned of it on Monday, it said."
    loose, firm = (
        Extractive().reading(article(1, text, title=title))
        for title in ("Sorvia may ban the import of steel", "Sorvia bans the import of steel")
    )
    assert isinstance(loose, Finding)
    assert isinstance(firm, Finding)
    assert loose.consequence.points == firm.consequence.points - 1
    assert "“may”: not yet so" in loose.consequence.facts
