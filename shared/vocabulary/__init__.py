"""Coded vocabularies of the programme: one table each, code · German label · English label (contracts §4).

Standard library only, so that models and contracts may lean on it. Codes are a promise on the wire: they are
never renamed, only added to.
"""

from datetime import date

from shared.vocabulary.appointments import AppointmentState as AppointmentState
from shared.vocabulary.appointments import MailKind as MailKind
from shared.vocabulary.appointments import MailState as MailState
from shared.vocabulary.esf import EducationLevel as EducationLevel
from shared.vocabulary.esf import EmploymentStatus as EmploymentStatus
from shared.vocabulary.esf import ExitStatus as ExitStatus
from shared.vocabulary.persons import ContactWay as ContactWay
from shared.vocabulary.persons import LanguageLevel as LanguageLevel
from shared.vocabulary.persons import QualificationLevel as QualificationLevel
from shared.vocabulary.programmes import ITEM_STATES as ITEM_STATES
from shared.vocabulary.programmes import Area as Area
from shared.vocabulary.programmes import CourseForm as CourseForm
from shared.vocabulary.programmes import Delivery as Delivery
from shared.vocabulary.programmes import ItemKind as ItemKind
from shared.vocabulary.programmes import ItemState as ItemState
from shared.vocabulary.programmes import ProcedureOutcome as ProcedureOutcome
from shared.vocabulary.programmes import ProcedureState as ProcedureState
from shared.vocabulary.programmes import Programme as Programme
from shared.vocabulary.programmes import Result as Result
from shared.vocabulary.programmes import Route as Route
from shared.vocabulary.programmes import RunState as RunState
from shared.vocabulary.programmes import Success as Success
from shared.vocabulary.recognition import Land as Land
from shared.vocabulary.recognition import ProcedureKind as ProcedureKind
from shared.vocabulary.recognition import StageKind as StageKind
from shared.vocabulary.recognition import StageState as StageState
from shared.vocabulary.term import Term as Term


class ProgrammeLine(Term):
    """Field of action (Handlungsschwerpunkt, Programmlinie); `migration_service` stays in its network."""

    RECOGNITION_COUNSELLING = "recognition_counselling", "Anerkennungs- und Qualifizierungsberatung", "Recognition"
    QUALIFICATION = "qualification", "Qualifizierung", "Qualification"
    INTERCULTURAL = "intercultural", "Interkulturelle Kompetenzentwicklung", "Intercultural competence"
    SKILLED_WORKER_NETWORKS = "skilled_worker_networks", "Regionale Fachkräftenetzwerke", "Skilled-worker networks"
    FAIR_INTEGRATION = "fair_integration", "Faire Integration", "Fair integration"
    MIGRANT_ECONOMY = "migrant_economy", "Migrantenökonomie", "Migrant economy"
    MIGRATION_SERVICE = "migration_service", "Migrationsfachdienst", "Migration service"


class SessionType(Term):
    """Type of a counselling session (Beratungsart)."""

    FIRST = "first", "Erstberatung", "First counselling"
    FOLLOW_UP = "follow_up", "Folgeberatung", "Follow-up counselling"
    REFERRAL = "referral", "Verweisberatung", "Referral"
    SHORT = "short", "Kurzberatung", "Short counselling"
    PROCESS = "process", "Beratungsprozess", "Counselling process"
    SECOND_LEVEL = "second_level", "Second-Level-Support", "Second-level support"


class SeenBefore(Term):
    """Was the person counselled before, within carrier and programme line?"""

    NO = "no", "neu im Programm", "new to the programme"
    THIS_ROUND = "this_round", "in dieser Förderrunde", "in this funding round"
    EARLIER_ROUND = "earlier_round", "in einer früheren Förderrunde", "in an earlier funding round"
    NOT_KNOWN = "not_known", "nicht bekannt", "not known"


class Origin(Term):
    """How a record came into the system."""

    ENTERED = "entered", "erfasst", "entered"
    IMPORTED = "imported", "importiert", "imported"
    SYNTHETIC = "synthetic", "synthetisch", "synthetic"


class Channel(Term):
    """Channel of a session (Kanal)."""

    IN_PERSON = "in_person", "persönlich", "in person"
    PHONE = "phone", "telefonisch", "by phone"
    WRITTEN = "written", "schriftlich", "in writing"
    DIGITAL = "digital", "digital", "digital"
    SOCIAL_MEDIA = "social_media", "soziale Medien", "social media"


class YesNo(Term):
    """Answer to refugee background and degree; CNS-18: only `yes` counts."""

    YES = "yes", "ja", "yes"
    NO = "no", "nein", "no"
    NOT_STATED = "not_stated", "keine Angabe", "not stated"


