# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Small lettering for pictures: printable ASCII in cells of 6 x 9 pixels, drawn below as it looks.

The sheet holds sixteen characters a band in code order from the space on; a cell is five columns
and a gap, nine rows of which the last two are for descenders. A dot keeps an empty row.
"""

import numpy

SHEET = """
        #    # #          #   ##     ##     #      #   #                                      #
        #    # #   # #   #### ##  # #  #    #     #     #     #     #                         #
        #         ##### # #      #  # #    #     #       #  # # #   #                        #
        #          # #   ###    #    #           #       #   ###  #####       #####         #
                  #####   # #  #    # # #        #       #  # # #   #                      #
        #          # #  ####  #  ## #  #          #     #     #     #     #               #
                          #      ##  ## #          #   #                  #           #   #
                                                                         #
.
 ###    #    ###  ##### #   # #####  ###  #####  ###   ###                 #         #     ###
#   #  ##   #   #    #  #   # #     #         # #   # #   #               #           #   #   #
#   #   #       #   #   #   # ####  #        #  #   # #   #   #     #    #    #####    #      #
# # #   #      #   ##   ##### #   # ####    #    ###   ####             #               #    #
#   #   #     #      #      #     # #   #  #    #   #     #              #    #####    #    #
#   #   #    #   #   #      # #   # #   #  #    #   #     #   #     #     #           #
 ###   ###  #####  ##       #  ###   ###   #     ###   ###          #      #         #      #
                                                                   #
.
 ###   ###  ####   ###  ####  ##### #####  ###  #   #  ###      # #   # #     #   # #   #  ###
#   # #   # #   # #   # #   # #     #     #   # #   #   #       # #  #  #     ## ## ##  # #   #
# ### #   # #   # #     #   # #     #     #     #   #   #       # # #   #     # # # # # # #   #
# # # ##### ####  #     #   # ####  ####  # ### #####   #       # ##    #     # # # #  ## #   #
# ### #   # #   # #     #   # #     #     #   # #   #   #       # # #   #     #   # #   # #   #
#     #   # #   # #   # #   # #     #     #   # #   #   #   #   # #  #  #     #   # #   # #   #
 ###  #   # ####   ###  ####  ##### #      ###  #   #  ###   ###  #   # ##### #   # #   #  ###
.
.
####   ###  ####   ###  ##### #   # #   # #   # #   # #   # #####  ##   #      ##     #
#   # #   # #   # #   #   #   #   # #   # #   #  # #  #   #     #  #    #       #    # #
#   # #   # #   # #       #   #   # #   # #   #   #    # #     #   #     #      #   #   #
####  #   # ####   ###    #   #   # #   # # # #   #     #     #    #      #     #
#     # # # # #       #   #   #   #  # #  # # #   #     #    #     #       #    #
#     #  #  #  #  #   #   #   #   #  # #  ## ##  # #    #   #      #        #   #
#      ## # #   #  ###    #    ###    #   #   # #   #   #   #####  ##       #  ##
                                                                                          #####
.
 #          #               #         ##        #       #      #  #      ##
  #         #               #        #          #                 #       #
       ###  ####   ###   ####  ###   ###   #### ####   ##     ##  #  #    #   ## #  ####   ###
          # #   # #     #   # #   #  #    #   # #   #   #      #  # #     #   # # # #   # #   #
       #### #   # #     #   # #####  #    #   # #   #   #      #  ##      #   # # # #   # #   #
      #   # #   # #     #   # #      #    #   # #   #   #      #  # #     #   # # # #   # #   #
       #### ####   ###   ####  ###   #     #### #   #  ###     #  #  #   ###  # # # #   #  ###
                                              #             #  #
                                           ###               ##
                          #                                          #    #    #
                          #                                         #     #     #
####   #### # ##   #### ####  #   # #   # #   # #   # #   # #####   #     #     #
#   # #   # ##    #       #   #   # #   # #   #  # #  #   #    #   #      #      #   #
#   # #   # #      ###    #   #   # #   # # # #   #   #   #   #     #     #     #   # # #
#   # #   # #         #   #   #  ##  # #  # # #  # #  #   #  #      #     #     #      #
####   #### #     ####     ##  ## #   #    # #  #   #  #### #####    #    #    #
#         #                                               #               #
#         #                                            ###
"""


def _cells():
    rows = [row.ljust(96) for row in SHEET.strip("\n").split("\n")]
    cells = [[[mark == "#" for mark in row[6 * i:6 * i + 6]] for row in rows[9 * band:9 * band + 9]]
             for band in range(6) for i in range(16)]
    return numpy.array(cells[:95])


GLYPHS = _cells()


def mask(text):
    """The text as a boolean array [9, 6 * characters]; other characters than ASCII become `?`."""
    codes = [ord(c) - 32 if 32 <= ord(c) < 127 else ord("?") - 32 for c in text]
    return numpy.hstack([GLYPHS[code] for code in codes]) if codes else numpy.zeros((9, 0), bool)


def draw(pixels, x, y, text, colour, scale=1):
    """Letters `text` onto `pixels` with its top left corner at (x, y); cut at the edges."""
    shape = numpy.kron(mask(text), numpy.ones((scale, scale), bool))
    height = max(0, min(shape.shape[0], pixels.shape[0] - y))
    width = max(0, min(shape.shape[1], pixels.shape[1] - x))
    pixels[y:y + height, x:x + width][shape[:height, :width]] = colour


def width(text, scale=1):
    return 6 * scale * len(text)
