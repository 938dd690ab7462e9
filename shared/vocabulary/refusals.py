"""What a refusal says in German: titles of the HTTP statuses, sentences for the mistakes of a caller."""

TITLES = {
    401: "Nicht angemeldet",
    403: "Keine Berechtigung",
    404: "Nicht gefunden",
    405: "Methode nicht erlaubt",
    409: "Widerspruch zum gespeicherten Stand",
    413: "Zu groß",
    415: "Dateiart nicht unterstützt",
    422: "Angaben prüfen",
    429: "Zu viele Versuche",
    500: "Unerwarteter Fehler",
    503: "Vorübergehend nicht verfügbar",
}

SERVICE_AWAY = (
    "Dieser Dienst ist gerade nicht erreichbar; nichts ist verloren. Bitte versuchen Sie es gleich noch einmal."
)

# German sentences for the error types of pydantic that a caller can cause: (problem, remedy).
PYDANTIC = {
    "missing": ("Die Angabe fehlt.", "Bitte ergänzen."),
    "extra_forbidden": ("Dieses Feld gibt es nicht.", "Bitte weglassen oder den Namen prüfen."),
    "enum": ("Dieser Wert ist nicht vorgesehen.", "Bitte einen der erlaubten Werte wählen."),
    "literal_error": ("Dieser Wert ist nicht vorgesehen.", "Bitte einen der erlaubten Werte wählen."),
    "string_too_long": ("Der Text ist zu lang.", "Bitte kürzen."),
    "string_too_short": ("Die Angabe fehlt.", "Bitte ergänzen."),
    "string_unicode": ("Der Text enthält ein ungültiges Zeichen.", "Bitte neu eintippen."),
    "string_pattern_mismatch": ("Die Angabe hat nicht die erwartete Form.", "Bitte die Schreibweise prüfen."),
    "greater_than_equal": ("Die Zahl ist zu klein.", "Bitte eine größere Zahl eintragen."),
    "less_than_equal": ("Die Zahl ist zu groß.", "Bitte eine kleinere Zahl eintragen."),
    "int_parsing": ("Das ist keine ganze Zahl.", "Bitte eine ganze Zahl eintragen."),
    "json_invalid": ("Der Inhalt ist kein gültiges JSON.", "Bitte die Anfrage prüfen."),
    "uuid_parsing": ("Das ist keine gültige Kennung (UUID).", "Bitte die Kennung prüfen."),
}
DATE_ERROR = ("Das ist kein gültiges Datum.", "Bitte im Format JJJJ-MM-TT angeben.")
OTHER_ERROR = ("Die Angabe ist nicht gültig.", "Bitte prüfen.")
