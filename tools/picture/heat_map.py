#!/usr/bin/python3
# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Draws a matrix as a heat map: zero white, positive red, negative blue. Needs NumPy only.

Usage: heat_map.py OUTPUT.png ROWS COLUMNS TITLE < VALUES

VALUES: ROWS x COLUMNS numbers in row order, separated by white space, as COPY writes them.
The colours saturate at the 99.5th percentile of the magnitudes, which the legend names: single
large weights would otherwise bleach everything else.
"""

import sys

import numpy

import lettering
import png

INK, PAPER, MARGIN, BAR = (40, 44, 52), 255, 24, 12
POSITIVE, NEGATIVE = numpy.array([178.0, 24, 43]), numpy.array([33.0, 82, 148])


def colours(values):
    """[-1, 1] -> RGB."""
    strength = numpy.sqrt(numpy.abs(values))[..., None]  # the eye sees small differences near zero
    end = numpy.where(values[..., None] >= 0, POSITIVE, NEGATIVE)
    return (255 + (end - 255) * strength).astype(numpy.uint8)


def draw(matrix, title):
    rows, columns = matrix.shape
    limit = float(numpy.quantile(numpy.abs(matrix), 0.995)) or 1.0
    scale = max(1, min(1200 // columns, 800 // rows))
    body = numpy.kron(numpy.clip(matrix / limit, -1, 1), numpy.ones((scale, scale)))
    height, width = body.shape
    inner = max(width, 640, lettering.width(title, 2))
    picture = numpy.full((height + 5 * MARGIN + BAR, inner + 2 * MARGIN, 3), PAPER, numpy.uint8)
    lettering.draw(picture, MARGIN, MARGIN - 4, title, INK, 2)
    top = 2 * MARGIN + 6
    picture[top:top + height, MARGIN:MARGIN + width] = colours(body)
    bar_top, bar_width = top + height + MARGIN, 240
    bar = numpy.tile(numpy.linspace(-1, 1, bar_width), (BAR, 1))
    picture[bar_top:bar_top + BAR, MARGIN:MARGIN + bar_width] = colours(bar)
    low, high = f"{-limit:.3g}", f"{limit:.3g}"
    below = bar_top + BAR + 6
    lettering.draw(picture, MARGIN, below, low, INK, 1)
    lettering.draw(picture, MARGIN + bar_width // 2 - 3, below, "0", INK, 1)
    lettering.draw(picture, MARGIN + bar_width - lettering.width(high), below, high, INK, 1)
    facts = (f"{rows} rows x {columns} columns   mean {matrix.mean():.2g}   "
             f"deviation {matrix.std():.3g}")
    lettering.draw(picture, MARGIN + bar_width + 20, bar_top + 2, facts, INK, 1)
    return picture


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__.split("\n\n")[1])
    output, rows, columns, title = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    values = numpy.array(sys.stdin.read().split(), dtype=float)
    if values.size != rows * columns:
        sys.exit(f"heat_map: {values.size} values read, {rows} x {columns} expected")
    png.write(output, draw(values.reshape(rows, columns), title))


if __name__ == "__main__":
    main()
