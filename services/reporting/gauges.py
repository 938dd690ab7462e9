"""Figures as metrics: `iq_*` by network, programme line and type; a few hundred series at most (design §4)."""

from collections import defaultdict
from dataclasses import dataclass

from prometheus_client import Gauge

from services.reporting import store
from services.reporting.figures import Figures
from services.reporting.question import Question, find_indicator
from shared import clock
from shared.telemetry import gauge

Labels = tuple[str, ...]


SESSIONS = gauge("iq_sessions", "Counselling sessions", "programme_line", "session_type")
PARTICIPANTS = gauge("iq_participants", "Participants of groups and meetings", "programme_line", "format")
MEETINGS = gauge("iq_meetings", "Trainings, events and counselling processes", "programme_line", "format")


@dataclass(frozen=True)
class Shown:
    """An indicator shown as a gauge, by network, programme line (or the one line it is about) and type."""

    gauge: Gauge
    indicator: str
    by: str
    line: str | None = None

    def question(self) -> Question:
        """The question whose answer is shown: as of now."""
        lines = () if self.line else ("programme_line",)
        today = clock.today()
        return Question(find_indicator(self.indicator), today, today, ("region", *lines, self.by))

    def labels(self, row: dict[str, str]) -> Labels:
        """Labels of an answer's row."""
        return row["region"], self.line or row["programme_line"], row[self.by]


SHOWN = (
    Shown(SESSIONS, "counselling_sessions", "session_type"),
    Shown(PARTICIPANTS, "group_participants", "group_type"),
    Shown(PARTICIPANTS, "intercultural_participants", "format", "intercultural"),
    Shown(PARTICIPANTS, "skilled_worker_participants", "format", "skilled_worker_networks"),
    Shown(MEETINGS, "meetings_held", "format"),
)


class Gauges:
    """Keeps the gauges up to date while something is taken in."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self._stamp = ""
        self._set: dict[Gauge, dict[Labels, int]] = defaultdict(dict)

    async def refresh(self) -> None:
        """Ask again if anything was taken in since the last time."""
        today = clock.today()
        async with self.figures.sessions() as session:
            stamp = f"{today} {await store.stamp(session)}"
            if stamp == self._stamp:
                return
        found: dict[Gauge, dict[Labels, int]] = defaultdict(dict)
        for shown in SHOWN:
            answer = await self.figures.answer(shown.question(), today)
            found[shown.gauge] |= {shown.labels(row): row["value"] for row in answer["rows"]}
        for one, values in found.items():
            gone = dict.fromkeys(self._set[one].keys() - values.keys(), 0)  # corrected away: not left standing
            for labels, value in (gone | values).items():
                one.labels(*labels).set(value)
            self._set[one] = values
        self._stamp = stamp
