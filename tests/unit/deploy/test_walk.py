"""What `make walk` reads out of docs/operations.md, and when it takes a promise for kept."""

from deploy.local.paths import ROOT
from drill.walk import INTERRUPT, PAGE, blocks, missing

TEXT = """Say:

```sh one
export A=1
make run
```
```text
sn … http://…
bereit
```

```sh
not for a terminal
```
"""


def test_a_block_is_what_a_terminal_is_told_and_must_show() -> None:
    (block,) = blocks(TEXT)
    assert (block.terminal, block.commands) == ("one", "export A=1\nmake run\n")
    assert block.seen == ["sn … http://…", "bereit"]


def test_what_was_promised_must_be_seen_in_its_order() -> None:
    (block,) = blocks(TEXT)
    assert missing(block.seen, "make: hm\nsn at last http://127.0.0.1:1\nbereit\n") == []
    assert missing(block.seen, "bereit\nsn at http://x\n") == ["bereit"]
    assert missing(block.seen, "sn at\nbereit\n") == block.seen
    assert missing(["bereit"], "noch nicht bereit\n") == ["bereit"]


def test_the_page_leads_from_nothing_to_sessions_of_two_networks_at_the_centre() -> None:
    found = list(blocks((ROOT / PAGE).read_text(encoding="utf-8")))
    arrived = {line for block in found for line in block.seen if line.startswith("Beim Bund gezählte")}
    assert {"Beim Bund gezählte Beratungen aus rp: 1.", "Beim Bund gezählte Beratungen aus sn: 1."} <= arrived
    assert all(block.seen for block in found if block.commands.strip() != INTERRUPT), "each says what is then seen"
