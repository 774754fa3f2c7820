"""What Dagster loads. Whoever has settings of their own calls `orchestration.assets.everything.definitions`."""

from orchestration.assets.everything import definitions
from orchestration.settings import Settings

defs = definitions(Settings.from_environment())
