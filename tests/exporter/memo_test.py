"""Results that are made once and found by everything that shapes them."""

from __future__ import annotations

import re
from itertools import count

import pytest

from voicecoach.errors import FileError
from voicecoach.exporter import plot
from voicecoach.exporter.memo import memoize
from voicecoach.exporter.plot import png


class Store(dict[str, bytes]):
    """Accepts what the clip cache accepts."""

    def read(self, key: str) -> bytes | None:
        return self.get(key)

    def write(self, key: str, content: bytes) -> None:
        assert re.fullmatch("[0-9a-f]{32}", key)
        assert len(content) % 2 == 0
        self[key] = content


@pytest.mark.parametrize("parts", [[], [b""], [b"a"], [b"a", b"", b"bcd"], [b"x" * 100_000]])
def test_result_is_stored(parts):
    store = Store()
    assert memoize(store, "", [b"stuff"], lambda: parts) == parts
    assert memoize(store, "", [b"stuff"], pytest.fail) == parts


def test_data_and_setting_are_the_key():
    number = count()

    def make() -> list[bytes]:
        return [str(next(number)).encode()]

    store = Store()
    asked = [("a", [b"stuff"]), ("b", [b"stuff"]), ("a", [b"stuffing"]), ("a", [b"st", b"uff"])]
    assert [memoize(store, setting, stuff, make) for setting, stuff in asked] == [[b"0"], [b"1"], [b"2"], [b"0"]]
    assert memoize(None, "a", [b"stuff"], make) == [b"3"]


@pytest.mark.parametrize("content", [b"", b"\1\0", b"\xff" * 8, b"\2\0\0\0\1\0\0\0", b"\1\0\0\0\x09\0\0\0ab"])
def test_content_of_another_shape_is_made_anew(content):
    store = Store()
    memoize(store, "", [b"stuff"], lambda: [b"made"])
    (key,) = store
    store[key] = content
    assert memoize(store, "", [b"stuff"], lambda: [b"again"]) == [b"again"]
    assert memoize(store, "", [b"stuff"], pytest.fail) == [b"again"]


def test_full_store_is_ignored():
    class Full(Store):
        def write(self, *_: object) -> None:
            raise FileError("no room")

    assert memoize(Full(), "", [b"stuff"], lambda: [b"made"]) == [b"made"]


def test_cover_is_drawn_once(session, monkeypatch):
    store, timeline = Store(), session(60_000, (0, "One")).timeline
    painted = plot.cover(timeline, store)
    monkeypatch.setattr(png, "render_small", lambda _: pytest.fail("painted again"))
    assert plot.cover(timeline, store) == painted
    with pytest.raises(pytest.fail.Exception):
        plot.cover(session(60_000, (0, "Two")).timeline, store)
