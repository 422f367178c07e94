"""Made-up scripts at made-up lengths, compared with every length that each of them can have."""

from __future__ import annotations

from pathlib import Path

import pytest
from bounded import bounded
from ranged_scripts import CountedScript, fits, ranged_script

pytestmark = pytest.mark.faults
SPEEDS = (100, 100, 50, 75, 133, 200)


@pytest.mark.parametrize("first", range(0, 400, 50))
def test_lengths_met_or_refused_rightly(tmp_path: Path, first: int) -> None:
    """400 scripts, 1,600 lengths; a longer range gives more."""
    wrong: list[str] = []
    for seed in range(first, first + 50):
        with bounded(seconds=20, megabytes=200):
            wrong += fits(ranged_script(seed, speeds=SPEEDS), tmp_path, tries=4, seed=seed).wrong
    assert wrong == []


@pytest.mark.parametrize("seed", range(40))
def test_many_numbers_traded(tmp_path: Path, seed: int) -> None:
    with bounded(seconds=20, megabytes=400):
        assert fits(CountedScript(seed), tmp_path, tries=3, seed=seed).wrong == []
