"""Exports many sessions into one folder, in several processes or on a cluster, and makes only what is out of date."""

from voicecoach.batch.executor import JobExecutor, ProcessPool
from voicecoach.batch.runner import Batch, BatchFailure, BatchOutcome, BatchReporter
from voicecoach.batch.session_files import BatchSession, InvalidSession
from voicecoach.batch.synthesis import BatchSynthesizer

__all__ = [
    "Batch",
    "BatchFailure",
    "BatchOutcome",
    "BatchReporter",
    "BatchSession",
    "BatchSynthesizer",
    "InvalidSession",
    "JobExecutor",
    "ProcessPool",
]
