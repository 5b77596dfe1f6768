# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""The training text: the King James Bible as the Debian package bible-kjv prints it.

One document is one chapter: a heading line ("Genesis 1"), then one verse a line, without numbers.
Every twentieth chapter is held out: no training run and no tokenizer run ever sees it, so the
losses reported on it are honest for the base model and for everything tuned from it.
"""

import re
import subprocess
from typing import NamedTuple

BOOKS = (
    "Genesis|Exodus|Leviticus|Numbers|Deuteronomy|Joshua|Judges|Ruth|1 Samuel|2 Samuel|1 Kings|"
    "2 Kings|1 Chronicles|2 Chronicles|Ezra|Nehemiah|Esther|Job|Psalms|Proverbs|Ecclesiastes|"
    "Song of Solomon|Isaiah|Jeremiah|Lamentations|Ezekiel|Daniel|Hosea|Joel|Amos|Obadiah|Jonah|"
    "Micah|Nahum|Habakkuk|Zephaniah|Haggai|Zechariah|Malachi|Matthew|Mark|Luke|John|Acts|Romans|"
    "1 Corinthians|2 Corinthians|Galatians|Ephesians|Philippians|Colossians|1 Thessalonians|"
    "2 Thessalonians|1 Timothy|2 Timothy|Titus|Philemon|Hebrews|James|1 Peter|2 Peter|1 John|"
    "2 John|3 John|Jude|Revelation"
).split("|")

GOSPELS = {"Matthew", "Mark", "Luke", "John"}
HELD_OUT_EVERY = 20
VERSE = re.compile(r"(\w+?)(\d+):\d+ (.*)")


class Chapter(NamedTuple):
    book: str
    number: int
    text: str
    held_out: bool


def chapters():
    """All 1189 chapters in canonical order."""
    printed = subprocess.run(
        ["bible", "-f", "gen1:1-rev22:21"], stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=True).stdout
    names, grouped = iter(BOOKS), {}
    abbreviation = book = None
    for line in printed.splitlines():
        short, number, verse = VERSE.fullmatch(line).groups()
        if short != abbreviation:
            abbreviation, book = short, next(names)
        grouped.setdefault((book, int(number)), []).append(verse)
    if len(grouped) != 1189 or next(names, None) is not None:
        raise SystemExit("corpus: `bible` did not print 66 books of 1189 chapters")
    return [
        Chapter(book, number, f"{book} {number}\n" + "\n".join(verses) + "\n",
                index % HELD_OUT_EVERY == HELD_OUT_EVERY // 2)
        for index, ((book, number), verses) in enumerate(grouped.items())]


def select(books=None, held_out=False):
    """The chapters' texts of one split, of the named books only if `books` is given."""
    return [c.text for c in chapters()
            if c.held_out == held_out and (books is None or c.book in books)]
