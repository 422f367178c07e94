"""Made once, and found again by all that shapes it."""

from __future__ import annotations

import re
from itertools import count

import pytest

from voicecoach.errors import FileError
from voicecoach.exporter import plot
from voicecoach.exporter.memo import memoize
from voicecoach.exporter.plot import png


class Store(dict[str, bytes]):
    """Takes what the cache of clips takes."""

    def read(self, key: str) -> bytes | None:
        return self.get(key)

    def write(self, key: str, content: bytes) -> None:
        assert re.fullmatch("[0-9a-f]{32}", key)
        assert len(content) % 2 == 0
        self[key] = content


@pytest.mark.parametrize("parts", [[], [b""], [b"a"], [b"a", b"", b"bcd"], [b"x" * 100_000]])
def test_comes_back_as_it_was_made(parts):
    store = Store()
    assert memoize(store, "", [b"stuff"], lambda: parts) == parts
    assert memoize(store, "", [b"stuff"], pytest.fail) == parts


def test_is_made_anew_for_other_stuff_and_in_another_setting():
    number = count()

    def make() -> list[bytes]:
        return [str(next(number)).encode()]

    store = Store()
    asked = [("a", [b"stuff"]), ("b", [b"stuff"]), ("a", [b"stuffing"]), ("a", [b"st", b"uff"])]
    assert [memoize(store, setting, stuff, make) for setting, stuff in asked] == [[b"0"], [b"1"], [b"2"], [b"0"]]
    assert memoize(None, "a", [b"stuff"], make) == [b"3"]


def test_a_store_that_takes_nothing_costs_only_the_saving():
    class Full(Store):
        def write(self, *_: object) -> None:
            raise FileError("no room")

    assert memoize(Full(), "", [b"stuff"], lambda: [b"made"]) == [b"made"]


def test_a_cover_is_painted_once(session, monkeypatch):
    store, timeline = Store(), session(60_000, (0, "One")).timeline
    painted = plot.cover(timeline, store)
    monkeypatch.setattr(png, "render_small", lambda _: pytest.fail("painted again"))
    assert plot.cover(timeline, store) == painted
    with pytest.raises(pytest.fail.Exception):
        plot.cover(session(60_000, (0, "Two")).timeline, store)
