"""The tables of `bench/compare`."""
from works import RATIO_TARGETS, TARGETS, WORKS

NOTHING = "–"


def section(title, engine, rows, ours, rival):
    """Ours (one build or several) beside Netty, with targets. `rows` holds cells by work and lane."""
    head = "".join(f"{name:>10}" for name in [*ours, rival]) + "".join(f"{'ratio':>7}" for _ in ours)
    lines = [title, f"{'':31}{head}  {'target':<9}{'':<9}  generator   load"]
    lines += [row(work, rows[work.name], engine, ours, rival) for work in WORKS if work.name in rows]
    return "\n".join(lines + reasons(rows))


def row(work, cells, engine, ours, rival):
    ratios = [ratio(cells[name], cells[rival]) for name in ours]
    target, marks = judged(work, engine, [cells[name] for name in ours], ratios)
    return (label(work) + "".join(f"{value(work, cells[name]):>10}" for name in [*ours, rival])
            + "".join(f"{NOTHING if one is None else f'{one:.2f}':>7}" for one in ratios)
            + f"  {target:<9}{', '.join(marks):<9}  {generator(cells, ours, rival)}").rstrip()


def judged(work, engine, cells, ratios):
    """The target in words, and for each build whether it is met."""
    if work.name in TARGETS[engine]:
        target = TARGETS[engine][work.name]
        return f"{target} {work.unit}", [mark(cell.get("median"), target) for cell in cells]
    if work.name in RATIO_TARGETS[engine]:
        target = RATIO_TARGETS[engine][work.name]
        return f"{target:.2f}", [mark(one, target) for one in ratios]
    return "", []


def mark(seen, target):
    return NOTHING if seen is None else "met" if seen <= target else "NOT MET"


def ratio(cell, other):
    return None if "failed" in cell or "failed" in other else cell["median"] / other["median"]


def label(work):
    return f"{work.title:<27}{work.unit:<4}"


def value(work, cell):
    return NOTHING if cell is None or "failed" in cell else f"{cell['median']:.{work.digits}f}"


def generator(cells, ours, rival):
    """The generator's share of its core beside each server, and the load average."""
    told = [cells[name] for name in [*ours, rival] if "generator" in cells[name]]
    if not told:
        return ""
    loads = [load for cell in told for load in cell["load"]]
    shares = " ".join(f"{cell['generator']:.2f}" for cell in told)
    return f"{shares:<10}  {min(loads):.1f} to {max(loads):.1f}"


def everybody(title, names, rows):
    """All servers side by side, each in a column."""
    widths = {name: max(9, len(name) + 2) for name in names}
    lines = [title, f"{'':31}" + "".join(f"{name:>{width}}" for name, width in widths.items())]
    for work in WORKS:
        cells = rows.get(work.name, {})
        if cells:
            lines.append(label(work) + "".join(f"{value(work, cells[name]) if name in cells else '':>{width}}"
                                               for name, width in widths.items()).rstrip())
    return "\n".join(lines)


def reasons(rows):
    """A line for each cell that has no value."""
    return [f"{NOTHING} {name}, {work}: {' '.join(cell['failed'].split())}" for work, cells in rows.items()
            for name, cell in cells.items() if "failed" in cell and work != "p99"]
