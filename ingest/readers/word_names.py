"""The names of WordprocessingML that the readers look for, spelled out once in lxml's notation."""

from typing import Any

from docx.oxml.ns import nsmap

MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
W = nsmap["w"]


def w(name: str) -> str:
    """A name of the main vocabulary: w('p') is the paragraph."""
    return f"{{{W}}}{name}"


def m(name: str) -> str:
    """A name of the mathematics vocabulary."""
    return f"{{{M}}}{name}"


VAL = w("val")
ALTERNATE, CHOICE, FALLBACK = f"{{{MC}}}AlternateContent", f"{{{MC}}}Choice", f"{{{MC}}}Fallback"
DOCUMENT, BODY = w("document"), w("body")
P, PPR, R, RPR, T = w("p"), w("pPr"), w("r"), w("rPr"), w("t")
TBL, TR, TC, TC_PR = w("tbl"), w("tr"), w("tc"), w("tcPr")
SDT, SDT_PR, SDT_CONTENT = w("sdt"), w("sdtPr"), w("sdtContent")
DEL, MOVE_FROM, INS, MOVE_TO, DEL_TEXT = w("del"), w("moveFrom"), w("ins"), w("moveTo"), w("delText")
TXBX_CONTENT = w("txbxContent")
# What only wraps: its children are read as if it were not there.
WRAPPERS = frozenset(
    [w(name) for name in ("hyperlink", "smartTag", "customXml", "ins", "moveTo", "fldSimple", "dir", "bdo")]
)

# lxml has no types. Loops that run thousands of times a report go over `element[:]`: lxml makes the list of all children
# in less time than it takes to step from one to the next.
Element = Any

_OFF = frozenset(["0", "false", "off"])


def is_on(element: Element) -> bool:
    """Whether an on/off property element says on (ST_OnOff: present without a value is on)."""
    # Most are bare, and asking for an attribute by its name costs several times more than asking whether there is any.
    return not element.values() or element.get(VAL) not in _OFF


def props_of(element: Element, tag: str) -> Element | None:
    """A paragraph's, row's or cell's properties: its first child by the standard (a search costs ten times more)."""
    if not len(element):
        return None
    first = element[0]
    return first if first.tag == tag else next(element.iterchildren(tag), None)


def whole(text: str | None, default: int = 0) -> int:
    """A number as attributes write it; `default` where it is missing or no whole number."""
    try:
        return int(text) if text else default
    except ValueError:
        return default
