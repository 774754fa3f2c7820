"""How each kind of cell is got wrong: one function for each code of the registry, and the fields that it fits."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from orchestration.sample.enterprises import landline, mobile, numeric_uscc, person, uscc_check_character
from orchestration.sample.occasions import Mistake, Occasion, Room
from orchestration.sample.values import AMOUNTS
from orchestration.sample.words import fill

_LONG_TEXT = 500


def _nothing(at: Occasion) -> Mistake:
    return Mistake(None if at.field.kind in ("name", "text") else at.one_of((None, "—", "/")))


def _what_a_broken_formula_shows(at: Occasion) -> Mistake:
    return Mistake(at.one_of(at.wrong["error"]))


def _uscc_of_other_characters(at: Occasion) -> Mistake:
    code = at.row.enterprise.uscc
    return Mistake(at.one_of((code[:-1], f"{code[:9]}O{code[10:]}", f"{code}0", f"{code[:8]}I{code[9:]}")))


def _uscc_with_another_last_character(at: Occasion) -> Mistake:
    body = at.row.enterprise.uscc[:-1]
    return Mistake(body + at.one_of([c for c in "0123456789ABCDEFGH" if c != uscc_check_character(body)]))


def _uscc_kept_as_a_number(at: Occasion) -> Mistake:
    return Mistake(float(numeric_uscc(at.row.enterprise.county)))


def _no_such_day(at: Occasion) -> Mistake:
    return Mistake(at.one_of(at.wrong["date"]))


def _a_word_for_a_number(at: Occasion) -> Mistake:
    return Mistake(at.one_of(at.wrong["number"]))


def _about_so_many(at: Occasion) -> Mistake:
    low = at.rng.randint(20, 60)
    return Mistake(at.one_of(at.wrong["approximate"]).format(n=low, m=low + 20))


def _half_a_thing(at: Occasion) -> Mistake:
    return Mistake(value=at.rng.randint(20, 400) + Decimal("0.5"))


def _neither_yes_nor_no(at: Occasion) -> Mistake:
    return Mistake(at.one_of(at.wrong["boolean"]))


def _too_little(at: Occasion) -> Mistake:
    return Mistake(value=Decimal(at.field.constraint("minimum")) - at.rng.randint(2, 9))


def _too_much(at: Occasion) -> Mistake:
    return Mistake(value=Decimal(at.field.constraint("maximum")) + at.rng.randint(2, 60))


def _one_character(at: Occasion) -> Mistake:
    return Mistake("样")


def _over_and_over(at: Occasion) -> Mistake:
    # Well beyond the limit, so that it stays so without the blanks that cleaning takes away.
    length = int(at.field.constraint("maxLength")) * 6 // 5 + 20
    return Mistake(value=at.text * (length // len(at.text) + 1))


def _not_to_be_chosen(at: Occasion) -> Mistake:
    word = at.one_of([w for w in at.wrong[at.field.kind] if w not in at.field.categories])
    return Mistake(f"{at.field.categories[0]}、{word}" if at.field.kind == "set" else word)


def _not_in_the_code_list(at: Occasion) -> Mistake:
    ways = at.wrong["code"].get(at.codes.name, ["样例代码"])
    return Mistake(at.one_of([text for text in ways if not at.codes.named(text)]))


def _as_it_was_called_before(at: Occasion) -> Mistake:
    entry = at.one_of([e for e in at.codes.retired if e.replaced_by == at.row.values[at.field.name]])
    return Mistake(entry.code if at.turn % 3 == 2 else entry.name)


def _of_another_parent(at: Occasion) -> Mistake:
    parent = at.row.values[str(at.field.within)]
    ways = [entry.name for entry in at.codes.present if entry.parent != parent and at.codes.plain(entry.name)]
    return Mistake(at.rng.choice(ways))


def _of_another_submitters_city(at: Occasion) -> Mistake:
    # Nothing is wrong with the cell but who sends it.
    return Mistake(value=at.row.values[at.field.name])


def _with_a_way_to_reach_somebody(at: Occasion) -> Mistake:
    serial = at.rng.randint(0, 99_999)
    slots = {
        "mobile": mobile(serial),
        "landline": landline(at.words["cities"][at.row.enterprise.city]["area"], serial),
        "email": f"lianxi{serial:05d}@example.com",
        "person": person(at.words, at.rng),
    }
    template = at.one_of(at.wrong["personal"])
    used = tuple(value for name, value in slots.items() if f"{{{name}}}" in template)
    return Mistake(value=at.text.rstrip("。") + fill(template, at.rng, slots), private=used)


def _number_too_short_or_too_long(at: Occasion) -> Mistake:
    number = fill(at.one_of(at.wrong["phone"]), at.rng, {})
    return Mistake(number, private=(number,))


def _address_cut_short(at: Occasion) -> Mistake:
    address = fill(at.one_of(at.wrong["email"]), at.rng, {})
    return Mistake(address, private=(address,))


def _no_such_month(at: Occasion) -> Mistake:
    return Mistake(at.one_of(at.wrong["month"]))


def _one_item_too_many(at: Occasion) -> Mistake:
    number = int(at.field.constraint("maxItems")) + 1
    items = at.field.categories or [f"样例{at.field.title}{n}" for n in range(1, number + 1)]
    return Mistake(value=tuple(items[:number]))


def _nowhere_registered(at: Occasion) -> Mistake:
    return Mistake(value=f"样例未登记{at.field.title}{at.rng.randint(1000, 9999)}")


def _kind(*kinds: str) -> Callable[[Room], bool]:
    return lambda room: room.field.kind in kinds


def _constraint(name: str) -> Callable[[Room], bool]:
    return lambda room: room.field.constraint(name) is not None


def _published_formula(room: Room) -> bool:
    return room.field.public and room.field.kind in AMOUNTS


def _retired(room: Room) -> bool:
    return room.field.codes is not None and bool(room.lists[room.field.codes].retired)


def _published_text(room: Room) -> bool:
    field = room.field
    return field.public and field.kind == "text" and (field.constraint("maxLength") or _LONG_TEXT) >= _LONG_TEXT


def _limited_items(room: Room) -> bool:
    limit, categories = room.field.constraint("maxItems"), room.field.categories
    return limit is not None and (room.field.kind == "list" or len(categories) > limit)


def _last_of_a_reference(room: Room) -> bool:
    ends = {reference.fields[-1] for reference in room.contract.references}
    return room.field.name in ends and room.field.kind in ("name", "text")


# code: (the fields that it fits, how it is done)
MISTAKES: dict[str, tuple[Callable[[Room], bool], Callable[[Occasion], Mistake]]] = {
    "required_missing": (lambda room: room.field.required, _nothing),
    "uscc_malformed": (_kind("uscc"), _uscc_of_other_characters),
    "uscc_check_character": (_kind("uscc"), _uscc_with_another_last_character),
    "digits_lost": (_kind("uscc"), _uscc_kept_as_a_number),
    "date_unreadable": (_kind("date"), _no_such_day),
    "month_unreadable": (_kind("month"), _no_such_month),
    "number_unreadable": (_kind(*AMOUNTS, "year"), _a_word_for_a_number),
    "number_approximate": (_kind(*AMOUNTS), _about_so_many),
    "number_not_whole": (_kind("integer"), _half_a_thing),
    "boolean_unreadable": (_kind("boolean"), _neither_yes_nor_no),
    "below_minimum": (_constraint("minimum"), _too_little),
    "above_maximum": (_constraint("maximum"), _too_much),
    "too_short": (_constraint("minLength"), _one_character),
    "too_long": (_constraint("maxLength"), _over_and_over),
    "too_many_items": (_limited_items, _one_item_too_many),
    "not_in_list": (_kind("choice", "set"), _not_to_be_chosen),
    "code_unknown": (_kind("code"), _not_in_the_code_list),
    "code_retired": (_retired, _as_it_was_called_before),
    "outside_scope": (lambda room: room.field.scoped, _of_another_submitters_city),
    "outside_parent": (lambda room: room.field.within is not None, _of_another_parent),
    "reference_unknown": (_last_of_a_reference, _nowhere_registered),
    "personal_data": (_published_text, _with_a_way_to_reach_somebody),
    "phone_unreadable": (_kind("phone"), _number_too_short_or_too_long),
    "email_unreadable": (_kind("email"), _address_cut_short),
    "error_cell": (_published_formula, _what_a_broken_formula_shows),
}
