#!/usr/bin/env python3
"""ansi-to-svg.py - a terminal's screen (tmux capture-pane -e -p) on standard input, as an SVG on standard output.

Every character stands on a grid of cells; lines and blocks are drawn, not taken from the font, so that they join.
Usage: ansi-to-svg.py WIDTH HEIGHT [TITLE] <screen.ansi >screen.svg
"""
import re
import sys
import unicodedata
from xml.sax.saxutils import escape

CELL_W, CELL_H, FONT_SIZE = 10, 20, 16.6  # DejaVu Sans Mono is 0.602 em wide
PAD = 16
BACKGROUND, FOREGROUND = "#16191f", "#d3d7de"
PALETTE = [
    "#2a2f38", "#e06c75", "#8fc379", "#e0b569", "#63a8ee", "#c980dd", "#56b6c2", "#c8ccd4",
    "#6b7280", "#f28b92", "#a9d893", "#f0cd86", "#8ac2ff", "#dda0ee", "#7fd5df", "#ffffff",
]


def colour_256(n):
    if n < 16:
        return PALETTE[n]
    if n >= 232:
        return "#{0:02x}{0:02x}{0:02x}".format(8 + (n - 232) * 10)
    n -= 16
    levels = [0, 95, 135, 175, 215, 255]
    return "#%02x%02x%02x" % (levels[n // 36], levels[n // 6 % 6], levels[n % 6])


def mix(a, b, share):
    """share of colour a, the rest of colour b"""
    pairs = [(int(a[i:i + 2], 16), int(b[i:i + 2], 16)) for i in (1, 3, 5)]
    return "#%02x%02x%02x" % tuple(round(x * share + y * (1 - share)) for x, y in pairs)


class Style:
    def __init__(self):
        self.reset()

    def reset(self):
        self.fg = self.bg = None
        self.bold = self.dim = self.italic = self.underline = self.reverse = False

    def apply(self, params):
        codes = [int(p or 0) for p in re.split("[;:]", params)] if params else [0]
        i = 0
        while i < len(codes):
            c = codes[i]
            if c == 0:
                self.reset()
            elif c in (38, 48):
                if codes[i + 1] == 5:
                    colour, i = colour_256(codes[i + 2]), i + 2
                else:
                    colour, i = "#%02x%02x%02x" % tuple(codes[i + 2:i + 5]), i + 4
                if c == 38:
                    self.fg = colour
                else:
                    self.bg = colour
            elif 30 <= c <= 37 or 90 <= c <= 97:
                self.fg = PALETTE[c - 30 if c < 90 else c - 82]
            elif 40 <= c <= 47 or 100 <= c <= 107:
                self.bg = PALETTE[c - 40 if c < 100 else c - 92]
            elif c in (39, 49):
                if c == 39:
                    self.fg = None
                else:
                    self.bg = None
            elif c == 22:
                self.bold = self.dim = False
            else:
                for on, off, name in ((1, 0, "bold"), (2, 0, "dim"), (3, 23, "italic"), (4, 24, "underline"),
                                      (7, 27, "reverse")):
                    if c == on:
                        setattr(self, name, True)
                    elif c == off:
                        setattr(self, name, False)
            i += 1

    def colours(self):
        fg, bg = self.fg or FOREGROUND, self.bg or BACKGROUND
        if self.reverse:
            fg, bg = bg, fg
        if self.dim:
            fg = mix(fg, bg, 0.6)
        return fg, bg


def read_cells(text, width, height):
    """Rows of (character, fg, bg, bold, italic, underline), None behind a wide character."""
    rows = []
    style = Style()
    for line in text.split("\n")[:height]:
        row = []
        for escape_params, other, char in re.findall(r"\x1b\[([0-9;:]*)m|(\x1b[()][A-Z0-9]|[\x00-\x1f])|(.)", line):
            if not char and not other:
                style.apply(escape_params)
            elif char:
                if unicodedata.combining(char) and row and row[-1]:
                    row[-1] = (row[-1][0] + char,) + row[-1][1:]
                    continue
                fg, bg = style.colours()
                row.append((char, fg, bg, style.bold, style.italic, style.underline))
                if unicodedata.east_asian_width(char) in "WF":
                    row.append(None)
        row += [(" ", FOREGROUND, BACKGROUND, False, False, False)] * (width - len(row))
        rows.append(row[:width])
    while len(rows) < height:
        rows.append([(" ", FOREGROUND, BACKGROUND, False, False, False)] * width)
    return rows


DIRECTIONS = {"UP": "n", "RIGHT": "e", "DOWN": "s", "LEFT": "w"}


def box_arms(char):
    """The four arms of a box drawing character, from its Unicode name: {'n': 'LIGHT', ...}; None for other characters."""
    name = unicodedata.name(char, "")
    if not name.startswith("BOX DRAWINGS ") or "DIAGONAL" in name or "DASH" in name:
        return None
    words = name[len("BOX DRAWINGS "):].split()
    if "ARC" in words:
        words.remove("ARC")
    arms, weight, pending = {}, None, []
    expand = {"HORIZONTAL": ["e", "w"], "VERTICAL": ["n", "s"]}
    for word in words:
        if word in ("LIGHT", "HEAVY", "DOUBLE", "SINGLE"):
            word = "LIGHT" if word == "SINGLE" else word
            if pending:  # "DOWN LIGHT AND RIGHT HEAVY": the weight stands behind
                for d in pending:
                    arms[d] = word
                pending = []
            else:
                weight = word
        elif word in DIRECTIONS or word in expand:
            pending += expand.get(word, [DIRECTIONS.get(word)])
        if pending and weight:
            for d in pending:
                arms[d] = weight
            pending = []
    return arms


def draw_box(char, x, y, colour):
    arms = box_arms(char)
    if not arms:
        return None
    cx, cy = x + CELL_W / 2, y + CELL_H / 2
    ends = {"n": (cx, y), "e": (x + CELL_W, cy), "s": (cx, y + CELL_H), "w": (x, cy)}
    if "ARC" in unicodedata.name(char):
        a, b = (ends[d] for d in sorted(arms))
        return '<path d="M{} {}Q{} {} {} {}" fill="none" stroke="{}" stroke-width="1.6"/>'.format(
            *a, cx, cy, *b, colour)
    parts = []
    for d, weight in arms.items():
        ex, ey = ends[d]
        across = (0, 1) if d in "ew" else (1, 0)
        width = 3.4 if weight == "HEAVY" else 1.6
        offsets = (-2.2, 2.2) if weight == "DOUBLE" else (0,)
        back = 2.2 + 0.8 if "DOUBLE" in arms.values() else width / 2  # over the middle, so that corners close
        sx = cx - back * ((ex > cx) - (ex < cx))
        sy = cy - back * ((ey > cy) - (ey < cy))
        for o in offsets:
            parts.append('M{:g} {:g}L{:g} {:g}'.format(sx + o * across[0], sy + o * across[1],
                                                       ex + o * across[0], ey + o * across[1]))
        parts.append("|%g" % width)
    out, path = [], ""
    for p in parts:
        if p[0] == "|":
            out.append('<path d="{}" fill="none" stroke="{}" stroke-width="{}"/>'.format(path, colour, p[1:]))
            path = ""
        else:
            path += p
    return "".join(out)


def draw_block(char, x, y, colour):
    code = ord(char[0])
    rect = '<rect x="{:g}" y="{:g}" width="{:g}" height="{:g}" fill="{}" fill-opacity="{:g}"/>'
    if code == 0x2580:
        return rect.format(x, y, CELL_W, CELL_H / 2, colour, 1)
    if 0x2581 <= code <= 0x2588:
        part = CELL_H * (code - 0x2580) / 8
        return rect.format(x, y + CELL_H - part, CELL_W, part, colour, 1)
    if 0x2589 <= code <= 0x258f:
        return rect.format(x, y, CELL_W * (0x2590 - code) / 8, CELL_H, colour, 1)
    if 0x2591 <= code <= 0x2593:
        return rect.format(x, y, CELL_W, CELL_H, colour, 0.25 * (code - 0x2590))
    if 0x2800 <= code <= 0x28ff:  # braille: eight dots
        dots = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
        return "".join('<circle cx="{:g}" cy="{:g}" r="1.3" fill="{}"/>'.format(
            x + CELL_W * (0.3 + 0.4 * dx), y + CELL_H * (0.15 + 0.23 * dy), colour)
            for i, (dx, dy) in enumerate(dots) if (code - 0x2800) >> i & 1)
    return None


def main():
    width, height = int(sys.argv[1]), int(sys.argv[2])
    title = sys.argv[3] if len(sys.argv) > 3 else ""
    rows = read_cells(sys.stdin.read(), width, height)
    w, h = width * CELL_W + 2 * PAD, height * CELL_H + 2 * PAD
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}">'.format(w, h),
           "<title>{}</title>".format(escape(title)),
           '<rect width="{}" height="{}" rx="8" fill="{}"/>'.format(w, h, BACKGROUND),
           '<g font-family="DejaVu Sans Mono, monospace" font-size="{}" xml:space="preserve">'.format(FONT_SIZE)]
    for j, row in enumerate(rows):
        y = PAD + j * CELL_H
        i = 0
        while i < width:  # one rectangle for a run of cells with the same background
            bg = row[i][2] if row[i] else row[i - 1][2]
            start = i
            while i < width and (row[i] is None or row[i][2] == bg):
                i += 1
            if bg != BACKGROUND:
                out.append('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>'.format(
                    PAD + start * CELL_W, y, (i - start) * CELL_W, CELL_H, bg))
    for j, row in enumerate(rows):
        y = PAD + j * CELL_H
        for i, cell in enumerate(row):
            if not cell:
                continue
            char, fg, _, bold, italic, underline = cell
            x = PAD + i * CELL_W
            if underline:
                out.append('<path d="M{} {}h{}" stroke="{}"/>'.format(x, y + CELL_H - 3, CELL_W, fg))
            if char == " ":
                continue
            drawn = draw_box(char[0], x, y, fg) or draw_block(char, x, y, fg)
            out.append(drawn or '<text x="{}" y="{:g}" fill="{}"{}{}>{}</text>'.format(
                x, y + CELL_H * 0.75, fg, ' font-weight="bold"' if bold else "",
                ' font-style="italic"' if italic else "", escape(char)))
    out.append("</g></svg>")
    print("\n".join(out))


main()
