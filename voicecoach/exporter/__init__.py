"""A session as a file: `export` drains the very blocks that the player plays."""

from voicecoach.exporter.captions import CAPTIONS
from voicecoach.exporter.destination import Destination
from voicecoach.exporter.formats import FORMATS, Format
from voicecoach.exporter.writing import Progress, export

__all__ = ["CAPTIONS", "FORMATS", "Destination", "Format", "Progress", "export"]
