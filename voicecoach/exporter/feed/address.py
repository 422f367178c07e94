"""Web addresses: of the podcast's folder, and of each file in it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import quote, unquote_to_bytes, urlsplit

from voicecoach.errors import ChoiceError
from voicecoach.exporter.plain_text import single_line

_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_UNQUOTED = "/%:@!$'()*+,;=~"
"""Characters that stay as they are in a path; the percent sign, since the path may be quoted already."""


@dataclass(frozen=True, slots=True)
class BaseUrl:
    """The address of a folder."""

    url: str
    """In ASCII, with a slash at its end."""

    @classmethod
    def parse(cls, text: str) -> BaseUrl:
        """Read the option `--url`. Raises ChoiceError where it is not the address of a folder."""
        url = parse_web_address(text, "--url")
        if url.lower().endswith(".xml"):
            raise ChoiceError(f"--url: {text} is the address of a file", "leave out the name of the file")
        return cls(url.rstrip("/") + "/")

    def url_of(self, path: PurePath) -> str:
        """The address of a file; its path is relative to the folder."""
        return self.url + encode_path(path)

    def path_of(self, url: str) -> PurePath | None:
        """The relative path of a file; None if its address lies outside the folder."""
        if not url.startswith(self.url):
            return None
        path = PurePath(os.fsdecode(unquote_to_bytes(url.removeprefix(self.url))))
        return None if path.is_absolute() or ".." in path.parts or "\0" in str(path) else path


def encode_path(path: PurePath) -> str:
    """A relative path, percent-encoded except for letters, digits and `-._~`."""
    return "/".join(quote(os.fsencode(part), safe="") for part in path.parts)


def parse_web_address(text: str, option: str) -> str:
    """The address in ASCII, with spaces and foreign letters encoded. Raises ChoiceError that names the option."""
    hint = "write it as https://example.org/sessions"
    try:
        parts = urlsplit(text.strip() if text.isprintable() else "")  # it would skip line breaks
        host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
        valid = parts.scheme in ("http", "https") and _HOST.fullmatch(host) and parts.port != 0
    except ValueError:
        valid = None
    if "@" in text.partition("://")[2].partition("/")[0]:
        raise ChoiceError(f"{option}: every subscriber can read a name or password in an address", hint)
    if not valid:
        raise ChoiceError(f"{option}: not a web address ({single_line(text)})", hint)
    if parts.query or parts.fragment:
        raise ChoiceError(f"{option}: an address with ? or # cannot be a folder's ({text})", hint)
    return f"{parts.scheme}://{host.lower()}{quote(parts.path, safe=_UNQUOTED)}"
