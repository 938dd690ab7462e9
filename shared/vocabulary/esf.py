"""What ESF+ asks of a participation beside the programme (Regulation (EU) 2021/1057, Annex I; ADR 0017)."""

from shared.vocabulary.term import Term


class EmploymentStatus(Term):
    """Employment status on the day of entry (Annex I, 1.1); the long-term unemployed are unemployed too."""

    UNEMPLOYED = "unemployed", "arbeitslos, kürzer als ein Jahr", "unemployed, not long-term"
    LONG_TERM_UNEMPLOYED = "long_term_unemployed", "langzeitarbeitslos", "long-term unemployed"
    INACTIVE = "inactive", "nicht erwerbstätig", "inactive"
    EMPLOYED = "employed", "erwerbstätig, auch selbstständig", "employed, including self-employed"


class EducationLevel(Term):
    """Highest completed education on the day of entry, as Annex I, 1.1 groups ISCED 2011."""

    ISCED_0_2 = "isced_0_2", "höchstens Sekundarstufe I (ISCED 0–2)", "lower secondary or less (ISCED 0–2)"
    ISCED_3_4 = "isced_3_4", "Sekundarstufe II oder postsekundär (ISCED 3–4)", "upper or post-secondary (ISCED 3–4)"
    ISCED_5_8 = "isced_5_8", "Hochschule oder Meister (ISCED 5–8)", "tertiary (ISCED 5–8)"


class ExitStatus(Term):
    """Situation on the labour market after leaving; the last one within 28 days counts.

    Only the first two are results of ESF+; the third says that one of them is over.
    """

    JOB_SEARCHING = "job_searching", "auf Arbeitsuche", "job searching"
    EMPLOYED = "employed", "in Arbeit, auch selbstständig", "in employment, including self-employment"
    NEITHER = "neither", "weder in Arbeit noch auf Arbeitsuche", "neither employed nor searching"
