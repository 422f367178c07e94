"""Engines that fail as real ones do. Each runs in a worker process; `at` is a file that outlives it."""

import os
from pathlib import Path

import numpy as np


def _hello(text, rate):
    return 0.2 * np.sin(np.arange(16_000) * (0.1 + 0.001 * len(text))), 16_000 * rate // 100


def dies(_at):
    def speak(_text, _rate):
        os._exit(7)

    return speak


def hangs(_at):
    def speak(_text, _rate):
        while True:
            os.sched_yield()

    return speak


def refuses(_at):
    def speak(_text, _rate):
        raise ValueError("the larynx is out of order")

    return speak


def will_not_start(_at):
    raise OSError("no larynx found")


def mute(_at):
    return lambda _text, _rate: (np.zeros(8_000), 16_000)


def dies_once(at):
    """The first process dies when it speaks; the next one works."""

    def speak(text, rate):
        try:
            Path(at).touch(exist_ok=False)
        except FileExistsError:
            return _hello(text, rate)
        os._exit(7)

    return speak


def counts(at):
    """Writes a line for every text spoken."""

    def speak(text, rate):
        with Path(at).open("a") as file:
            file.write(f"{text}\n")
        return _hello(text, rate)

    return speak


def hangs_at_no_3(at):
    """Writes its process number when it hangs."""

    def speak(text, rate):
        while "no 3" in text:
            Path(at).write_text(f"{os.getpid()}\n")
        return _hello(text, rate)

    return speak


def refuses_no_3(_at):
    """Refuses that text and stays alive."""

    def speak(text, rate):
        if "no 3" in text:
            raise ValueError("the larynx is out of order")
        return _hello(text, rate)

    return speak


def dies_of_no_3(_at):
    """Dies when it speaks that text."""

    def speak(text, rate):
        if "no 3" in text:
            os._exit(7)
        return _hello(text, rate)

    return speak
