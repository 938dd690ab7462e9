"""Questions to a recount: what each indicator means, written once more in SQL from its definition."""

from typing import Any

from tests.support.recount import TODAY, Recount

FAIR, RECOGNITION = "fair_integration", "recognition_counselling"
SESSIONS = {
    "first_counsellings": "type = 'first'",
    "follow_up_counsellings": "type = 'follow_up'",
    "counselling_sessions": "type in ('first', 'follow_up', 'referral', 'short')",
    "persons_new_to_programme": "type = 'first' and seen = 'no'",
    "fair_integration_individual": f"type in ('first', 'follow_up') and line = '{FAIR}'",
    "fair_integration_occasions": f"type in ('first', 'follow_up') and line = '{FAIR}'",
    "fair_integration_referrals": f"type = 'referral' and line = '{FAIR}' and day >= '2020-01'",
}
GROUPS = {
    "group_participants": "1",
    "fair_integration_group_participants": f"line = '{FAIR}' and month >= '2019-01'",
}
MEETINGS = {
    "meetings_held": ("count(*)", "number = 1"),
    "intercultural_participants": ("sum(new)", "line = 'intercultural'"),
    "skilled_worker_participants": ("sum(new)", "line = 'skilled_worker_networks' and month >= '2019-01'"),
}
PARTICIPATIONS = {
    "qualification_entries": ("entered", "1"),
    "qualification_successes": ("ended", "success in ('full_equivalence', 'qualification_adequate')"),
    "qualification_ends": ("ended", "ended <> ''"),
}
ITEMS = {
    "transfers": "kind = 'transfer'",
    "good_practice_sheets": "kind = 'good_practice' and state = 'published'",
}
STOCKS = {
    "migrant_organisations": "count(distinct code)",
    "migrant_organisation_projects": "count(*)",
}
COLUMNS = {
    "programme_line": "line", "session_type": "type", "refugee_background": "refugee", "has_degree": "degree",
    "occupation_group": "occupation",
}  # fmt: skip
LISTS = {"occasion": "occasions", "target_group": "targets"}


def ask(recount: Recount, target: dict[str, Any], view: str = "network") -> int:
    """The value of a target's question in a view; shares are made from two of them. Raises KeyError for a new one."""
    name = target["indicator"]
    if name == "fair_integration_total":
        parts = ("fair_integration_individual", "fair_integration_referrals", "fair_integration_group_participants")
        return sum(ask(recount, target | {"indicator": part}, view) for part in parts)
    what, table, where = _of(name, target, view)
    values: list[Any] = []
    for dimension, wanted in target.get("filter", {}).items():
        many = wanted if isinstance(wanted, list) else [wanted]
        column = LISTS.get(dimension)
        if column:
            where.append("(" + " or ".join(f"{column} like ?" for _ in many) + ")")
            values += [f"%|{value}|%" for value in many]
        else:
            where.append(f"{COLUMNS.get(dimension, dimension)} in ({', '.join('?' * len(many))})")
            values += many
    if target.get("measure") == "rows":
        what = "count(distinct region)"
    ((found,),) = recount.db.execute(f"select {what} from {table} where {' and '.join(where)}", values)
    return int(found or 0)


def _of(name: str, target: dict[str, Any], view: str) -> tuple[str, str, list[str]]:
    """(what to count, table, conditions) of an indicator within the target's months, as of its day."""
    day = target.get("as_of", TODAY)
    seen = f"since <= '{day}'"
    still = f"{seen} and until > '{day}'"
    if name in SESSIONS:
        since, until = ("since", "until") if view == "network" else ("centre_since", "centre_until")
        as_of = f"{since} <= '{day}' and {until} > '{day}'"
        return "count(*)", "session", [SESSIONS[name], as_of, *_months("substr(day, 1, 7)", target)]
    if name in GROUPS:
        return "sum(participants)", "grp", [GROUPS[name], seen, *_months("month", target)]
    if name in MEETINGS:
        what, condition = MEETINGS[name]
        return what, "meeting", [condition, seen, *_months("month", target)]
    if name in PARTICIPATIONS:
        month, condition = PARTICIPATIONS[name]
        return "count(*)", "participation", [condition, still, *_months(month, target)]
    if name in ITEMS:
        return "count(*)", "item", [ITEMS[name], still]
    kind = "sub_project" if name == "migrant_organisation_projects" else "carrier"
    valid = f"valid_from <= '{target['to']}-31' and valid_to >= '{target['from']}-01'"
    return STOCKS[name], "unit", [f"kind = '{kind}' and organisation", valid]


def _months(column: str, target: dict[str, Any]) -> list[str]:
    found = [f"{column} >= '{target['from']}'"] if "from" in target else []
    return found + ([f"{column} <= '{target['to']}'"] if "to" in target else [])
