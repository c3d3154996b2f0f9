"""Draws what bench/growth has measured: plots.py growth.json FILE.png FILE.svg. Needs matplotlib."""
import json
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as pyplot  # noqa: E402: the backend is chosen before


def by_size(axes, cells, series, title, unit):
    """A panel of values by number of connections, from zero, with room for a fifth more."""
    sizes = [int(n) for n in cells]
    for key, label in series.items():
        seen = {int(n): cell[key] for n, cell in cells.items() if key in cell}
        axes.plot(list(seen), list(seen.values()), marker="o", label=label)
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{n:,}" for n in sizes])
    axes.minorticks_off()
    axes.set_ylim(0, 1.2 * max(cell[key] for cell in cells.values() for key in series if key in cell))
    axes.set(title=title, xlabel="connections", ylabel=unit)
    axes.grid(alpha=0.3)
    axes.legend()


def by_cores(axes, cells):
    """How much two cores do of what one does."""
    bars = axes.bar(list(cells), [cell["gain"] for cell in cells.values()], width=0.5)
    axes.bar_label(bars, fmt="%.2f")
    axes.axhline(2, color="grey", linestyle="--", label="twice")
    axes.axhline(1.7, color="grey", linestyle=":", label="the bar")
    axes.set_ylim(0, 2.4)
    axes.set(title="two cores over one, by CPU per unit")
    axes.legend(loc="lower right")


def main():
    source, *files = sys.argv[1:]
    with open(source) as file:
        seen = json.load(file)
    figure, panels = pyplot.subplots(1, 3, figsize=(14, 4.2), layout="constrained")
    by_size(panels[0], seen["lines"], {"ns": "100-byte line"}, "CPU for a line", "ns")
    by_size(panels[1], seen["idle"], {"heap": "live heap", "resident": "resident"}, "an idle connection", "KiB")
    by_cores(panels[2], seen["cores"])
    figure.suptitle(f"{seen['machine'].splitlines()[0]}, engine {seen['engine']}", fontsize=9)
    for file in files:
        figure.savefig(file, dpi=120)


if __name__ == "__main__":
    main()
