"""What companies are told apart by: section of the economy and size; a vocabulary like the others (class C)."""

from shared.vocabulary import Term


class Sector(Term):
    """Economic section of a company (Wirtschaftszweig): the 21 sections A to U of WZ 2008 = NACE Rev. 2, in order.

    Words, not letters: WZ 2025 gives the letters from J on to other sections.
    """

    AGRICULTURE = "agriculture", "Land- und Forstwirtschaft, Fischerei", "Agriculture, forestry and fishing"
    MINING = "mining", "Bergbau und Gewinnung von Steinen und Erden", "Mining and quarrying"
    MANUFACTURING = "manufacturing", "Verarbeitendes Gewerbe", "Manufacturing"
    ENERGY = "energy", "Energieversorgung", "Energy supply"
    WATER_AND_WASTE = "water_and_waste", "Wasserversorgung, Abwasser- und Abfallentsorgung", "Water supply and waste"
    CONSTRUCTION = "construction", "Baugewerbe", "Construction"
    TRADE = "trade", "Handel; Instandhaltung und Reparatur von Kraftfahrzeugen", "Trade and repair of motor vehicles"
    TRANSPORT = "transport", "Verkehr und Lagerei", "Transportation and storage"
    HOSPITALITY = "hospitality", "Gastgewerbe", "Accommodation and food service"
    INFORMATION = "information", "Information und Kommunikation", "Information and communication"
    FINANCE = "finance", "Finanz- und Versicherungsdienstleistungen", "Financial and insurance activities"
    REAL_ESTATE = "real_estate", "Grundstücks- und Wohnungswesen", "Real estate"
    PROFESSIONAL_SERVICES = (
        "professional_services",
        "Freiberufliche, wissenschaftliche und technische Dienstleistungen",
        "Professional, scientific and technical services",
    )
    BUSINESS_SERVICES = "business_services", "Sonstige wirtschaftliche Dienstleistungen", "Administrative and support"
    PUBLIC_ADMINISTRATION = (
        "public_administration",
        "Öffentliche Verwaltung, Verteidigung; Sozialversicherung",
        "Public administration, defence, social security",
    )
    EDUCATION = "education", "Erziehung und Unterricht", "Education"
    HEALTH_AND_SOCIAL_WORK = "health_and_social_work", "Gesundheits- und Sozialwesen", "Health and social work"
    ARTS_AND_RECREATION = "arts_and_recreation", "Kunst, Unterhaltung und Erholung", "Arts and recreation"
    OTHER_SERVICES = "other_services", "Sonstige Dienstleistungen", "Other services"
    HOUSEHOLDS = "households", "Private Haushalte mit Hauspersonal", "Households as employers"
    EXTRATERRITORIAL = "extraterritorial", "Exterritoriale Organisationen und Körperschaften", "Extraterritorial bodies"


class SizeClass(Term):
    """Size of a company (Unternehmensgröße) by staff, as the EU defines SMEs (recommendation 2003/361/EC)."""

    MICRO = "micro", "Kleinstunternehmen (unter 10 Beschäftigte)", "Micro (fewer than 10)"
    SMALL = "small", "Kleines Unternehmen (10 bis 49 Beschäftigte)", "Small (10 to 49)"
    MEDIUM = "medium", "Mittleres Unternehmen (50 bis 249 Beschäftigte)", "Medium (50 to 249)"
    LARGE = "large", "Großes Unternehmen (ab 250 Beschäftigte)", "Large (250 and more)"
