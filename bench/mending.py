"""How long a person needs for a stranger's list: `python -m bench.mending [--pictures FOLDER]`.

A browser brings in the dirty list of 300 rows (`tools/dirty_list.py`), answers the mending page, corrects the rows that
only the office can correct, and brings the file in again until nothing is rejected. Every act is counted in operators
of the keystroke-level model (Card, Moran and Newell 1980, "The keystroke-level model for user performance time with
interactive systems", CACM 23(7)): K a key or button 0.28 s, P pointing 1.1 s, H the hand between mouse and keys 0.4 s,
M thinking 1.35 s, R waiting as measured here. No such model knows how long it takes to look a day up in a paper file.
"""

import argparse
import io
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, sync_playwright

from tests.support.local_run import LocalRun, start_local_run
from tools.dirty_list import ANSWERS, FAULTS, dirty_list

SECONDS = {"K": 0.28, "P": 1.1, "H": 0.4, "M": 1.35}
GOAL = 600.0
CORRECT = ("30.11.2023", "02.05.2023", "02.05.2023", "05.06.2023", 1994, 1985, "Folge-", 1001)
"""What the office finds in its paper file, for each of FAULTS."""
QUESTIONS = """() => [...document.querySelectorAll("main select")].map(select => ({
  id: select.id, name: select.name, shown: select.value,
  options: [...select.options].map(option => [option.value, option.text])}))"""
SCREENS = "() => Math.ceil(document.documentElement.scrollHeight / innerHeight)"


@dataclass
class Stopwatch:
    """Operators by part of the task, and seconds that were waited."""

    counted: dict[str, Counter[str]] = field(default_factory=dict)
    waited: float = 0.0

    def act(self, part: str, operators: str) -> None:
        """One act, as its operators: `M P K`; `K*9` are nine keys."""
        for entry in operators.split():
            name, _, times = entry.partition("*")
            self.counted.setdefault(part, Counter())[name] += int(times or 1)

    def seconds(self, part: str) -> float:
        """What a part takes by the model."""
        return sum(SECONDS[name] * times for name, times in self.counted[part].items())

    def table(self) -> str:
        """All parts, for people."""
        lines = [
            f"{part:28} {self.seconds(part):6.1f} s   {' '.join(f'{count[name]} {name}' for name in SECONDS)}"
            for part, count in self.counted.items()
        ]
        total = sum(map(self.seconds, self.counted)) + self.waited
        return "\n".join([*lines, f"{'waiting (measured)':28} {self.waited:6.1f} s", f"{'all':28} {total:6.1f} s"])


def keys_to(label: str, options: list[str]) -> int:
    """Letters to type in an open list until it stands on a label: the first option with these letters."""
    for count in range(1, len(label) + 1):
        start = label[:count].casefold()
        if next(text for text in options if text.casefold().startswith(start)) == label:
            return count
    return len(label)


def answer_of(name: str, shown: str) -> str:
    """What the office means by a header or word; what is not in ANSWERS it accepts as shown."""
    kind, _, rest = name.partition(":")
    column, _, word = rest.partition(":")
    found = ANSWERS["columns"].get(rest, shown) if kind == "column" else ANSWERS["values"].get(column, {}).get(word)
    return shown if found is None else str(found)


def bring_in(page: Page, content: bytes, watch: Stopwatch, part: str) -> None:
    """Choose the file and send it; wait until there is something to do or to read."""
    page.goto("/import")
    page.set_input_files("#file-sessions", {"name": "Liste.xlsx", "mimeType": "", "buffer": content})
    with page.expect_navigation():
        page.click("form[action='/import/sessions'] button")
    # Find the place, open the dialog, find the file in it, double-click, press the button.
    watch.act(part, "M P K M P K K P K")
    arrive(page, watch)


def arrive(page: Page, watch: Stopwatch) -> None:
    """Until the list is read: the page looks again by itself every two seconds."""
    started = time.monotonic()
    page.wait_for_selector("main:not(:has(progress))", timeout=120_000)
    watch.waited += time.monotonic() - started


