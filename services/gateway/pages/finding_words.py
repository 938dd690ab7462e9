"""Findings and follow-ups in words: what they are about, their sentence in the language of the page, the way on."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from services.gateway.labels import dimension, value_label
from services.gateway.languages import _, german_text, spoken, term_label, told
from services.gateway.rendering import number, percent
from services.gateway.sheets import Sheet
from services.gateway.special_requests import page_link, read_request
from shared.vocabulary.quality import (
    FindingRule,
    FollowUpChoice,
    FollowUpState,
    KnownCause,
    ReopenReason,
)

Found = Mapping[str, Any]
Sheets = Mapping[str, Sheet]
Rules = Mapping[str, Found]
ALL = "de"
OPERATIONS = "/betrieb"
"""Where the coordination sees what is no figure: signs of life."""


def of_rules(found: Found) -> Rules:
    """The rules of an answer by code."""
    return {rule["rule"]: rule for rule in found["rules"]}


def measured(value: float | None, unit: str) -> str:
    """A number of a finding as its rule writes it."""
    if unit == "share":
        return percent(None if value is None else value * 100)
    return number(value)


def network(code: str) -> str:
    """The network, or all of them."""
    return _("alle Netzwerke zusammen") if code == ALL else value_label(code, "region")


def period(code: str) -> str:
    """A month as 10/2026, a funding round as 2019–2022; nothing for what has neither."""
    if len(code) == len("2026-10"):
        return value_label(code, "month")
    return value_label(code, "round") if code else ""


def about(item: Found, sheets: Sheets) -> str:
    """What a finding is about: indicator and the values of its dimensions."""
    code = item["indicator"]
    title = sheets[code].title if code in sheets else _("Lebenszeichen") if code is None else code
    named = (f"{dimension(name).title}: {value_label(value, name)}" for name, value in item["dimensions"].items())
    return " · ".join([title, *named])


def figure_link(query: str) -> str:
    """The special request that shows the figure."""
    return page_link(read_request(parse_qsl(query))) if query else ""


def says(item: Found, template: str, unit: str) -> str:
    """The sentence of a finding; one that is not translated is marked as German."""
    if spoken() == "de" or item["value"] is None:
        return told(item["sentence"])
    sentence = _(template)
    if sentence == template:
        return german_text(item["sentence"])
    return sentence.format(**{name: measured(item[name], unit) for name in ("value", "low", "high")})


def weight(severity: float) -> str:
    """How far beyond the bound: 2,3."""
    text = f"{severity:.1f}"
    return text.replace(".", ",") if spoken() == "de" else text


def finding(item: Found, rules: Rules, sheets: Sheets) -> dict[str, Any]:
    """A finding as a row of the page."""
    rule = rules[item["rule"]]
    return {
        "key": item["key"],
        "rule": term_label(FindingRule(item["rule"])),
        "network": network(item["network"]),
        "national": item["network"] == ALL,
        "about": about(item, sheets),
        "period": period(item["period"]),
        "sentence": says(item, rule["sentence"], rule["unit"]),
        "weight": weight(item["severity"]),
        "link": figure_link(item["link"]) or OPERATIONS,
        "follow_up": item["follow_up"],
    }


def answer(given: Found | None) -> str:
    """What the network answered, in one line."""
    if given is None:
        return ""
    parts = [term_label(FollowUpChoice(given["choice"]))]
    if given["cause"]:
        parts.append(term_label(KnownCause(given["cause"])))
    if given["until"]:
        parts.append(_("bis {day}").format(day=f"{date.fromisoformat(given['until']):%d.%m.%Y}"))
    if given["month"]:
        parts.append(_("Monat {month}").format(month=value_label(given["month"], "month")))
    return ", ".join(parts)


def follow_up(item: Found, sheets: Sheets) -> dict[str, Any]:
    """A follow-up as a row of the page."""
    given, unit = item["answer"], item["unit"]
    current = given is not None and given["asked"] == item["asked"]
    return {
        "key": item["follow_up_id"],
        "revision": item["revision"],
        "asked": item["asked"],
        "state": item["state"],
        "state_text": term_label(FollowUpState(item["state"])),
        "overdue": item["overdue"],
        "network": network(item["network"]),
        "rule": term_label(FindingRule(item["rule"])),
        "about": about(item, sheets),
        "period": period(item["period"]),
        "sentence": german_text(item["sentence"]),
        "then": measured(item["value"], unit),
        "now": measured(item["value_now"], unit),
        "changed": item["value_now"] is not None and item["value_now"] != item["value"],
        "asked_on": item["asked_on"],
        "due_on": item["due_on"],
        "reason": term_label(ReopenReason(item["reason"])) if item["reason"] else "",
        "answer": answer(given),
        "answered_on": given["answered_on"] if given else None,
        "outdated": given is not None and not current,
        "link": figure_link(item["link"]),
    }
