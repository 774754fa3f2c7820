"""From the inbox to raw Parquet: reading strangers' forms, finding their tables, keeping every row with its place.

`taking_in` is the stage as a whole, `parsing` what happens to one file in a child process; below it `reading` gives
sheets, `tables` finds the dataset and the tables, `raw` writes them. `peek` shows the same of one file.
"""

from orchestration.intake.limits import Limits, read_limits
from orchestration.intake.taking_in import IntakeReport, take_in

__all__ = ["IntakeReport", "Limits", "read_limits", "take_in"]
