"""A submission that was sent too early: its submitter sends it again, whole, as a correction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from orchestration.sample.submissions import Submission

_MARK, _CORRECTED = "（样例）", "（更正，样例）"
_MISSING = 3


def with_a_first_try(submissions: Sequence[Submission], position: int) -> list[Submission]:
    """The submissions of a dataset, one of them now a correction, and before it the file that it corrects.

    The first try lacks every third row. `position` tells datasets apart.
    """
    from_cities = [each for each in submissions if each.submitter.city and not each.supplement]
    corrected = from_cities[(position * 5 + 3) % len(from_cities)]
    first_try = replace(corrected, entries=[e for n, e in enumerate(corrected.entries, 1) if n % _MISSING])
    correction = replace(corrected, path=corrected.path.replace(_MARK, _CORRECTED), corrects=corrected.path)
    return [other for each in submissions for other in ((first_try, correction) if each is corrected else (each,))]
