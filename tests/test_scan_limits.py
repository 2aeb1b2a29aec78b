"""A long scan may take longer than a Word file, by as much as its pages ask for, and no longer."""

import time

import pytest

from ingest.patience import ask_for
from ingest.runner import run_limited
from schemas.errors import Refused
from schemas.office import Settings

SHORT = Settings(wall_seconds=3)


def work_long_after_asking(seconds: float) -> str:
    ask_for(60)
    time.sleep(seconds)
    return "xong"


def ask_for_a_moment(seconds: float) -> str:
    ask_for(0.5)
    time.sleep(seconds)
    return "xong"


def test_a_reader_that_asked_for_time_gets_it():
    assert run_limited(work_long_after_asking, 5, SHORT) == "xong"


def test_a_reader_that_asked_for_less_than_it_takes_is_stopped():
    with pytest.raises(Refused) as caught:
        run_limited(ask_for_a_moment, 600, SHORT)
    assert caught.value.code == "TOO_SLOW"
    assert "3.5 giây" in caught.value.message
