"""Papers: a Typst template with data and pictures becomes a tagged PDF (PDF/UA-1 as the compiler enforces it).

Data reach a template as JSON only, never as markup, so that no value can become an instruction. CPU-bound: call it in
a thread.
"""

import io
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst

FOLDER = Path(__file__).with_name("paper")
INSTEAD = "…"
"""Stands for a character of a script that the fonts do not have, Chinese for example."""
VENDOR = Path(__file__).parent / "static/vendor"
QUIET_ZONE = 4
"""White modules around a code, as ISO/IEC 18004 asks for."""
FONTS = (VENDOR / "kern/2.7.2/fira-sans", VENDOR / "noto/0.4.3")
"""The house's own, and one for Arabic script."""


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(FONTS))


@cache
def _missing() -> re.Pattern[str]:
    """What neither has a glyph for; `paper/glyphs.txt` has the ranges they have, checked by a test."""
    ranges = [line.split("-") for line in (FOLDER / "glyphs.txt").read_text().split()]
    return re.compile("[^" + "".join(f"\\U{int(a, 16):08x}-\\U{int(b, 16):08x}" for a, b in ranges) + "]")


def printable(text: str) -> str:
    """A text with `INSTEAD` for what no font of the papers has: the compiler refuses a PDF/UA with a missing glyph.

    A letter that the fonts have in its parts only (Ẍ) is written in these.
    """
    return _missing().sub(INSTEAD, _in_parts(text))


def unprintable(text: str) -> str:
    """The characters of a text for which `printable` would put something else."""
    return "".join(dict.fromkeys(_missing().findall(_in_parts(text))))


def _in_parts(text: str) -> str:
    return _missing().sub(_parts, unicodedata.normalize("NFC", text))


def _parts(found: re.Match[str]) -> str:
    parts = unicodedata.normalize("NFD", found.group())
    return found.group() if _missing().search(parts) else parts


def picture_of(code: str) -> str:
    """A QR code as SVG, with error correction M: a fold or a stain may cost 15 % of it."""
    out = io.BytesIO()
    segno.make_qr(code, error="m", boost_error=False).save(out, kind="svg", border=QUIET_ZONE, xmldecl=False)
    return out.getvalue().decode()


def render_pdf(template: str, data: Mapping[str, Any], pictures: Mapping[str, str], *, dated: date) -> bytes:
    """The PDF of a template in `paper/`; `pictures` are SVG by name, `dated` is the day written into the file.

    The same arguments give the same bytes. Raises TypstError when the template does not compile, also for a picture
    without its alternative text.
    """
    inputs = {"data": printable(json.dumps({**data, "pictures": dict(pictures)}, ensure_ascii=False))}
    found = typst.compile(
        FOLDER / template,
        root=FOLDER,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=datetime.combine(dated, time(), UTC),
    )
    if not isinstance(found, bytes):
        raise TypeError(f"{template}: a PDF is one file")
    return found
