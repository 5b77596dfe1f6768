# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""Draws the loss curves. Usage: plot_loss.py WORK_DIRECTORY OUTPUT.png (needs matplotlib)"""

import csv
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (the backend must be chosen first)

TRAIN, HELD_OUT = "#9db4c0", "#1f4e79"
PANELS = (("base", "base, on the whole text"), ("psalms", "psalms, on held-out Psalms"),
          ("proverbs", "proverbs, on held-out Proverbs"),
          ("gospels-lora", "gospels-lora, on held-out Gospels"))


def draw(axis, path, title, with_training):
    with open(path, newline="") as file:
        rows = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]
    steps = [row["step"] for row in rows]
    if with_training:
        axis.plot(steps[1:], [row["train_loss"] for row in rows[1:]],
                  color=TRAIN, lw=1.4)
    axis.plot(steps, [row["held_out_loss"] for row in rows], color=HELD_OUT, lw=1.8)
    axis.set_title(title, loc="left", fontsize=10)
    axis.annotate(f"{rows[-1]['held_out_loss']:.2f}", (steps[-1], rows[-1]["held_out_loss"]),
                  textcoords="offset points", xytext=(5, -3), color=HELD_OUT, fontsize=9)
    axis.grid(axis="y", color="#e5e5e5", lw=0.6)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)
    axis.margins(y=0.2)
    axis.tick_params(labelsize=8)


def main(work, output):
    pyplot.rcParams.update({"font.family": "DejaVu Sans", "svg.hashsalt": "0"})
    figure = pyplot.figure(figsize=(9.6, 4.4), dpi=120)
    grid = figure.add_gridspec(3, 2, width_ratios=(1.7, 1), hspace=0.75, wspace=0.18,
                               left=0.065, right=0.96, top=0.9, bottom=0.12)
    base = figure.add_subplot(grid[:, 0])
    draw(base, work / "base-log.csv", PANELS[0][1], True)
    base.set_ylim(2.2, 5.5)
    base.set_ylabel("loss, nats per token", fontsize=9)
    base.set_xlabel("step", fontsize=9)
    base.plot([], [], color=TRAIN, label="training text")
    base.plot([], [], color=HELD_OUT, label="held-out chapters")
    base.legend(frameon=False, fontsize=9)
    for row, (label, title) in enumerate(PANELS[1:]):
        draw(figure.add_subplot(grid[row, 1]), work / f"{label}-log.csv", title, False)
    figure.savefig(output, metadata={"Software": None})


if __name__ == "__main__":
    main(*map(pathlib.Path, sys.argv[1:3]))
