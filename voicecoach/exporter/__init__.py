"""A session as a file: `export` drains the very blocks that the player plays."""

from voicecoach.exporter.captions import CAPTIONS
from voicecoach.exporter.destination import Destination, Manner
from voicecoach.exporter.formats import FORMATS, Format
from voicecoach.exporter.tags import Tags, tags_of
from voicecoach.exporter.writing import Progress, export

__all__ = ["CAPTIONS", "FORMATS", "Destination", "Format", "Manner", "Progress", "Tags", "export", "tags_of"]
