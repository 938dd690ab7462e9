"""The desk of a network's first office: opening times, appointments near today, and persons with open cases.

Unlike the rest of the demo it comes through the API that the pages use, as a counsellor would record it; so cases open,
deadlines are due, and own figures are not empty. Ids are seeded by the carrier: sent again, nothing changes.
"""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx2

from deploy.demo.client import Gateway
from deploy.demo.records import as_csv
from deploy.demo.seed import account_of
from deploy.demo.sending import send
from deploy.local.paths import Paths
from shared.vocabulary import Land, Role

BERLIN = ZoneInfo("Europe/Berlin")
LANGUAGES = ["de", "en", "ar", "fa", "ru", "tr", "uk"]
MORNING = [{"weekday": day, "starts": "09:00", "ends": "12:00"} for day in range(5)]
AFTERNOON = [{"weekday": day, "starts": "13:00", "ends": "16:00"} for day in range(4)]
HOURS: dict[str, Any] = {
    "published": True,
    "address": "Musterweg 1, 12345 Musterstadt",
    "phone": "0123 456",
    "languages": LANGUAGES,
    "channels": ["in_person", "phone", "digital"],
    "openings": [*MORNING, *AFTERNOON],
    "minutes": 45,
    "places": 2,
}
# (who, working days ahead or None for the intake list, time, language, channel)
APPOINTMENTS = (
    ("Muster, Labor", 1, time(9), "uk", "in_person"),
    ("Muster, Küche", 1, time(10, 30), "ar", "in_person"),
    ("Muster, Schule", 1, time(10, 30), "en", "digital"),
    ("Muster, Bau", 2, time(9, 45), "tr", "phone"),
    ("Muster, Pflege", 4, time(9), "uk", "in_person"),
    ("Muster, Werkstatt", None, None, "fa", "phone"),
    ("Muster, Handel", None, None, "ru", "in_person"),
)
# (who, nationality, refugee background, gender, year of birth, occupation, language, days since each counselling)
PERSONS = (
    ("Muster, Pflege", "UA", "yes", "female", 1988, "8130", "uk", (40, 12)),
    ("Muster, Elektro", "SY", "yes", "male", 1994, "26304", "ar", (25,)),
    ("Muster, Arztpraxis", "TN", "no", "female", 1990, "8140", "en", (18, 3)),
    ("Muster, Software", "IN", "no", "male", 1996, "43414", "en", (6,)),
    ("Muster, Kita", "TR", "no", "female", 1985, "8311", "tr", (1,)),
)
LAWYER = {"kind": "lawyer", "name": "Kanzlei am Markt (Beispiel)", "address": "Markt 2, 12345 Musterstadt"}
BODIES = (
    LAWYER | {"languages": ["de", "en", "ar"], "checked": True},
    {"kind": "job_centre", "name": "Jobcenter Musterstadt (Beispiel)", "phone": "0123 789", "checked": True},
    {"kind": "language_course", "name": "Sprachschule am Park (Beispiel)", "languages": ["de", "uk"], "checked": True},
)
DEADLINE, WAITING_SINCE = timedelta(days=7), timedelta(days=60)


def workday(today: date, ahead: int) -> date:
    """The working day that lies so many working days ahead."""
    day = today
    while ahead:
        day += timedelta(days=1)
        ahead -= day.weekday() < 5
    return day


