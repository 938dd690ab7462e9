"""Rules of a referral. Pure; days are passed in."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from shared.problems import FieldProblem
from shared.vocabulary import ProgrammeLine, ReferralTarget
from shared.vocabulary.consents import ReferralResult
from shared.vocabulary.proposals import ProposalAnswer

T = ReferralTarget
ASK_AFTER = timedelta(days=28)
"""By then somebody has asked what became of a referral."""


def check_referral(values: Mapping[str, Any], kind_of_body: str | None, today: date) -> list[FieldProblem]:
    """Problems of a referral (`date`, `target`, `body_id`, `named`, …); `kind_of_body` None without one."""
    problems = []
    day, target = values["date"], values["target"]
    if day > today:
        text = f"Der {day:%d.%m.%Y} liegt in der Zukunft."
        problems.append(FieldProblem("date", f"{day:%d.%m.%Y}", text, "Bitte das Datum prüfen."))
    if target is None and kind_of_body is None:
        text = "Wohin verwiesen wird, fehlt."
        problems.append(FieldProblem("target", None, text, "Bitte eine Stelle oder eine Art von Stelle wählen."))
    elif target is not None and kind_of_body not in (None, target):
        text = f"Die gewählte Stelle ist keine der Art „{T(target).de}“."
        problems.append(FieldProblem("target", target, text, "Bitte eines von beiden ändern."))
    if values["named"] and kind_of_body is None:
        text = "Ein namentlicher Verweis braucht eine Stelle aus dem Verzeichnis."
        problems.append(FieldProblem("body_id", None, text, "Bitte die Stelle wählen oder ohne Namen verweisen."))
    if values["named"] and not values["agreed"]:
        text = "Namentlich wird nur in Absprache mit der Person verwiesen."
        problems.append(FieldProblem("agreed", None, text, "Bitte vorher mit ihr absprechen und das hier bestätigen."))
    return problems


def result_of(answer: str | None) -> str | None:
    """What a referral came to by the answer to its proposal."""
    found = {ProposalAnswer.ACCEPTED: ReferralResult.TAKEN_UP, ProposalAnswer.DECLINED: ReferralResult.TURNED_AWAY}
    return None if answer is None else found[ProposalAnswer(answer)].value


def may_propose(line: str, target: str, to_carrier: object) -> bool:
    """Whether a named referral is told to registration: to a qualification of a carrier of this network.

    Never one of a migration service: nothing of that line is ever in a message.
    """
    return target == T.IQ_QUALIFICATION and to_carrier is not None and line != ProgrammeLine.MIGRATION_SERVICE
