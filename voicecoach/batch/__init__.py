"""A whole catalogue: many sessions into one folder, over processes or a cluster, each made only when it has to be."""

from voicecoach.batch.executor import Hands
from voicecoach.batch.process_pool import Pool
from voicecoach.batch.runner import Batch
from voicecoach.batch.session_files import Session, Unreadable
from voicecoach.batch.synthesis import Speakers
from voicecoach.catalogue.outcome import Failure, Outcome, Teller

__all__ = ["Batch", "Failure", "Hands", "Outcome", "Pool", "Session", "Speakers", "Teller", "Unreadable"]
