"""What a retention run says to who asked for it: counts and days in German."""

from datetime import date

from services.gateway.pages.retention import together
from services.gateway.protocol import sentence
from services.gateway.retention_report import report
from shared.rights.expiry import Figures
from shared.rights.retention import load_rules
from shared.rights.retention_api import Due

FOUND = {"imports": Figures(3, date(2026, 1, 2), date(2026, 3, 4)), "parked": Figures()}


def test_a_dry_run_says_so_and_a_run_does_not() -> None:
    tried = report("rp", load_rules(), FOUND, applied=False)
    assert "Probelauf: nichts wurde geändert" in tried
    assert "(90 Tage): 3 fällig, von 02.01.2026 bis 04.03.2026" in tried
    assert "nichts fällig" in tried
    done = report("rp", load_rules(), FOUND, applied=True)
    assert "(90 Tage): 3 erledigt, von 02.01.2026 bis 04.03.2026" in done
    assert "Probelauf" not in done
    assert len(done.splitlines()) == 3  # rules that did not run are not said to have


def test_a_rule_of_two_services_is_one_line() -> None:
    one = Due(rule="imports", keep="90 Tage", count=2, oldest=date(2026, 1, 2), newest=date(2026, 1, 5))
    other = Due(rule="imports", keep="90 Tage", count=1, oldest=date(2026, 1, 1), newest=date(2026, 1, 1))
    both = together(one, other)
    assert (both.count, both.oldest, both.newest, both.last_at) == (3, date(2026, 1, 1), date(2026, 1, 5), None)
    assert together(one, one.model_copy(update={"count": None})).count == 2


def test_the_audit_says_what_a_run_did() -> None:
    assert sentence("appointment.expired", 12) == "12 Termine nach Ablauf der Frist gelöscht"
    assert sentence("session.emptied", 1) == "Beratung nach Ablauf der Frist ohne Angaben zur Person"
