"""The sheet as a PDF: a German page with the code, and a page in the person's language."""

from datetime import date

from services.gateway.folder.content import Content
from services.gateway.folder.words import page
from services.gateway.languages import Language
from services.gateway.paper import picture_of, render_pdf

ALT = "QR-Code mit den Angaben dieses Blatts, unterschrieben von der Beratungsstelle"
LEFT_OUT = "Nicht alle Zeilen passen in den Code; die übrigen stehen nur auf dem Blatt."


def sheet_pdf(
    content: Content,
    code: str,
    left_out: int,
    occupation: str,
    today: date,
    language: Language = "de",
    *,
    synthetic: bool = False,
) -> bytes:
    """The PDF, marked where persons are invented (`synthetic`). CPU-bound: call it in a thread."""
    languages: list[Language] = ["de"] if language == "de" else ["de", language]
    pages = [page(content, occupation, today, one) for one in languages]
    data = {"pages": pages, "alt": ALT, "left_out": LEFT_OUT if left_out else "", "synthetic": synthetic}
    return render_pdf("folder.typ", data, {"code": picture_of(code)}, dated=today)
