"""Make the font that ships beside this file, should it ever be made again; only this needs `fonttools`.

    python subset.py DroidSansFallbackFull.ttf DejaVuSansCondensed.ttf

Chinese glyphs come from the first font, which has no Latin ones; Latin letters, digits and signs from the second.
"""

from __future__ import annotations

import sys
import tempfile
import unicodedata
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem

FONT = Path(__file__).with_name("DroidSansFallback-subset.ttf")
SIGNS = "·×÷±°§…—–‘’“”‰※→√≤≥≠≈∑□■☑☐✓○●①②③④⑤⑥⑦⑧⑨⑩ⅠⅡⅢⅣⅤ"
RANGES = (
    (0x20, 0x7E),
    (0x3000, 0x303F),  # CJK punctuation
    (0xFF01, 0xFF5E),  # full-width forms
    (0xFFE0, 0xFFE6),
    (0x2500, 0x257F),  # box drawing
)
RADICALS = range(0x2F00, 0x2FD6)  # which some producers print instead of the characters they look like


def wanted() -> set[int]:
    """Return the code points the typesetter may print: GB 2312 hanzi, punctuation, ASCII and a few signs."""
    rows = (bytes((lead, trail)) for lead in range(0xB0, 0xF8) for trail in range(0xA1, 0xFF))
    hanzi = "".join(code.decode("gb2312", errors="ignore") for code in rows)
    return {ord(sign) for sign in hanzi + SIGNS} | {point for low, high in RANGES for point in range(low, high + 1)}


def subset(font: TTFont, points: set[int]) -> TTFont:
    options = Options(hinting=False, layout_features=[], notdef_outline=True, glyph_names=False, name_IDs=["*"])
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "kern", "vhea", "vmtx", "FFTM", "VORG", "BASE"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    return font


def add_radicals(font: TTFont) -> None:
    """Let the Kangxi radicals share the glyphs of the characters they look like."""
    known = font.getBestCmap()
    shared = {point: known.get(ord(unicodedata.normalize("NFKC", chr(point)))) for point in RADICALS}
    for table in font["cmap"].tables:
        table.cmap.update({point: glyph for point, glyph in shared.items() if glyph})


def main(chinese: str, latin: str) -> None:
    first, second = TTFont(chinese), TTFont(latin)
    points = wanted()
    missing = points - set(first.getBestCmap())
    first = subset(first, points)
    second = subset(second, missing)
    scale_upem(second, first["head"].unitsPerEm)
    with tempfile.TemporaryDirectory() as folder:
        parts = [str(Path(folder) / name) for name in ("chinese.ttf", "latin.ttf")]
        first.save(parts[0])
        second.save(parts[1])
        merged = Merger().merge(parts)
    add_radicals(merged)
    merged.save(FONT)
    lacking = sorted(chr(point) for point in points - set(TTFont(FONT).getBestCmap()))
    print(
        f"{FONT.name}: {FONT.stat().st_size} bytes, {len(merged.getGlyphOrder())} glyphs, lacking {''.join(lacking)!r}"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
