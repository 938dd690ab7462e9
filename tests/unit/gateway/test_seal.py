"""The seal of drafts: it opens for its account and key only, and changes to the network's next key."""

import pytest

from services.gateway.seal import resealed, sealed, unsealed

OLD, NEW = "k" * 32, "n" * 32


def test_it_opens_for_its_account_and_key_only() -> None:
    text = sealed([["name", "CANARY"]], [OLD], "beratung-a")
    assert "CANARY" not in text
    assert unsealed(text, [NEW, OLD], "beratung-a") == [["name", "CANARY"]]
    assert unsealed(text, [NEW], "beratung-a") is None
    assert unsealed(text, [OLD], "beratung-b") is None
    assert unsealed("a.b.c.d.e", [OLD], "beratung-a") is None


def test_it_is_sealed_anew_once_and_the_old_key_opens_it_no_more() -> None:
    text = resealed(sealed({"a": 1}, [OLD], "me"), [NEW, OLD], "me")
    assert text is not None
    assert resealed(text, [NEW, OLD], "me") is None
    assert (unsealed(text, [NEW], "me"), unsealed(text, [OLD], "me")) == ({"a": 1}, None)
    with pytest.raises(ValueError, match="me"):
        resealed("a.b.c.d.e", [NEW, OLD], "me")
