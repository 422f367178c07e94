"""Web addresses, and the options that podcast apps would refuse."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from voicecoach.errors import ChoiceError
from voicecoach.exporter.feed import BaseUrl, PodcastInfo


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://example.org/", "https://example.org/"),
        (" http://Example.ORG:8080/a/b// ", "http://example.org:8080/a/b/"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x/"),
        ("https://example.org/~me/my sounds", "https://example.org/~me/my%20sounds/"),
        ("https://example.org/my%20sounds", "https://example.org/my%20sounds/"),
        ("https://müller.example/übung", "https://xn--mller-kva.example/%C3%BCbung/"),
    ],
)
def test_web_address_is_normalized(typed: str, url: str) -> None:
    assert BaseUrl.parse(typed).url == url


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "example.org/coach",
        "ftp://example.org",
        "file:///srv/coach",
        "https://",
        "https:///coach",
        "https://exa mple.org",
        "https://example.org:port",
        "https://example.org:99999",
        "https://[::1",
        "https://example.org/?a=b",
        "https://example.org/#top",
        "https://me:secret@example.org/",
        "https://example.org/feed.xml",
        "javascript:alert(1)",
        'https://exa\nmple.org/<b>"',
    ],
)
def test_other_address_is_refused(typed: str) -> None:
    with pytest.raises(ChoiceError, match="--url: ") as refused:
        BaseUrl.parse(typed)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["a b/c%20d.mp3", "ü/#1?.mp3", b"\xff.mp3".decode(errors="surrogateescape")])
def test_path_survives_encoding(name: str) -> None:
    base = BaseUrl.parse("https://example.org/x")
    url = base.url_of(PurePath(name))
    assert url.isascii()
    assert not set("?#\" <>&'") & set(url)
    assert base.path_of(url) == PurePath(name)


@pytest.mark.parametrize(
    "url", ["https://example.org/xy.mp3", "https://example.org/x/../y", "https://example.org/x//etc"]
)
def test_outside_address_has_no_path(url: str) -> None:
    assert BaseUrl.parse("https://example.org/x").path_of(url) is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"language": "German, please"}, "--language: not a language code"),
        ({"email": "me"}, "--email: not an e-mail address"),
        ({"category": "Helth & Fitness"}, "did you mean Health & Fitness?"),
        ({"link": "example.org"}, "--link: not a web address"),
    ],
)
def test_invalid_option_is_refused(options: dict[str, str], message: str) -> None:
    with pytest.raises(ChoiceError) as refused:
        PodcastInfo.parse(**options)
    assert message in str(refused.value)
