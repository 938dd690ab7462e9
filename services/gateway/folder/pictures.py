"""The code on a photo of a sheet, for offices without a scanner. The picture is looked at and forgotten."""

from io import BytesIO

import zxingcpp
from PIL import Image

from services.gateway.folder.codes import PREFIX
from shared.problems import FieldProblem, Problem, invalid

FORMATS = ("JPEG", "PNG")
MOST_PIXELS = 20_000_000
"""Unpacked at most, some 80 MB; a JPEG of a phone is unpacked at half or a quarter of its size."""
LOOKED_AT = 2400
"""Pixels of the longer side: a code of 117 modules still has ten for each."""


def code_on(content: bytes) -> str:
    """The code on a photo. CPU-bound: call it in a thread. Raises Problem 422 where none is to be seen."""
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            image.draft("L", (LOOKED_AT, LOOKED_AT))
            if image.width * image.height > MOST_PIXELS:
                raise _refusal("Das Bild ist zu groß.", "Bitte nehmen Sie ein kleineres Bild auf.")
            small = image.convert("L")
    except Problem:
        raise
    except Exception:  # noqa: BLE001 - whatever the decoder stumbles over, the file is no picture
        raise _refusal("Diese Datei ist kein lesbares Bild.", "Bitte nehmen Sie ein Foto als JPEG oder PNG.") from None
    small.thumbnail((LOOKED_AT, LOOKED_AT))
    found = [
        one.text
        for one in zxingcpp.read_barcodes(small, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    ]
    if not found:
        remedy = "Bitte fotografieren Sie ihn gerade von oben, bei hellem Licht und so groß wie möglich."
        raise _refusal("Auf dem Bild ist kein Code zu erkennen.", remedy)
    return next((text for text in found if text.startswith(PREFIX)), found[0])


def _refusal(problem: str, remedy: str) -> Problem:
    return invalid(FieldProblem("code", None, problem, remedy))
