"""Settings for every test: a slow machine is no failing property, so Hypothesis measures no time."""

from hypothesis import settings

settings.register_profile("office", deadline=None)
settings.load_profile("office")
