"""Lists of groups and of companies as offices write them."""

from services.counselling.importing import COMPANIES, GROUPS
from shared.sectors import Sector, SizeClass
from shared.vocabulary import GroupType, Topic
from tests.unit.importing.test_mapping import messages, scan


def test_groups_and_companies_in_german() -> None:
    text = "Kennung;Datum;Programmlinie;Art;TN;Thema\nG-1;1.9.22;FI;Gruppeninfo;12;Anerkennung\n"
    (group,) = scan(text, strict=True, kind=GROUPS)
    assert (group.values["group_type"], group.values["participants"]) == (GroupType.INFORMATION, 12)
    assert group.values["topic"] is Topic.RECOGNITION
    text = "Kennung;Datum;HSP;Betriebsnummer;Branche;Größenklasse\nU-1;1.9.22;HSP 4;4711;Gastgewerbe;klein\n"
    (company,) = scan(text, strict=True, kind=COMPANIES)
    assert (company.values["company_ref"], company.values["participants"]) == ("4711", 1)
    assert (company.values["sector"], company.values["size_class"]) == (Sector.HOSPITALITY, SizeClass.SMALL)


def test_a_group_without_participants_is_to_be_mended() -> None:
    header = "external_id;date;programme_line;group_type;participants"
    found = scan(f"{header}\n1;1.9.22;FI;Gruppe;0\n2;1.9.22;FI;Gruppe;\n", strict=True, kind=GROUPS)
    assert messages(found) == [(2, "participants", "0"), (3, "participants", "")]
