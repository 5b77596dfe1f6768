#!/usr/bin/python3
# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Draws character atoms on the 3-sphere, coloured by script. Needs NumPy only.

Usage: sphere.py OUTPUT.png WORD < POINTS

POINTS: one line `codepoint x y z m` per character, as COPY writes them; ASCII must be
among them. The sphere is projected stereographically from the pole M = 1, which keeps circles
circles: the characters in use, which lie near the circle Z = M = 0, become a torus. The lower panel
looks closely at ASCII and follows the letters of WORD from place to place.
"""

import sys
import unicodedata

import numpy

import lettering
import png

WIDTH, TORUS, CLOSE, OVERSAMPLE = 1200, 660, 400, 2
BACKGROUND, INK, FAINT, PATH = (13, 15, 22), (225, 228, 235), (160, 166, 180), (255, 214, 102)
SCRIPTS = (("LATIN", (255, 179, 71)), ("GREEK", (102, 217, 239)), ("CYRILLIC", (255, 105, 130)),
           ("ARABIC", (152, 224, 121)), ("DEVANAGARI", (255, 140, 200)),
           ("ETHIOPIC", (240, 230, 120)), ("HANGUL", (168, 148, 255)), ("YI", (210, 120, 200)),
           ("CJK", (74, 118, 172)), ("other", (128, 132, 142)))


def script(codepoint):
    """Index into SCRIPTS by the first word of the character's name; None where it has no name."""
    name = unicodedata.name(chr(codepoint), "")
    if not name:
        return None
    first = name.split(" ")[0]
    known = [i for i, (label, _) in enumerate(SCRIPTS) if label == first]
    return known[0] if known else len(SCRIPTS) - 1


def stereographic(points):
    return points[:, :3] / (1 - points[:, 3:4])


def view(points, spin, tilt, distance=4.5):
    """Turns about the vertical axis, tips towards the eye, divides by depth: x, y, nearness."""
    x = numpy.cos(spin) * points[:, 0] - numpy.sin(spin) * points[:, 1]
    y = numpy.sin(spin) * points[:, 0] + numpy.cos(spin) * points[:, 1]
    up = y * numpy.cos(tilt) - points[:, 2] * numpy.sin(tilt)
    near = y * numpy.sin(tilt) + points[:, 2] * numpy.cos(tilt)
    return x * distance / (distance - near), up * distance / (distance - near), near


def scatter(canvas, x, y, colour, radius):
    for dy in range(-radius, radius + 1):
        for dx in range(-radius, radius + 1):
            if dx * dx + dy * dy <= radius * radius + 1:
                column, row = (x + dx).astype(int), (y + dy).astype(int)
                inside = ((column >= 0) & (column < canvas.shape[1])
                          & (row >= 0) & (row < canvas.shape[0]))
                canvas[row[inside], column[inside]] = colour[inside]


def halve(canvas):
    height, width = canvas.shape[0] // OVERSAMPLE, canvas.shape[1] // OVERSAMPLE
    return canvas.reshape(height, OVERSAMPLE, width, OVERSAMPLE, 3).mean((1, 3)).astype(
        numpy.uint8)


def blank(height):
    return numpy.zeros((height * OVERSAMPLE, WIDTH * OVERSAMPLE, 3)) + numpy.array(BACKGROUND)


def torus(points, scripts):
    """Far points first; the few characters of small scripts above the many of CJK and Hangul."""
    canvas = blank(TORUS)
    palette = numpy.array([colour for _, colour in SCRIPTS], float)
    x, y, near = view(stereographic(points), spin=0.9, tilt=numpy.radians(52))
    shade = 0.4 + 0.6 * (near - near.min()) / numpy.ptp(near)
    scale = 0.25 * WIDTH * OVERSAMPLE
    column = WIDTH * OVERSAMPLE * 0.54 + scale * x
    row = TORUS * OVERSAMPLE * 0.58 - scale * y
    crowded = numpy.isin(scripts, [6, 8, 9])
    for chosen, radius in ((crowded, 1), (~crowded, 2)):
        order = numpy.flatnonzero(chosen)[numpy.argsort(near[chosen])]
        scatter(canvas, column[order], row[order],
                palette[scripts[order]] * shade[order, None], radius)
    return halve(canvas)


def clearest_plane(points, size):
    """Positions in a box of `size`, seen from where the two closest points are farthest apart.

    The long axis of the cloud lies across the box, tipped a little; the eye goes round that axis.
    """
    axes = numpy.linalg.svd(points - points.mean(0), full_matrices=False)[2][:3]
    along, aside, ahead = (points @ axis for axis in axes)
    best, widest = None, -1.0
    for turn in numpy.linspace(0, numpy.pi, 181):
        for tip in (-0.3, -0.15, 0.15, 0.3):
            depth = numpy.cos(turn) * ahead - numpy.sin(turn) * aside
            flat = numpy.stack((along + tip * depth,
                                numpy.cos(turn) * aside + numpy.sin(turn) * ahead), 1)
            flat = (flat - flat.min(0)) / numpy.ptp(flat, axis=0) * size
            gaps = numpy.linalg.norm(flat[:, None] - flat[None], axis=2)
            closest = gaps[numpy.triu_indices(len(flat), 1)].min()
            if closest > widest:
                best, widest = flat, closest
    return best


def close_up(codepoints, points, word):
    """ASCII as seen from close by, and the path of `word` through it."""
    chosen = (codepoints >= 33) & (codepoints < 127)
    codes, local = codepoints[chosen], points[chosen]
    margin = numpy.array([60, 70])
    place = OVERSAMPLE * (margin + clearest_plane(
        local, numpy.array([WIDTH, CLOSE]) - margin - numpy.array([60, 30])))
    canvas = blank(CLOSE)
    at = {int(code): place[i] for i, code in enumerate(codes)}
    stops = [at[ord(letter)] for letter in word if ord(letter) in at]
    for start, end in zip(stops, stops[1:]):
        steps = numpy.linspace(0, 1, 1 + int(numpy.abs(end - start).max()))[:, None]
        line = start + (end - start) * steps
        scatter(canvas, line[:, 0], line[:, 1], numpy.tile(PATH, (len(line), 1)) * 0.75, 1)
    scatter(canvas, place[:, 0], place[:, 1], numpy.tile(SCRIPTS[0][1], (len(place), 1)), 3)
    picture = halve(canvas)
    for code, (x, y) in at.items():
        on_path = chr(code) in word
        lettering.draw(picture, int(x / OVERSAMPLE) + 5, int(y / OVERSAMPLE) - 16, chr(code),
                       PATH if on_path else FAINT, 2)
    return picture


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.split("\n\n")[1])
    output, word = sys.argv[1:]
    table = numpy.loadtxt(sys.stdin, ndmin=2)
    codepoints = table[:, 0].astype(int)
    scripts = [script(code) for code in codepoints]
    named = numpy.array([s is not None for s in scripts])
    upper = torus(table[named, 1:], numpy.array([s for s in scripts if s is not None]))
    lettering.draw(upper, 24, 20, f"{named.sum()} characters on the 3-sphere", INK, 2)
    for line, (label, colour) in enumerate(SCRIPTS):
        label = label if label == "CJK" else label.capitalize()
        lettering.draw(upper, 24, 56 + 22 * line, label, colour, 2)
    lower = close_up(codepoints, table[:, 1:], word)
    lettering.draw(lower, 24, 12, f'ASCII, and the way of "{word}" through it', INK, 2)
    png.write(output, numpy.vstack([upper, lower]))


if __name__ == "__main__":
    main()
