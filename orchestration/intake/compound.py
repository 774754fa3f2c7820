"""Compound files, which xls are (MS-CFB): whether all of one has arrived, and the stream of its workbook."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from functools import cached_property

from orchestration.intake.issues import Refusal

# Sector numbers above this one are marks: free, end of chain, a sector of the table itself (MS-CFB 2.1).
_LAST_SECTOR = 0xFFFFFFFA
_FREE = 0xFFFFFFFF
_HEADER, _ENTRY = 512, 128


class CompoundFile:
    """A compound file, given whole. Raises Refusal: file_truncated, file_unreadable."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        if len(content) < _HEADER:
            raise Refusal("file_truncated")
        self._shift: int
        self._shift, mini_shift = struct.unpack_from("<HH", content, 30)
        if not (self._shift in (9, 12) and mini_shift == 6):
            raise Refusal("file_unreadable", "OLE")
        self._first_entry, self._mini_cutoff, self._first_mini = struct.unpack_from("<I4xII", content, 48)
        self._first_of_table, self._sectors_of_table = struct.unpack_from("<II", content, 68)
        used = next((n for n in range(len(self._table) - 1, -1, -1) if self._table[n] != _FREE), -1)
        # The last sector may be cut short, as some programs leave it, behind what it is there for.
        there = len(content) - ((used + 1) << self._shift)
        if there < 1 << self._shift and (there <= 0 or there < self._needed(used)):
            raise Refusal("file_truncated")

    def stream(self, *names: str) -> bytes:
        """The content of the first of these streams that there is, in whatever case; nothing where there is none."""
        entries = list(self._entries())
        named = {name: (first, size) for name, first, size in entries}
        first, size = next((named[name.upper()] for name in names if name.upper() in named), (0, 0))
        if size >= self._mini_cutoff:
            return self._chain(first)[:size]
        return self._short(first, entries[0][1])[:size] if size else b""

    def _entries(self) -> Iterator[tuple[str, int, int]]:
        """The directory: a name in upper case, the first sector of its stream, and how many bytes that has.

        The first is the root, whose stream holds all the short ones (MS-CFB 2.6.2).
        """
        directory = self._chain(self._first_entry)
        for start in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            length, first, size = struct.unpack_from("<64xH50xII", directory, start)
            yield directory[start : start + max(length - 2, 0)].decode("utf-16-le", "replace").upper(), first, size

    def _needed(self, sector: int) -> int:
        """How many bytes of a sector belong to a stream that ends in it; all of them where none does."""
        whole = 1 << self._shift
        for number, (_, first, size) in enumerate(self._entries()):
            numbers = _followed(first, self._table) if number == 0 or size >= self._mini_cutoff else []
            if numbers and numbers[-1] == sector:
                return min(max(size - (len(numbers) - 1) * whole, 0), whole)
        return whole

    @cached_property
    def _table(self) -> array[int]:
        """Which sector follows each sector, or what it is."""
        (*places,) = struct.unpack_from("<109I", self._content, 76)
        further = self._first_of_table
        for _ in range(min(self._sectors_of_table, len(self._content) >> self._shift)):
            *more, further = _numbers(self._whole_sector(further))
            places += more
        table = array("I")
        for place in places:
            if place < _LAST_SECTOR:
                table += _numbers(self._whole_sector(place))
        return table

    def _sector(self, number: int) -> bytes:
        start = (number + 1) << self._shift
        if start >= len(self._content):
            raise Refusal("file_truncated")
        return self._content[start : start + (1 << self._shift)]

    def _whole_sector(self, number: int) -> bytes:
        sector = self._sector(number)
        if len(sector) < 1 << self._shift:
            raise Refusal("file_truncated")
        return sector

    def _chain(self, first: int) -> bytes:
        return b"".join(map(self._sector, _followed(first, self._table)))

    def _short(self, first: int, root: int) -> bytes:
        """A stream that is kept in pieces of 64 bytes inside the root's own."""
        pieces = self._chain(root)
        follow = _followed(first, _numbers(self._chain(self._first_mini)))
        return b"".join(pieces[number * 64 : number * 64 + 64] for number in follow)


def _followed(first: int, table: array[int]) -> list[int]:
    numbers: list[int] = []
    while first < _LAST_SECTOR:
        if first >= len(table) or len(numbers) > len(table):
            raise Refusal("file_unreadable", "OLE")
        numbers.append(first)
        first = table[first]
    return numbers


def _numbers(sectors: bytes) -> array[int]:
    return array("I", struct.unpack(f"<{len(sectors) // 4}I", sectors[: len(sectors) // 4 * 4]))
