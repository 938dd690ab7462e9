"""The life of a follow-up: asked, answered, asked again, closed; and how what two sides know becomes one (any order).

The question is the centre's, the answer the network's. Of a question the highest revision counts; of an answer the one
to the latest time of asking. Where both sides have one of equal age, the centre's counts: it may have been read there.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import date
from typing import Any

from services.reporting.quality.findings import Finding, Subject
from shared.contracts.base import canonical
from shared.contracts.follow_ups import FollowUp, FollowUpAnswer, FollowUpQuestion
from shared.vocabulary.quality import FindingRule, FollowUpChoice, FollowUpState, ReopenReason

UNSEALED = "0" * 64


def question_of(values: Mapping[str, Any]) -> FollowUpQuestion:
    """A question as it was kept."""
    return FollowUpQuestion.model_validate(values)


def answer_of(values: Mapping[str, Any] | None) -> FollowUpAnswer | None:
    """An answer as it was kept."""
    return FollowUpAnswer.model_validate(values) if values else None


def subject_of(region: str, question: FollowUpQuestion) -> Subject:
    """What a question to a network is about."""
    dimensions = tuple(sorted(question.dimensions.items()))
    return Subject(FindingRule(question.rule), region, question.indicator, dimensions, question.period)


def first_question(values: Mapping[str, Any], finding: Finding, key: str) -> FollowUpQuestion:
    """A question about a finding; `values`: its id, the day it is asked and the day it is due."""
    subject, hit = finding.subject, finding.hit
    about = {"rule": subject.rule, "indicator": subject.indicator, "dimensions": dict(subject.dimensions)}
    numbers = {"period": subject.period, "value": hit.value, "low": hit.low, "high": hit.high}
    begun = {"revision": 1, "asked": 1, "closed": False, "reason": None, "seal": UNSEALED}
    return sealed(FollowUpQuestion.model_validate({**values, **about, **numbers, **begun}), key)


def reopened(question: FollowUpQuestion, reason: ReopenReason, due_on: date, key: str) -> FollowUpQuestion:
    """The question asked once more."""
    change = {"asked": question.asked + 1, "closed": False, "reason": reason, "due_on": due_on}
    return _changed(question, change, key)


def closed(question: FollowUpQuestion, key: str) -> FollowUpQuestion:
    """The question as one that needs nothing more."""
    return _changed(question, {"closed": True}, key)


def _changed(question: FollowUpQuestion, change: Mapping[str, Any], key: str) -> FollowUpQuestion:
    values = question.model_dump() | {"revision": question.revision + 1} | dict(change)
    return sealed(FollowUpQuestion.model_validate(values), key)


def seal_of(question: FollowUpQuestion, key: str) -> str:
    """The centre's mark of a question, which nobody else can make: HMAC (RFC 2104) with its own key."""
    content = canonical(question.model_dump(mode="json", exclude={"seal"}))
    return hmac.new(key.encode(), b"follow-up " + content, hashlib.sha256).hexdigest()


def sealed(question: FollowUpQuestion, key: str) -> FollowUpQuestion:
    """The question with the centre's mark."""
    return question.model_copy(update={"seal": seal_of(question, key)})


def genuine(question: FollowUpQuestion, key: str) -> bool:
    """Whether the centre itself asked this."""
    return hmac.compare_digest(question.seal, seal_of(question, key))


def merged(centre: FollowUp, network: FollowUp) -> FollowUp:
    """What both sides know of one follow-up."""
    later = network.question.revision > centre.question.revision
    question = network.question if later else centre.question
    answers = [one for one in (centre.answer, network.answer) if one is not None and one.asked <= question.asked]
    return FollowUp(question=question, answer=max(answers, key=lambda one: one.asked, default=None))


def state(follow_up: FollowUp) -> FollowUpState:
    """Closed by the centre; answered as often as it was asked; else open."""
    question, answer = follow_up.question, follow_up.answer
    if question.closed:
        return FollowUpState.CLOSED
    answered = answer is not None and answer.asked == question.asked
    return FollowUpState.ANSWERED if answered else FollowUpState.OPEN


def overdue(follow_up: FollowUp, today: date) -> bool:
    """Open beyond the day it is due, or promised for a day that has passed."""
    found, answer = state(follow_up), follow_up.answer
    if found is FollowUpState.OPEN:
        return follow_up.question.due_on < today
    promised = answer.until if answer is not None and answer.choice == FollowUpChoice.BEING_CORRECTED else None
    return found is FollowUpState.ANSWERED and promised is not None and promised < today
