"""A session as a file: `export` drains the very blocks that the player plays."""

from voicecoach.exporter.caption_formats import CAPTIONS
from voicecoach.exporter.destination import Destination, Manner
from voicecoach.exporter.formats import FORMATS, Format
from voicecoach.exporter.session_writer import Progress, export
from voicecoach.exporter.tags import Tags, tags_of

__all__ = ["CAPTIONS", "FORMATS", "Destination", "Format", "Manner", "Progress", "Tags", "export", "tags_of"]
