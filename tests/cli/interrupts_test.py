"""SIGTERM, as the command line takes it."""

from __future__ import annotations

import signal

import pytest

from voicecoach.cli.interrupts import unwinding


def test_it_unwinds_unless_it_was_ignored() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        unwinding()
        with pytest.raises(SystemExit) as ended:
            signal.raise_signal(signal.SIGTERM)
        assert ended.value.code == 143
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        unwinding()
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
