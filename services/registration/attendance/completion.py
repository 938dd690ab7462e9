"""What completes a programme: pure functions of what somebody attended and handed in, one for each programme.

How much absence is tolerated is open: a step is completed by who was at every date of it that was held (but for
coachings, where three count, IKKE-12).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from services.registration.programmes.definition import Finding, Strength
from shared.vocabulary.attendance import Stage

SEMINAR, COACHING, PHASE_THREE, CLOSING = "seminar", "coaching", "verstetigung", "closing"
MODULES = ("module_1", "module_2", "module_3", "module_4", "module_5")
TASKS = (1, 2, 3, 4)
"""After each module but the last there is a practice task (IKBO-02)."""
LEAST_COACHINGS = 3


@dataclass(frozen=True)
class Taken:
    """What somebody did of a step in one run: dates that were held, those still to come, those she was at."""

    held: int = 0
    ahead: int = 0
    attended: int = 0

    @property
    def complete(self) -> bool:
        """Whether nothing of it is missing."""
        return self.held > 0 and self.ahead == 0 and self.attended == self.held


Journey = Mapping[str, Taken]
"""What somebody did in one run, by step."""
NOTHING = Taken()


def journey(dates: Iterable[tuple[str, bool, bool]]) -> Journey:
    """A journey of dates that were not cancelled: (step, was it held, was she there)."""
    found: dict[str, Taken] = {}
    for step, held, there in dates:
        one = found.get(step, NOTHING)
        was = replace(one, held=one.held + 1, attended=one.attended + there)
        found[step] = was if held else replace(one, ahead=one.ahead + 1)
    return found


def _any_complete(journeys: Sequence[Journey], step: str) -> bool:
    return any(one.get(step, NOTHING).complete for one in journeys)


def seminar_completed(journeys: Sequence[Journey]) -> bool:
    """Whether one of her runs has the whole seminar in it."""
    return _any_complete(journeys, SEMINAR)


def coaching_completed(journeys: Sequence[Journey]) -> bool:
    """Whether she was at three coachings of one run at least, after the seminar (IKKE-06, IKKE-12)."""
    enough = any(one.get(COACHING, NOTHING).attended >= LEAST_COACHINGS for one in journeys)
    return enough and seminar_completed(journeys)


def ikke_stage(journeys: Sequence[Journey], *, selected: bool, mandated: bool) -> Stage:
    """How far somebody is in IKKE/MIB: three phases make a contact person, the mandate an active one (IKKE-23, -24).

    `journeys` are all her runs; `selected` is she for phase three, `mandated` by the management of her house.
    """
    if not seminar_completed(journeys):
        return Stage.REGISTERED
    if not coaching_completed(journeys):
        return Stage.SEMINAR_COMPLETED
    if not selected:
        return Stage.COACHING_COMPLETED
    if not _any_complete(journeys, PHASE_THREE):
        return Stage.SELECTED
    return Stage.MANDATED if mandated else Stage.QUALIFIED


def missing_phases(journeys: Sequence[Journey]) -> list[str]:
    """German names of the phases of IKKE/MIB that somebody has not completed (IKKE-23)."""
    done = {
        "Seminar": seminar_completed(journeys),
        "Coaching": coaching_completed(journeys),
        "Phase drei": _any_complete(journeys, PHASE_THREE),
    }
    return [name for name, complete in done.items() if not complete]


def check_coaching(step: str, journeys: Sequence[Journey]) -> list[Finding]:
    """Stands against presence at a coaching: the seminar is not completed (IKKE-06)."""
    if step != COACHING or seminar_completed(journeys):
        return []
    text = "Diese Person hat das Seminar nicht abgeschlossen; am Coaching kann sie nicht teilnehmen."
    remedy = "Bitte zuerst das Seminar eintragen oder sie mit ihrem früheren Durchgang verbinden."
    return [Finding("IKKE-06", Strength.HARD, text, remedy, "presence")]


def ikbo_stage(taken: Journey, tasks: Collection[int]) -> Stage:
    """How far somebody is in IKBO: five modules and four tasks graduate (IKBO-03, IKBO-07)."""
    complete = all(taken.get(code, NOTHING).complete for code in MODULES) and set(TASKS) <= set(tasks)
    if complete:
        return Stage.GRADUATED
    return Stage.IN_TRAINING if any(one.attended for one in taken.values()) else Stage.REGISTERED


def before_module(step: str, taken: Journey, tasks: Collection[int]) -> list[Finding]:
    """What somebody lacks who comes to a module: the module before, its practice task (IKBO-03). It refuses nothing."""
    if step not in MODULES[1:]:
        return []
    number = MODULES.index(step)
    found = []
    if not taken.get(MODULES[number - 1], NOTHING).complete:
        text = f"Modul {number} ist nicht vollständig besucht."
        found.append(Finding("IKBO-03", Strength.NOTICE, text, "Bitte klären, wie es nachgeholt wird.", step))
    if number not in tasks:
        text = f"Die Praxisaufgabe nach Modul {number} fehlt."
        found.append(Finding("IKBO-03", Strength.NOTICE, text, "Bitte nachreichen lassen.", step))
    return found


def iko_stage(taken: Journey, *, documented: bool, certified: bool) -> Stage:
    """How far a team of IKÖ 4.0 is; `taken` is what any of its members did (IKO-25 … IKO-27).

    The project is documented, then presented at the closing event, then the house gets its certificate.
    """
    if not documented:
        return Stage.IN_TRAINING if any(one.attended for one in taken.values()) else Stage.REGISTERED
    if not taken.get(CLOSING, NOTHING).attended:
        return Stage.DOCUMENTED
    return Stage.CERTIFIED if certified else Stage.PRESENTED


def general_stage(taken: Journey) -> Stage:
    """How far somebody is in any other programme: there or not."""
    return Stage.ATTENDED if any(one.attended for one in taken.values()) else Stage.REGISTERED