class Gender(Term):
    """Gender (Geschlecht)."""

    FEMALE = "female", "weiblich", "female"
    MALE = "male", "männlich", "male"
    DIVERSE = "diverse", "divers", "diverse"
    NOT_STATED = "not_stated", "keine Angabe", "not stated"


class AgeGroup(Term):
    """Age group (Altersgruppe), from the year of the session minus the birth year."""

    UNDER_18 = "under_18", "unter 18", "under 18"
    FROM_18 = "18_29", "18 bis 29", "18 to 29"
    FROM_30 = "30_54", "30 bis 54", "30 to 54"
    FROM_55 = "55_plus", "55 und älter", "55 and older"
    NOT_STATED = "not_stated", "keine Angabe", "not stated"


class Occasion(Term):
    """Occasion of a Faire Integration session (Beratungsanlass)."""

    PAY = "pay", "Entgelt", "Pay"
    DISMISSAL = "dismissal", "Kündigung", "Dismissal"
    WORKING_TIME = "working_time", "Arbeitszeit", "Working time"
    RESIDENCE_STATUS = "residence_status", "Aufenthaltsstatus", "Residence status"
    UNEMPLOYMENT_BENEFIT = "unemployment_benefit", "Arbeitslosengeld", "Unemployment benefit"
    EMPLOYMENT_CONTRACT = "employment_contract", "Arbeitsvertrag", "Employment contract"
    OTHER = "other", "anderer Beratungsanlass", "Other occasion"


class ReferralTarget(Term):
    """Where a person was referred to (Verweisziel, domain REF)."""

    REGULAR_SERVICE = "regular_service", "Regeldienst", "Regular service"
    FAMILY_COUNSELLING = "family_counselling", "Ehe- und Familienberatung", "Family counselling"
    DEBT_COUNSELLING = "debt_counselling", "Schuldnerberatung", "Debt counselling"
    ADDICTION_COUNSELLING = "addiction_counselling", "Suchtberatung", "Addiction counselling"
    ANTI_DISCRIMINATION_OFFICE = "anti_discrimination_office", "Antidiskriminierungsstelle", "Anti-discrimination"
    THERAPIST = "therapist", "Therapie", "Therapist"
    LAWYER = "lawyer", "Anwaltliche Beratung", "Lawyer"
    RETURN_COUNSELLING = "return_counselling", "Rückkehrberatung", "Return counselling"
    MEDIATION = "mediation", "Mediation", "Mediation"
    HEALTH_ACCESS = "health_access", "Zugang zur Gesundheitsversorgung", "Access to health care"
    IQ_NETWORK = "iq_network", "Netzwerk IQ", "IQ network"
    LANGUAGE_COURSE = "language_course", "Sprachkurs", "Language course"
    MIGRATION_COUNSELLING = "migration_counselling", "Migrationsberatung", "Migration counselling"
    COMPETENT_AUTHORITY = "competent_authority", "Zuständige Stelle", "Competent authority"
    EMPLOYMENT_AGENCY = "employment_agency", "Agentur für Arbeit", "Employment agency"
    JOB_CENTRE = "job_centre", "Jobcenter", "Job centre"
    CENTRAL_RECOGNITION_SERVICE = "central_recognition_service", "Zentrale Servicestelle Berufsanerkennung", "ZSBA"
    IQ_QUALIFICATION = "iq_qualification", "IQ Qualifizierung", "IQ qualification"
    VOCATIONAL_LANGUAGE_COURSE = "vocational_language_course", "Berufssprachkurs", "Vocational language course"
    BUSINESS_START_SERVICE = "business_start_service", "Gründungsberatung", "Business start service"
    WELCOME_CENTRE = "welcome_centre", "Welcome Center", "Welcome centre"
    IMMIGRATION_AUTHORITY = "immigration_authority", "Ausländerbehörde", "Immigration authority"
    TRADE_UNION = "trade_union", "Gewerkschaft", "Trade union"
    LABOUR_LAW_NETWORK = "labour_law_network", "Arbeitsrechtliches Beratungsnetz", "Labour-law network"
    OTHER = "other", "andere Stelle", "Other"


class GroupType(Term):
    """Type of a group record (Gruppeninformation, Gruppenberatung); CNS-06: headcount only."""

    INFORMATION = "information", "Gruppeninformation", "Group information"
    GROUP = "group", "Gruppenberatung", "Group counselling"


class StructureKind(Term):
    """Kind of a unit in the structure register."""

    NETWORK = "network", "Landesnetzwerk", "Network"
    CARRIER = "carrier", "Träger", "Carrier"
    SUB_PROJECT = "sub_project", "Teilprojekt", "Sub-project"
    OFFICE = "office", "Beratungsstelle", "Office"
    HOUSE = "house", "Haus", "House"
    SPECIALIST_UNIT = "specialist_unit", "Fachstelle", "Specialist unit"


