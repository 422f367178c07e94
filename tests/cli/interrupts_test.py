"""SIGTERM in the command line."""

from __future__ import annotations

import signal

import pytest

from voicecoach.cli.interrupts import raise_on_sigterm


def test_sigterm_raises_unless_ignored() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        raise_on_sigterm()
        with pytest.raises(SystemExit) as ended:
            signal.raise_signal(signal.SIGTERM)
        assert ended.value.code == 143
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise_on_sigterm()
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
