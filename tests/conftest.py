"""Settings for every test: a slow machine is no failing property, so Hypothesis measures no time."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.shared_store import Server, postgres

settings.register_profile("office", deadline=None)
settings.load_profile("office")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL, for warehouses that several offices share."""
    with postgres() as running:
        yield running
