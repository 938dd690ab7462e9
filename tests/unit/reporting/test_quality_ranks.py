"""Rules on rankings: Iran 2015–2018 is found both ways (IQ konkret 3/2022), and what is nearly equal is left alone."""

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.reporting.quality import ranks
from services.reporting.quality.parameters import load_rules
from services.reporting.quality.rules import Hit
from shared.vocabulary.quality import FindingRule

JUMP, RANK = load_rules().of(FindingRule.RANK_JUMP), load_rules().of(FindingRule.IMPLAUSIBLE_RANK)
# First counsellings by nationality as printed: all, the first five; the others lie below the fifth.
PRINTED = {
    "2015-2018": (194_568, {"SY": 52_570, "DE": 13_435, "RU": 11_344, "PL": 11_282, "IR": 1_984}, ("TR", "UA")),
    "2019-2022": (181_175, {"SY": 20_299, "TR": 14_266, "UA": 14_010, "DE": 10_287, "IR": 10_068}, ("RU", "PL")),
}
LATER_KNOWN = {"TR": 1_978, "UA": 1_959, "RU": 3_533, "PL": 3_421}
ROUNDS = st.dictionaries(
    st.sampled_from(["2015-2018", "2019-2022", "2023-2028"]),
    st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(0, 5000), max_size=8),
)


def printed(name: str, **corrected: int) -> dict[str, int]:
    """A round with the five that are printed, the others known, and the rest spread over many small ones."""
    total, first, others = PRINTED[name]
    found = first | corrected | {code: LATER_KNOWN[code] for code in others}
    rest, smallest = total - sum(found.values()), min(first.values())
    place = 0
    while rest > 0:
        part = min(rest, smallest // 2)
        found[f"X{place}"], rest, place = part, rest - part, place + 1
    return found


def found(hits: list[Hit]) -> list[tuple[str, str]]:
    return [(hit.value_of, hit.period) for hit in hits]


def test_iran_2015_2018_is_an_implausible_fifth_rank() -> None:
    rounds = {name: printed(name) for name in PRINTED}
    hits = list(ranks.implausible(rounds, RANK))
    assert found(hits) == [("IR", "2015-2018")]  # the same rank of the next round is plausible
    (hit,) = hits
    # 105,937 others would have to be spread over at least 54 nationalities with no more than 1,984 each.
    assert (hit.value, hit.low, hit.high) == (1984.0, 2649.0, 11282.0)
    assert hit.severity == 54 / RANK["spread"]


def test_with_the_digit_that_was_perhaps_dropped_the_rank_is_plausible() -> None:
    assert list(ranks.implausible({"2015-2018": printed("2015-2018", IR=10_984)}, RANK)) == []


def test_iran_jumps_between_the_rounds_and_so_do_those_that_came() -> None:
    rounds = {name: printed(name) for name in PRINTED}
    hits = {hit.value_of: hit for hit in ranks.jumps(rounds, JUMP)}
    assert {"IR", "TR", "UA", "RU", "PL"} == hits.keys()  # SY and DE fell by less than the factor
    iran = hits["IR"]
    assert (iran.period, iran.value, iran.high) == ("2019-2022", 0.0556, 0.0306)
    assert "IR" not in {
        hit.value_of for hit in ranks.jumps(rounds | {"2015-2018": printed("2015-2018", IR=10_984)}, JUMP)
    }


def test_a_change_of_places_among_equals_is_no_jump() -> None:
    before = {"A": 900, "B": 800, "C": 700, "D": 600, "E": 500, "F": 490}
    after = before | {"E": 490, "F": 500}
    assert list(ranks.jumps({"2015-2018": before, "2019-2022": after}, JUMP)) == []


def test_what_is_not_stated_or_other_is_never_ranked() -> None:
    values = {"not_stated": 5000, "other": 4000, "A": 10, "B": 9}
    assert [value for value, _ in ranks.ranked(values)] == ["A", "B"]


def test_few_records_say_nothing() -> None:
    assert list(ranks.jumps({"2015-2018": {"A": 90, "B": 10}, "2019-2022": {"A": 10, "B": 90}}, JUMP)) == []


@given(ROUNDS)
def test_a_jump_is_one_and_rules_do_not_stumble(rounds: dict[str, dict[str, int]]) -> None:
    list(ranks.implausible(rounds, RANK))
    names = sorted(rounds)
    for hit in ranks.jumps(rounds, JUMP):
        before = dict(pairwise(names[::-1]))[hit.period]
        shares = [Counter(rounds[name])[hit.value_of] / sum(rounds[name].values()) for name in (before, hit.period)]
        assert max(shares) > JUMP["edge"] * min(shares)
        assert hit.severity >= 1  # rounded: a ratio just above the factor is told as 1


@given(ROUNDS)
def test_the_same_round_twice_has_no_jump(rounds: dict[str, dict[str, int]]) -> None:
    for values in rounds.values():
        assert list(ranks.jumps({"2015-2018": values, "2019-2022": values}, JUMP)) == []
