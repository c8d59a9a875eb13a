"""The one fake of each port that is no database: a Pulumi Cloud and Slack's channels in memory, a clock, and sudden death.

State and inbox are real in tests (`redis` in conftest).
"""

from tests.fakes.clock import FakeClock
from tests.fakes.deaths import Killed, Life, killed_at, mortal
from tests.fakes.pulumi import FakePulumi
from tests.fakes.slack import FakeChannels, FakePeople

__all__ = [
    "FakeChannels",
    "FakeClock",
    "FakePeople",
    "FakePulumi",
    "Killed",
    "Life",
    "killed_at",
    "mortal",
]
