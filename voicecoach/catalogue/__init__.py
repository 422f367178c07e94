"""A whole catalogue: many sessions into one folder, over processes or a cluster, each made only when it has to be."""

from voicecoach.catalogue.batch import Batch
from voicecoach.catalogue.hands import Hands
from voicecoach.catalogue.outcome import Failure, Outcome, Teller
from voicecoach.catalogue.pool import Pool
from voicecoach.catalogue.speaking import Speakers
from voicecoach.catalogue.wanted import Session, Unreadable

__all__ = ["Batch", "Failure", "Hands", "Outcome", "Pool", "Session", "Speakers", "Teller", "Unreadable"]
