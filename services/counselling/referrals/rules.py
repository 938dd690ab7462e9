"""Rules of a referral. Pure; days are passed in."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from shared.problems import FieldProblem
from shared.vocabulary import ProgrammeLine, ReferralTarget
from shared.vocabulary.consents import ConsentPurpose

T, P = ReferralTarget, ConsentPurpose
USUAL: Mapping[str, ConsentPurpose] = {
    T.COMPETENT_AUTHORITY: P.RECOGNITION_PROCEDURE,
    T.CENTRAL_RECOGNITION_SERVICE: P.RECOGNITION_PROCEDURE,
    T.IQ_NETWORK: P.RECOGNITION_PROCEDURE,
    T.IQ_QUALIFICATION: P.QUALIFICATION,
    T.LANGUAGE_COURSE: P.QUALIFICATION,
    T.VOCATIONAL_LANGUAGE_COURSE: P.QUALIFICATION,
    T.ANTI_DISCRIMINATION_OFFICE: P.DISCRIMINATION,
    T.TRADE_UNION: P.LABOUR_RIGHTS,
    T.LABOUR_LAW_NETWORK: P.LABOUR_RIGHTS,
    T.EMPLOYMENT_AGENCY: P.ENTITLEMENTS,
    T.JOB_CENTRE: P.ENTITLEMENTS,
    T.IMMIGRATION_AUTHORITY: P.ENTITLEMENTS,
}
"""What one usually turns to a kind of body for, so that nobody has to say it each time."""
ASK_AFTER = timedelta(days=28)
"""By then somebody has asked what became of a referral."""


def usual_purpose(target: str) -> str:
    """What a body of this kind is usually turned to for."""
    return str(USUAL.get(target, P.REFERRAL))


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


def may_propose(line: str, target: str, to_carrier: object) -> bool:
    """Whether a named referral is told to registration: to a qualification of a carrier of this network.

    Never one of a migration service: nothing of that line is ever in a message.
    """
    return target == T.IQ_QUALIFICATION and to_carrier is not None and line != ProgrammeLine.MIGRATION_SERVICE
