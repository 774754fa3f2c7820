"""Draws the plot of the docs from a record.

    python plot.py RECORD.json OUT.svg

Needs matplotlib, and nothing of Fuzhi.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter

# Okabe–Ito; told apart by their marks as well.
LOOKS = {"by hand": ("#D55E00", "s"), "bare": ("#009E73", "^"), "fuzhi run": ("#0072B2", "o")}


def main(record: Path, target: Path) -> None:
    """Time over rows, both logarithmic, a line per way: the median of the rounds, with each round as a faint mark."""
    # The same record gives the same file.
    mpl.rcParams.update({"svg.hashsalt": "fuzhi", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 11})
    measured = [one for one in json.loads(record.read_text("utf-8"))["measurements"] if one["what"] == "csv"]
    figure, axes = plt.subplots(figsize=(7.2, 4.6), layout="constrained")
    for way, (colour, mark) in LOOKS.items():
        own = [one for one in measured if one["way"] == way]
        sizes = sorted({one["size"] for one in own})
        medians = [median(one["wall"] for one in own if one["size"] == size) for size in sizes]
        axes.plot([one["size"] for one in own], [one["wall"] for one in own], mark, color=colour, alpha=0.25, ms=4)
        axes.plot(sizes, medians, marker=mark, color=colour, lw=1.8, ms=6)
        if sizes:
            at = (sizes[-1], medians[-1])
            axes.annotate(
                f"{way} {medians[-1]:.1f} s", at, (9, 0), textcoords="offset points", color=colour, va="center"
            )
    axes.set(xscale="log", yscale="log", xlabel="rows of one CSV", ylabel="seconds, wall time")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.12g}"))
    axes.grid(which="major", color="#dddddd", lw=0.7)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.12)
    figure.savefig(target, format="svg", metadata={"Date": None, "Title": "Time by rows, three ways"})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
