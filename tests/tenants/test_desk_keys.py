"""A person's own keys of the desk: what may be one, what clashes, what is kept."""

from __future__ import annotations

import pytest

from tenants.core.desk_keys import DEFAULTS, KeysClash, KeyUnknown, choose, keys_of


def test_only_what_differs_is_kept_and_the_rest_follows_the_house() -> None:
    assert choose(dict(DEFAULTS)) == {}
    kept = choose({**DEFAULTS, "hold": "F4", "mute": "O"})
    assert kept == {"hold": "F4", "mute": "O"}
    assert keys_of(kept) == {**DEFAULTS, "hold": "F4", "mute": "O"}
    assert keys_of({"gone": "Q"}) == DEFAULTS
    assert keys_of({"hold": "H"})["hang_up"] == "", "an act of the house whose key somebody took before has none"


@pytest.mark.parametrize("key", ["", "h", "HH", "Alt+F2", "F1", "F5", "F11", "?", "1", "Ctrl+H", "Alt+"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(KeyUnknown):
        choose({"hold": key})


@pytest.mark.parametrize("keys", [{"hold": "H"}, {"hold": "Alt+H"}, {"hold": "Alt+A"}, {"hold": "Q", "mute": "Alt+Q"}])
def test_a_letter_is_one_key_with_alt_and_without(keys: dict[str, str]) -> None:
    with pytest.raises(KeysClash) as caught:
        choose(keys)
    assert caught.value.act in keys
    assert caught.value.act != caught.value.other
