"""Flame graphs: stacks of `perf script` counted, and drawn as an SVG that zooms by itself."""
import re
from collections import Counter
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

WIDTH, ROW, TOP, CHARACTER = 1600, 17, 60, 7.1
SMALLEST = 0.3  # pixels
KINDS = {"kernel": "#e8a05c", "java": "#9ccf87", "jvm": "#d98b8b", "native": "#ead777", "thread": "#c9c9c9"}
FRAME = re.compile(r"^\s+[0-9a-f]+ (.*) \(([^()]*)(?: \(deleted\))?\)$")
NUMBERED = re.compile(r"[-#]?\d+$")


def folded(text):
    """Counts of stacks, each a tuple of frames from the thread's name up; a frame is `name_[kind]`."""
    counts = Counter()
    for block in text.split("\n\n"):
        lines = block.strip("\n").splitlines()
        if lines:
            frames = [frame(*match.groups()) for match in map(FRAME.match, lines[1:]) if match]
            counts[(f"{NUMBERED.sub('', lines[0].strip())}_[thread]", *reversed(frames))] += 1
    return counts


def frame(symbol, library):
    kind = kind_of(library)
    name = method(symbol) if kind == "java" else symbol
    return f"{name if symbol != '[unknown]' else '[' + library.rpartition('/')[2] + ']'}_[{kind}]".replace(";", ",")


def kind_of(library):
    if library.startswith("[kernel") or library == "[unknown]":
        return "kernel"
    if library.endswith(".map") or library == "anon" or library.startswith("//anon"):
        return "java"
    return "jvm" if library.endswith("libjvm.so") else "native"


def method(symbol):
    """Class and method of a symbol such as `void io.penstock.Some.method(int)`."""
    name = symbol.split("(")[0].strip().rpartition(" ")[2]
    return ".".join(name.split(".")[-2:])


@dataclass
class Node:
    """A frame on its callers, with the samples seen in it or above it."""

    name: str
    count: int = 0
    children: dict = field(default_factory=dict)


def tree(counts):
    root = Node("all_[thread]")
    for stack, count in counts.items():
        node = root
        node.count += count
        for name in stack:
            node = node.children.setdefault(name, Node(name))
            node.count += count
    return root


def depth(node):
    return 1 + max((depth(child) for child in node.children.values()), default=0)


def svg(counts, title):
    root = tree(counts)
    height = TOP + ROW * depth(root) + 10
    boxes = []
    draw(root, 0, 0, WIDTH / root.count, height - 10 - ROW, boxes, root.count)
    legend = "".join(f'<tspan fill="{colour}" dx="14">■</tspan><tspan dx="3">{kind}</tspan>' for kind, colour in KINDS.items())
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
            f'font-family="monospace" font-size="12">\n<rect width="100%" height="100%" fill="#fff"/>\n'
            f'<text x="10" y="22" font-size="15">{escape(title)}: {root.count} samples</text><text y="42">{legend}</text>\n'
            + "\n".join(boxes) + f"\n<script><![CDATA[{SCRIPT}]]></script>\n</svg>\n")


def draw(node, x, level, scale, y, boxes, total):
    """The box of a node, then those on it, by name: the same stacks are at the same places in each graph."""
    width = node.count * scale
    if width < SMALLEST:
        return
    name, _, kind = node.name[:-1].rpartition("_[")
    label = f"{name}: {node.count} samples, {100 * node.count / total:.2f} %"
    boxes.append(f'<g data-x="{x:.2f}" data-w="{width:.2f}" data-level="{level}"><title>{escape(label)}</title>'
                 f'<rect x="{x:.2f}" y="{y}" width="{width:.2f}" height="{ROW - 1}" fill="{KINDS[kind]}" rx="1"/>'
                 f'<text x="{x + 3:.2f}" y="{y + 12}" data-name="{escape(name, {chr(34): "&quot;"})}">'
                 f'{escape(cut(name, width))}</text></g>')
    for child in sorted(node.children.values(), key=lambda child: child.name):
        draw(child, x, level + 1, scale, y - ROW, boxes, total)
        x += child.count * scale


def cut(name, width):
    room = int((width - 6) / CHARACTER)
    return name if len(name) <= room else name[:room - 1] + "…" if room > 2 else ""


# A click on a frame makes it, and those below it, as wide as the picture; one on the lowest shows all again.
SCRIPT = """
const boxes = [...document.querySelectorAll('g[data-w]')].map(g => ({g, x: +g.dataset.x, w: +g.dataset.w, level: +g.dataset.level,
  rect: g.querySelector('rect'), text: g.querySelector('text')}));
const width = %d, character = %s;
function zoom(to) {
  for (const box of boxes) {
    const below = box.level < to.level && box.x <= to.x + 0.01 && box.x + box.w >= to.x + to.w - 0.01;
    const shown = below || (box.level >= to.level && box.x >= to.x - 0.01 && box.x + box.w <= to.x + to.w + 0.01);
    box.g.style.display = shown ? '' : 'none';
    if (!shown) continue;
    const x = below ? 0 : (box.x - to.x) * width / to.w, w = below ? width : box.w * width / to.w;
    box.rect.setAttribute('x', x);
    box.rect.setAttribute('width', w);
    box.text.setAttribute('x', x + 3);
    const name = box.text.dataset.name, room = Math.floor((w - 6) / character);
    box.text.textContent = name.length <= room ? name : room > 2 ? name.slice(0, room - 1) + '…' : '';
  }
}
for (const box of boxes) box.g.addEventListener('click', () => zoom(box));
""" % (WIDTH, CHARACTER)
