"""Papers in tests as whoever holds them sees them: a code is scanned from the printed page."""

import pypdfium2
import zxingcpp

DOTS_PER_INCH = 110
"""Less than any camera or scanner has."""


def code_on(pdf: bytes) -> str:
    """The text of the only QR code on the first page of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        (found,) = zxingcpp.read_barcodes(page.render(scale=DOTS_PER_INCH / 72).to_pil())
        page.close()
        return str(found.text)
    finally:
        document.close()
