"""What stands above and below the rows of a form: its title, its header, its notes and signatures."""

from __future__ import annotations

from itertools import groupby

from orchestration.sample.enterprises import mobile, person
from orchestration.sample.pages import Dressing, Page
from orchestration.sample.sheets import Cell, Merge
from orchestration.sample.words import fill


def above(dressing: Dressing) -> list[list[Cell]]:
    """The rows above the header: 附件1, the title with its line break, who filled the form in and when."""
    submission = dressing.submission
    if not submission.layout.title:
        return []
    dressing.habits |= {"attachment_line", "title_merged", "filling_line"}
    day = submission.filled_on
    filler = f"填报单位（盖章）：{submission.submitter.name}"
    filled = f"填报日期：{day.year}年{day.month}月{day.day}日"
    gap = [None] * (len(dressing.columns) // 2 - 1)
    return [["附件1："], [submission.title], [filler, *gap, filled]]


def add_header(dressing: Dressing, page: Page) -> None:
    """Add the header: one row, or two with merged groups above."""
    headings: list[Cell] = [column.heading or None for column in dressing.columns]
    if dressing.submission.layout.header_rows == 1:
        page.add(headings[page.start :])
        return
    top, upper = len(page.rows), list(headings)
    for group, run in groupby(enumerate(dressing.columns), key=lambda numbered: numbered[1].group):
        numbers = [number for number, _ in run]
        if group:
            upper[numbers[0] : numbers[-1] + 1] = [group, *(None,) * (len(numbers) - 1)]
            if len(numbers) > 1:
                page.merges.append(Merge(top, numbers[0], top, numbers[-1]))
        else:
            page.merges += [Merge(top, number, top + 1, number) for number in numbers]
    page.add(upper[page.start :])
    page.add([column.heading if column.group else None for column in dressing.columns][page.start :])


def below(dressing: Dressing) -> list[tuple[str, str]]:
    """Each note and signature behind the habit that it shows; who signs is private."""
    if not dressing.submission.layout.notes and dressing.submission.format.suffix != "docx":
        return []
    words, rng = dressing.world.words, dressing.rng
    people = [person(words, rng), person(words, rng)]
    phone = mobile(rng.randint(0, 99_999))
    dressing.private |= {*people, phone}
    signature = fill(rng.choice(words["signatures"]), rng, {"person": people, "phone": phone})
    return [("note_row", rng.choice(words["notes"])), ("signature_row", signature)]
