"""Faire Integration: firsts, follow-ups and referrals of a network; occasions dealt like cards."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache

from deploy.demo.history.counts import NEW, OLD, ROUND_ENDS, solution
from deploy.demo.history.days import FAIR_INTEGRATION_BY, LAST_OF_JUNE, day_between, recorded
from deploy.demo.history.dealing import chance_of, deal_round, expand, sample, weighted
from deploy.demo.history.follow_ups import LEAST, follow_ups
from deploy.demo.history.people import CHANNELS, Session, person

LINE = "fair_integration"
START, LATEST_START, REFERRALS_START = date(2017, 11, 1), date(2018, 7, 1), date(2020, 1, 1)
NEW_OFFICES = {"rp": date(2019, 1, 1), "st": date(2019, 1, 1)}
RETURNING = 12  # one of so many persons of 2018 comes again in the new round
NATIONALITIES = weighted({
    "SY": 24, "AF": 13, "IQ": 9, "IR": 8, "ER": 7, "NG": 6, "UA": 6, "PK": 5, "TR": 5, "SO": 4, "IN": 4, "GM": 3,
    "GN": 3, "RS": 2, "XK": 1,
})  # fmt: skip
REFUGEES = weighted({"yes": 58, "no": 38, "not_stated": 4})
REFUGEES_OF, COUNTED_REFUGEES = "st", 691
"""Sachsen-Anhalt prints its persons with refugee background."""
REFERRAL_TARGETS = weighted({
    "trade_union": 4, "lawyer": 4, "labour_law_network": 3, "job_centre": 3, "migration_counselling": 3,
    "employment_agency": 2, "debt_counselling": 1,
})  # fmt: skip
OCCASIONS = {
    "first": {"pay": 7305, "dismissal": 6561, "other": 5231, "working_time": 3586, "residence_status": 2900,
              "unemployment_benefit": 3554, "employment_contract": 5925},
    "follow_up": {"pay": 5806, "dismissal": 4210, "other": 2917, "working_time": 1865, "residence_status": 1232,
                  "unemployment_benefit": 2214, "employment_contract": 2396},
}  # fmt: skip
LATER_OCCASIONS = weighted(OCCASIONS["follow_up"])


def fair_integration(network: str, seed: int) -> list[Session]:
    """Sessions of a network to 2022-06 and the few after. Raises ValueError when counts do not fit one another."""
    chance = chance_of(seed, network, LINE)
    firsts_count, follow_up_count, referral_count, _ = solution()[LINE]["until_2022_06"][network]
    start = NEW_OFFICES.get(network) or day_between(chance, START, LATEST_START)
    firsts = [_first(chance, start, number) for number in range(firsts_count)]
    if network == REFUGEES_OF:
        _deal_refugees(chance, firsts)
    _come_again(chance, network, firsts)
    after = _follow_ups(chance, firsts, follow_up_count)
    for sessions in (firsts, after):
        for session, hand in zip(sessions, _hands(seed, sessions[0].session_type)[network], strict=True):
            session.occasions = hand
    referrals = _referrals(chance, referral_count, REFERRALS_START, LAST_OF_JUNE, FAIR_INTEGRATION_BY)
    return [*firsts, *after, *referrals, *_later(chance, network, firsts)]


def _first(chance: random.Random, start: date, number: int) -> Session:
    day = day_between(chance, start, LAST_OF_JUNE)
    refugee = "yes" if day <= ROUND_ENDS[OLD] else chance.choice(REFUGEES)  # HSP-03: at first for refugees only
    return Session(
        day,
        recorded(chance, day, FAIR_INTEGRATION_BY),
        LINE,
        "first",
        person(chance, day, number, "f"),
        chance.choice(NATIONALITIES),
        refugee,
        chance.choice(CHANNELS),
    )


def _deal_refugees(chance: random.Random, firsts: Sequence[Session]) -> None:
    refugees = expand({"yes": COUNTED_REFUGEES, "no": len(firsts) - COUNTED_REFUGEES})
    chance.shuffle(refugees)
    for first, refugee in zip(firsts, refugees, strict=True):
        first.refugee = refugee


def _come_again(chance: random.Random, network: str, firsts: Sequence[Session]) -> None:
    old = [first for first in firsts if first.day <= ROUND_ENDS[OLD]]
    new = [first for first in firsts if first.day > ROUND_ENDS[OLD]]
    number = len(old) // RETURNING
    pairs = zip(sample(chance, old, number, network), sample(chance, new, number, network), strict=True)
    for earlier, later in pairs:
        later.person, later.nationality, later.refugee = earlier.person, earlier.nationality, earlier.refugee


def _follow_ups(chance: random.Random, firsts: Sequence[Session], count: int) -> list[Session]:
    """Follow-ups of both rounds, by how many could have one."""
    spans = {OLD: (START, ROUND_ENDS[OLD]), NEW: (ROUND_ENDS[OLD] + timedelta(1), LAST_OF_JUNE)}
    eligible = {
        name: [first for first in firsts if begin <= first.day <= end - LEAST] for name, (begin, end) in spans.items()
    }
    old = count * len(eligible[OLD]) // sum(map(len, eligible.values()))
    return [
        *follow_ups(chance, eligible[OLD], old, spans[OLD], FAIR_INTEGRATION_BY),
        *follow_ups(chance, eligible[NEW], count - old, spans[NEW], FAIR_INTEGRATION_BY),
    ]


@lru_cache(4)
def _hands(seed: int, session_type: str) -> dict[str, list[tuple[str, ...]]]:
    """Occasions of each session of a type to 2022-06, dealt over the whole country and cut by network."""
    column = ("first", "follow_up").index(session_type)
    sizes = {network: counts[column] for network, counts in solution()[LINE]["until_2022_06"].items()}
    hands = iter(deal_round(OCCASIONS[session_type], sum(sizes.values()), chance_of(seed, "occasions", session_type)))
    return {network: [next(hands) for _ in range(size)] for network, size in sizes.items()}


def _referrals(
    chance: random.Random, count: int, first: date, last: date, limit: date | None = None
) -> Iterator[Session]:
    for number in range(count):
        day = day_between(chance, first, last)
        yield Session(
            day,
            recorded(chance, day, limit),
            LINE,
            "referral",
            person(chance, day, number, ""),
            chance.choice(NATIONALITIES),
            chance.choice(REFUGEES),
            chance.choice(CHANNELS),
            target=chance.choice(REFERRAL_TARGETS),
        )


def _later(chance: random.Random, network: str, firsts: Sequence[Session]) -> list[Session]:
    """The few records after 2022-06 that make the figures of some boxes exact."""
    if network not in solution()[LINE]["later"]:
        return []
    counts = solution()[LINE]["later"][network]
    span = (LAST_OF_JUNE + timedelta(1), counts["last"])
    known = [first for first in firsts if first.day > ROUND_ENDS[OLD]]
    after = follow_ups(chance, known, counts["follow_ups"], span)
    for session in after:
        session.occasions = (chance.choice(LATER_OCCASIONS),)
    return [*after, *_referrals(chance, counts["referrals"], *span)]