class Desk:
    """Records for one carrier; each id is the same whenever the same thing is recorded."""

    def __init__(self, gateway: Gateway, carrier: str) -> None:
        self.gateway, self.carrier = gateway, carrier

    def key(self, *names: object) -> str:
        """The id of something, by its name."""
        return str(UUID(int=random.Random(f"desk {self.carrier} {names}").getrandbits(128), version=4))

    def put(self, path: str, body: dict[str, Any]) -> None:
        """Record something; what an interrupted load of another day has recorded stays."""
        try:
            self.gateway.request("PUT", f"/api/v1/{path}", json=body)
        except httpx2.HTTPStatusError as error:
            if error.response.status_code != httpx2.codes.CONFLICT:
                raise

    def appoint(self, office: str, today: date) -> None:
        """Bookings of the next days, and who waits for one."""
        for number, (name, ahead, at, language, channel) in enumerate(APPOINTMENTS):
            body = {"office_id": office, "name": name, "phone": "0123 456", "language": language, "channel": channel}
            if ahead is not None and at is not None:
                starts = datetime.combine(workday(today, ahead), at, tzinfo=BERLIN)
                body["starts_at"] = starts.isoformat()
            self.put(f"appointments/{self.key('appointment', number)}", body)

    def counsel(self, office: str, today: date) -> list[str]:
        """Persons with their counsellings; the cases that these opened, in the order of the persons."""
        cases = []
        for name, nationality, refugee, gender, born, occupation, language, days in PERSONS:
            traits = {"nationality": nationality, "refugee_background": refugee, "gender": gender, "birth_year": born}
            person = self.key("person", name)
            self.put(f"persons/{person}", {"name": name, **traits})
            for number, ago in enumerate(days):
                body = {"date": f"{today - timedelta(days=ago)}", "programme_line": "recognition_counselling"}
                body |= {"channel": "in_person", "language": language, "office": office, "person_id": person}
                body |= {"reference_occupation": occupation, "has_degree": "yes"}
                self.put(f"sessions/{self.key('session', name, number)}", body | traits)
            found = self.gateway.request("GET", "/api/v1/cases", params={"person_id": person}).json()["items"]
            cases.append(str(found[0]["case_id"]))
        return cases

    def work(self, cases: Sequence[str], network: str, today: date) -> None:
        """A procedure with a deadline next week, a consent, a named referral, and a help plan."""
        for number, body in enumerate(BODIES):
            self.put(f"bodies/{self.key('body', number)}", body)
        nurse, other, *_ = cases
        filed = {"state": "application_filed", "since": f"{today - WAITING_SINCE}", "reference_occupation": "8130"}
        announced = {"land": land_of(network), "announced_on": f"{today + DEADLINE}"}
        self.put(f"cases/{nurse}/procedures/{self.key('procedure')}", filed | announced)
        lawyer = {"body_id": self.key("body", 0)}
        paper = {"purposes": ["referral"], "signed_on": f"{today}", "valid_until": f"{today + timedelta(days=180)}"}
        self.put(f"cases/{other}/consents/{self.key('consent')}", lawyer | paper)
        named = {"date": f"{today}", "named": True, "agreed": True}
        self.put(f"cases/{other}/referrals/{self.key('referral')}", lawyer | named)
        step = {"title": "Übersetzung des Zeugnisses bestellen", "due": f"{today + timedelta(days=2)}"}
        self.put(f"cases/{nurse}/steps/{self.key('step')}", step)
        self.put(f"cases/{nurse}/documents/{self.key('document')}", {"name": "Diplom mit Fächerliste"})


def land_of(network: str) -> str:
    """The Land of a network; of one that is no Land's, any."""
    return network if network in set(map(str, Land)) else str(Land.RP)


def open_office(paths: Paths, network: str, carrier: dict[str, Any], today: date) -> None:
    """The first office of a carrier opens, and has appointments near today."""
    office = carrier["offices"][0]
    with Gateway(account_of(paths, network, Role.ADMIN, carrier["id"])) as admin:
        Desk(admin, carrier["code"]).put(f"offices/{office['id']}", HOURS)
    with Gateway(account_of(paths, network, Role.COUNSELLOR, carrier["id"])) as counsellor:
        Desk(counsellor, carrier["code"]).appoint(office["id"], today)


def fill_desk(paths: Paths, network: str, carrier: dict[str, Any], today: date, seconds: float) -> None:
    """The first office opens, and its counsellor has persons with open cases. Raises TimeoutError."""
    open_office(paths, network, carrier, today)
    with Gateway(account_of(paths, network, Role.COORDINATOR)) as coordinator:
        send(coordinator, "authorities", as_csv(authorities(network, today)), seconds)
    with Gateway(account_of(paths, network, Role.COUNSELLOR, carrier["id"])) as counsellor:
        desk = Desk(counsellor, carrier["code"])
        desk.work(desk.counsel(carrier["offices"][0]["code"], today), network, today)


def authorities(network: str, today: date) -> list[dict[str, Any]]:
    """The directory of competent authorities: two that exist nowhere."""
    common = {"address": "Amtsweg 3, 12345 Musterstadt", "phone": "0123 987", "last_checked": today}
    health = {"external_id": f"{network}-1", "name": "Landesamt für Gesundheitsberufe (Beispiel)"}
    trade = {"external_id": f"{network}-2", "name": "Kammer für gewerbliche Berufe (Beispiel)", "land": ""}
    return [
        health | {"land": land_of(network), "occupations": "81"} | common,
        trade | {"occupations": "26|43"} | common,
    ]