def mend(page: Page, watch: Stopwatch, part: str) -> tuple[int, int]:
    """Answer the mending page; how many questions there were, and how many of them were right as suggested."""
    questions, right = page.evaluate(QUESTIONS), 0
    watch.act(part, f"M P*{page.evaluate(SCREENS)} K*{page.evaluate(SCREENS)}")  # read the top, scroll
    for entry in questions:
        meant = answer_of(entry["name"], entry["shown"])
        watch.act(part, "M")  # read the word and what is suggested
        if meant == entry["shown"]:
            right += 1
            continue
        labels = [text for _, text in entry["options"]]
        label = dict(entry["options"])[meant]
        # Decide, open the list, type until it stands there, take it.
        watch.act(part, f"M P K H K*{keys_to(label, labels)} K H")
        page.select_option(f"#{entry['id']}", meant)
    watch.act(part, "P K")
    with page.expect_navigation():
        page.click("main form.stack button.button:not(.button--second)")
    arrive(page, watch)
    return len(questions), right


def correct(content: bytes, faults: dict[int, str], watch: Stopwatch) -> bytes:
    """Correct the rejected rows in the spreadsheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet, kinds = book.worksheets[0], [name for name, _, _ in FAULTS]
    watch.act("rows only the office knows", "M P K")  # go to the spreadsheet
    for line, kind in faults.items():
        place = kinds.index(kind)
        value = CORRECT[place]
        sheet.cell(line, FAULTS[place][1] + 1).value = value
        # Read what is wrong, find out what is right, go to the cell (F5, its name, Enter), type, Enter, back and forth.
        watch.act("rows only the office knows", f"M M H K*{3 + len(str(line))} K*{len(str(value))} K H M P K")
    watch.act("rows only the office knows", "H K*2 H")  # save
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def picture(page: Page, folder: Path | None) -> None:
    """The mending page as it is met, at both widths of docs/pages.md."""
    for name, width, height in (("mending", 1280, 1300), ("mending-phone", 360, 1100)) if folder else ():
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=str(Path(folder or ".") / f"{name}.png"))
    page.set_viewport_size({"width": 1280, "height": 900})


def walk(page: Page, run: LocalRun, folder: Path | None) -> tuple[Stopwatch, str]:
    """The whole task as the administration; fails unless every row is in at the end."""
    account, watch, made = run.account("rp", "admin"), Stopwatch(), dirty_list()
    page.goto("/anmelden")
    for name in ("username", "password"):
        page.fill(f"#feld-{name}", account[name])
    with page.expect_navigation():
        page.click("main button[type=submit]")
    bring_in(page, made.content, watch, "file in")
    picture(page, folder)
    questions, right = mend(page, watch, "mending page")
    rejected = page.locator("main tbody tr").count()
    if rejected != len(made.faults):
        raise RuntimeError(page.inner_text("main"))
    bring_in(page, correct(made.content, made.faults, watch), watch, "file in again")
    mend(page, watch, "mending page, as answered")  # the same questions, with the answers just given
    watch.act("file in again", "M")  # read the result
    if " 0 abgelehnt" not in page.inner_text("main"):
        raise RuntimeError(page.inner_text("main"))
    return watch, f"{made.rows} rows, {questions} questions, {right} right as suggested, {rejected} rows corrected"


def main() -> None:
    """Walk, count, print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pictures", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="iq-mending-") as folder:
        Path(folder).chmod(0o755)
        run = start_local_run(Path(folder) / "local", "rp")
        try:
            with sync_playwright() as playwright:
                options = {"executable_path": shutil.which("chromium"), "args": ["--no-sandbox", "--disable-gpu"]}
                browser = playwright.chromium.launch(**options)
                base = run.account("rp", "admin")["gateway"]
                page = browser.new_page(base_url=base, viewport={"width": 1280, "height": 900})
                watch, words = walk(page, run, given.pictures)
                browser.close()
        finally:
            run.stop()
    print(f"{words}\n{watch.table()}   (goal: {GOAL:.0f} s)")


if __name__ == "__main__":
    main()
