"""Web addresses: of the folder, and of each file in it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import quote, unquote_to_bytes, urlsplit

from voicecoach.errors import ChoiceError
from voicecoach.exporter.feed.markup import single_line

__all__ = ["BaseUrl", "encode_path", "parse_web_address"]

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?")
_UNQUOTED = "/%:@!$'()*+,;=~"
"""What may stand in the path of an address as it is; a percent sign, since it may be encoded already."""


@dataclass(frozen=True, slots=True)
class BaseUrl:
    """The address of a folder."""

    url: str
    """With a slash at its end, in ASCII."""

    @classmethod
    def of(cls, text: str) -> BaseUrl:
        """What was typed. Raises ChoiceError for what is no address of a folder."""
        url = parse_web_address(text, "--url")
        if url.lower().endswith(".xml"):
            raise ChoiceError(
                f"--url: {text} is the address of a file", "leave out its name: where will the folder lie?"
            )
        return cls(url.rstrip("/") + "/")

    def to(self, path: PurePath) -> str:
        """The address of a file, its path relative to the folder."""
        return self.url + encode_path(path)

    def path(self, url: str) -> PurePath | None:
        """The way back; None for what does not lie in the folder."""
        if not url.startswith(self.url):
            return None
        path = PurePath(os.fsdecode(unquote_to_bytes(url.removeprefix(self.url))))
        return None if path.is_absolute() or ".." in path.parts else path


def encode_path(path: PurePath) -> str:
    """A relative path as it stands in an address: all but letters, digits and `-._~` as bytes in hexadecimal."""
    return "/".join(quote(os.fsencode(part), safe="") for part in path.parts)


def parse_web_address(text: str, option: str) -> str:
    """An address in ASCII, spaces and foreign letters encoded. Raises ChoiceError that names the option."""
    hint = "say it as https://example.org/sessions"
    try:
        parts = urlsplit(text.strip() if text.isprintable() else "")  # it would pass over a line's end
        host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
        known = parts.scheme in ("http", "https") and _HOST.fullmatch(host) and parts.port != 0
    except ValueError:
        known = None
    if "@" in text.partition("://")[2].partition("/")[0]:
        raise ChoiceError(f"{option}: a name or password in an address is read by all who have the feed", hint)
    if not known:
        raise ChoiceError(f"{option}: not a web address ({single_line(text)})", hint)
    if parts.query or parts.fragment:
        raise ChoiceError(f"{option}: an address with ? or # leads to no folder ({text})", hint)
    return f"{parts.scheme}://{host.lower()}{quote(parts.path, safe=_UNQUOTED)}"
