"""Some hundred texts that are commands somewhere: SQL, HTML, templates, headers, spreadsheets, paths, and odd text."""

import html.parser
from itertools import product

MARK = "iqx"
"""Name of every element, handler and scheme below, so that a page shows whether one of them came to life."""

SQL = [
    f"{quote}{rest}"
    for quote, rest in product(
        ("'", '"', "')", "';", "\\'", "`", "%27", "$$"),
        (
            " OR 1=1 --",
            " OR '1'='1",
            "; DROP TABLE person; --",
            " UNION SELECT NULL,NULL,version() --",
            " AND pg_sleep(9) --",
            "; COPY person TO '/dev/null'; --",
            "||(SELECT password_hash FROM account LIMIT 1)||'",
        ),
    )
] + ["%", "_", "%_%", "\\", "E'\\x41'", "0x27", "1;SELECT 1", "NULL", "-- -", "/**/"]

_CALLS = (
    f"<{MARK}>",
    f"<{MARK} ",
    f"<script {MARK}>alert(1)</script>",
    f"<img src=x on{MARK}=alert(1)>",
    f"<svg on{MARK}=alert(1)>",
    f"<a href=javascript:{MARK}>x</a>",
    f"<iframe src=javascript:{MARK}>",
    f"<style {MARK}>*{{display:none}}</style>",
    f"<form action=//{MARK}.example>",
    f"<base href=//{MARK}.example>",
    f"<meta http-equiv=refresh content='0;url=//{MARK}.example'>",
    f"<details open on{MARK}=alert(1)>",
)
HTML = [f"{before}{call}" for before, call in product(("", '">', "'>", "</title>", "</textarea>", "-->"), _CALLS)] + [
    f'" on{MARK}="alert(1)',
    f"' on{MARK}='alert(1)",
    f'" autofocus on{MARK}=alert(1) x="',
    f"javascript:{MARK}",
    f"data:text/html,<{MARK}>",
    f"&lt;{MARK}&gt;",
    f"&#60;{MARK}&#62;",
    f"\\u003c{MARK}\\u003e",
    f"<!--<{MARK}>",
    f"<![CDATA[<{MARK}>]]>",
    f"<\x00{MARK}>",
    f"<{MARK}\x0b>",
]

TEMPLATES = [
    f"{opening}7777*7{closing}"
    for opening, closing in (
        ("{{", "}}"),
        ("{%", "%}"),
        ("${", "}"),
        ("#{", "}"),
        ("<%=", "%>"),
        ("[[", "]]"),
        ("#", ""),
        ("#eval(", ")"),
        ("@(", ")"),
    )
] + [
    "{{ self.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ config }}",
    "{% include '/etc/passwd' %}",
    "{% for x in (1).__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{0.__class__}",
    "%(secret)s",
    "%s%n%x",
    '#read("/etc/passwd")',
    '#import "/etc/passwd"',
    "${jndi:ldap://127.0.0.1/x}",
]

HEADERS = [
    f"x{ending}{line}"
    for ending, line in product(
        ("\r\n", "\n", "\r", "%0d%0a", "\u2028", "\x85"),
        (f"Set-Cookie: {MARK}=1", f"Location: //{MARK}.example", "Content-Length: 0"),
    )
]

FORMULAS = [
    f"{start}{rest}"
    for start, rest in product(
        ("=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "＝"),
        ("1+1", "cmd|' /C calc'!A0", f'HYPERLINK("//{MARK}.example")', "SUM(A1:A9)"),
    )
]

PATHS = [
    "../../../../etc/passwd",
    "..\\..\\..\\windows\\win.ini",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "..%252f..%252fetc",
    "/etc/passwd",
    "file:///etc/passwd",
    "http://127.0.0.1:1/",
    "//127.0.0.1:1/",
    "C:\\",
    "con",
    "a/../b",
    "./.",
    "....//....//etc",
    "\x00.png",
    "~root",
]

ODD = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "\ufeff",
    "\u202eabc",
    "\u0000\u0001\u0007\u001b[31m",
    "a\u0300" * 50,
    "ﷺ" * 20,
    "😀" * 60,
    "x" * 201,
    "x" * 5000,
    "İıſK",
    "١٢٣",
    "true",
    "null",
    "NaN",
    "1e309",
    "-0",
    "[]",
    "{}",
    "| cat /etc/passwd",
    "$(id)",
    "`id`",
    "; id",
    "&& id",
    "*)(uid=*))(|(uid=*",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
]

PAYLOADS = list(dict.fromkeys([*SQL, *HTML, *TEMPLATES, *HEADERS, *FORMULAS, *PATHS, *ODD]))
EXECUTED = str(7777 * 7)
"""What a template that was evaluated would show."""


class _Reader(html.parser.HTMLParser):
    """Collects what a payload made of itself: elements, handlers, addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.alive: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        for name, value in attrs:
            if MARK in name or (name in ("href", "src", "action", "formaction") and _leaves(value or "")):
                self.alive.append(f"<{tag} {name}={value}>")
        if MARK in tag:
            self.alive.append(f"<{tag}>")


def _leaves(address: str) -> bool:
    plain = "".join(character for character in address if character > " ").lower()
    return plain.startswith((f"javascript:{MARK}", f"data:text/html,<{MARK}", f"//{MARK}"))


def alive(page: str) -> list[str]:
    """What of a page came out of a payload and is more than text."""
    reader = _Reader()
    reader.feed(page)
    return reader.alive + ([EXECUTED] if EXECUTED in page else [])
