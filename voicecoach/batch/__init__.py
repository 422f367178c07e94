"""Exports many sessions into one folder, in several processes or on a cluster, and makes only what is out of date."""

from voicecoach.batch.executor import Hands
from voicecoach.batch.process_pool import Pool
from voicecoach.batch.runner import Batch, Failure, Outcome, Teller
from voicecoach.batch.session_files import Session, Unreadable
from voicecoach.batch.synthesis import Speakers

__all__ = ["Batch", "Failure", "Hands", "Outcome", "Pool", "Session", "Speakers", "Teller", "Unreadable"]
