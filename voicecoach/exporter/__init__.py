"""Exports a session to files: sound in several formats, captions, covers and a web page."""

from voicecoach.exporter.caption_formats import CAPTIONS
from voicecoach.exporter.destination import Destination, ExportOptions
from voicecoach.exporter.formats import FORMATS
from voicecoach.exporter.metadata import Tags, tags_of
from voicecoach.exporter.session_writer import export

__all__ = ["CAPTIONS", "FORMATS", "Destination", "ExportOptions", "Tags", "export", "tags_of"]
