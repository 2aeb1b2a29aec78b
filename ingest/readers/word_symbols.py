"""Symbol fonts: their characters as Unicode, because reports mark 'Có' and 'Không' with Wingdings boxes and ticks."""

from functools import cache

_PRIVATE = 0xF000
_WINGDINGS = {
    0x6C: "●", 0x6E: "■", 0x6F: "☐", 0x70: "☐", 0x71: "☐", 0x72: "☐", 0x73: "♦", 0x74: "♦", 0x75: "◆", 0x76: "❖",
    0x77: "⬥", 0x78: "☒", 0x9E: "·", 0x9F: "•", 0xA1: "○", 0xA7: "▪", 0xA8: "☐", 0xD8: "➢", 0xE0: "→", 0xE8: "➔",
    0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_WINGDINGS_2 = {
    0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x2A: "☐", 0x30: "☐", 0x97: "●", 0x9E: "·",
    0xA2: "■", 0xA3: "☐",
}  # fmt: skip
_WEBDINGS = {0x61: "✓", 0x63: "☐", 0x67: "■", 0x72: "✗"}
_SYMBOL = {
    0x2D: "−", 0xA3: "≤", 0xA5: "∞", 0xA8: "♦", 0xAE: "→", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "•",
    0xB8: "÷", 0xB9: "≠", 0xDE: "⇒", 0xFC: "⎫",
}  # fmt: skip
_FONTS = {
    "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "webdings": _WEBDINGS, "symbol": _SYMBOL,
}  # fmt: skip


@cache
def is_symbol_font(font: str | None) -> bool:
    """Whether the font draws pictures where text fonts have letters."""
    return font is not None and font.lower() in _FONTS


def shown(text: str, font: str) -> str:
    """Text in a symbol font as Unicode; a character without a counterpart keeps its private-use number.

    In Symbol, digits, blanks and most punctuation look as in any font; in the others everything is a picture.
    """
    table = _FONTS[font.lower()]
    return "".join(_shown(char, table) for char in text)


def symbol(code: int, font: str) -> str:
    """The character of a w:sym element; outside symbol fonts a private-use number means the plain code below it."""
    if is_symbol_font(font):
        return shown(chr(code), font)
    return chr(code - _PRIVATE) if _PRIVATE <= code <= _PRIVATE + 0xFF else chr(code)


def _shown(char: str, table: dict[int, str]) -> str:
    code = ord(char)
    plain = code - _PRIVATE if _PRIVATE <= code <= _PRIVATE + 0xFF else code
    if plain > 0xFF or plain <= 0x20:
        return char if code == plain else chr(plain)
    if plain in table:
        return table[plain]
    return chr(plain) if table is _SYMBOL and plain < 0x40 else chr(_PRIVATE + plain)
