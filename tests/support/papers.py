"""Papers in tests as whoever holds them sees them: a code is scanned from the printed page."""

from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
import zxingcpp
from PIL import Image

DOTS_PER_INCH = 110
"""Less than any camera or scanner has."""


def elements(node: Any) -> Iterator[Any]:
    """All elements of a structure tree, as a reader of the screen hears them."""
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from elements(child)


def picture_of(pdf: bytes) -> Image.Image:
    """The first page of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        picture: Image.Image = page.render(scale=DOTS_PER_INCH / 72).to_pil()
        page.close()
        return picture
    finally:
        document.close()


def code_on(pdf: bytes) -> str:
    """The text of the only QR code on the first page of a PDF."""
    (found,) = zxingcpp.read_barcodes(picture_of(pdf))
    return str(found.text)