class MeetingFormat(Term):
    """Format of a meeting (domain TRN)."""

    TRAINING = "training", "Schulung", "Training"
    EVENT = "event", "Veranstaltung", "Event"
    COUNSELLING = "counselling", "Beratungsprozess", "Counselling process"


class MeetingRole(Term):
    """Role of the network in a meeting; TRN-01: both count."""

    OWN = "own", "eigene Durchführung", "own"
    ACTIVE_PARTNER = "active_partner", "aktive Partnerschaft", "active partner"


class Topic(Term):
    """Topic of a meeting or group information (Thema)."""

    INTERCULTURAL_COMPETENCE = "intercultural_competence", "Interkulturelle Kompetenz", "Intercultural competence"
    RECOGNITION = "recognition", "Anerkennung ausländischer Abschlüsse", "Recognition of degrees"
    MIGRATION_COUNSELLING = "migration_counselling", "Migrationsspezifische Beratungskompetenz", "Migration counselling"
    SKILLED_WORKER_RECRUITMENT = "skilled_worker_recruitment", "Fachkräftegewinnung", "Skilled-worker recruitment"
    VOCATIONAL_LANGUAGE = "vocational_language", "Berufsbezogene Sprache", "Vocational language"
    BASIC_SENSITISATION_ASYLUM = "basic_sensitisation_asylum", "Grundsensibilisierung Asyl und Flucht", "Sensitisation"
    RECRUITMENT_INFORMATION = "recruitment_information", "Information zur Rekrutierung", "Recruitment information"
    INTEGRATION_MANAGEMENT = "integration_management", "Betriebliches Integrationsmanagement", "Integration management"
    ZSBA_COOPERATION = "zsba_cooperation", "Zusammenarbeit mit der ZSBA", "Cooperation with the ZSBA"
    STAKEHOLDER_NETWORKING = "stakeholder_networking", "Vernetzung der Akteur*innen", "Stakeholder networking"
    OTHER = "other", "anderes Thema", "Other"


class TargetGroup(Term):
    """Target group of a meeting (domain TRN-03)."""

    EMPLOYMENT_AGENCY = "employment_agency", "Agentur für Arbeit", "Employment agency"
    JOB_CENTRE = "job_centre", "Jobcenter", "Job centre"
    MUNICIPALITY = "municipality", "Kommune", "Municipality"
    COMPANY = "company", "Unternehmen", "Company"
    EDUCATION_PROVIDER = "education_provider", "Bildungsträger", "Education provider"
    OTHER = "other", "andere", "Other"


class Role(Term):
    """Role of an account (contracts §2)."""

    COUNSELLOR = "counsellor", "Beratung", "Counsellor"
    TRAINER = "trainer", "Bildung", "Trainer"
    ADMIN = "admin", "Verwaltung", "Admin"
    COORDINATOR = "coordinator", "Koordination", "Network coordinator"
    COORDINATION = "coordination", "MUT IQ", "Coordination"
    READER = "reader", "Lesezugang", "Reader"
    JURY = "jury", "Beratungsgremium", "Jury"
    OPERATIONS = "operations", "Betrieb", "Operations"


# HSP-04: the round follows from the date, never from an ordinal number.
FUNDING_ROUNDS = (
    (2005, 2007),
    (2008, 2010),
    (2011, 2014),
    (2015, 2018),
    (2019, 2022),
    (2023, 2028),
)

# HSP-01 and HSP-02: no record of these lines lies before these days.
LINE_STARTS = {
    ProgrammeLine.SKILLED_WORKER_NETWORKS: date(2019, 1, 1),
    ProgrammeLine.FAIR_INTEGRATION: date(2017, 11, 1),
}


def funding_round(day: date) -> str:
    """Name the funding round (Förderrunde) of a day, e.g. `2019-2022` (HSP-04).

    Raises ValueError when the day lies in no round.
    """
    for first, last in FUNDING_ROUNDS:
        if first <= day.year <= last:
            return f"{first}-{last}"
    raise ValueError(f"{day.isoformat()} lies in no funding round")


def age_group(day: date, birth_year: int | None) -> AgeGroup:
    """Age group on a day from the birth year (contracts §5: year of `date` minus `birth_year`)."""
    if birth_year is None:
        return AgeGroup.NOT_STATED
    age = day.year - birth_year
    if age < 18:
        return AgeGroup.UNDER_18
    if age < 30:
        return AgeGroup.FROM_18
    return AgeGroup.FROM_30 if age < 55 else AgeGroup.FROM_55
