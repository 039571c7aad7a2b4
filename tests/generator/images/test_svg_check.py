"""An SVG document from elsewhere is a drawing and nothing else, or it is refused."""

import pytest

from imgmodels_tui.generator.images.svg_check import SvgError, check_svg


def svg(inner: str = "", attributes: str = "") -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inner}</svg>'.encode()


DRAWINGS = {
    "a rectangle": svg('<rect width="9" height="9" fill="#c33"/>'),
    "a byte order mark": b"\xef\xbb\xbf" + svg(),
    "a declaration and a comment": b'<?xml version="1.0" encoding="utf-8"?>\n<!-- made by a program -->' + svg(),
    "a gradient of its own": svg('<linearGradient id="a"/><rect fill="url(#a)"/><use href="#a"/>'),
    "an image in it": svg('<image href="data:image/png;base64,iVBORw0KGgo="/>'),
    "a style of its own": svg("<style>.a { fill: url(#b) }</style>"),
    "a text about addresses": svg("<text>url(http://example.com) @import onload=</text>"),
    "a description": svg("<title>javascript: a poster</title>"),
}
OTHERS = {
    "a program": svg("<script>alert(1)</script>"),
    "a program in upper case": svg("<SCRIPT>alert(1)</SCRIPT>"),
    "a program in another namespace": svg('<x:script xmlns:x="http://www.w3.org/2000/svg"/>'),
    "an event": svg("", 'onload="x()"'),
    "an event on a line of its own": svg("", '\nOnLoad\n=\n"x()"'),
    "a page in it": svg("<foreignObject><iframe/></foreignObject>"),
    "a link out of it": svg('<a href="https://example.com"/>'),
    "a program as a link": svg('<a href="java&#115;cript:1"/>'),
    "a program as a link, with blanks": svg('<a style="x" target=" java&#10;script:1"/>'),
    "another link": svg('<a xlink:href="//example.com" xmlns:xlink="http://www.w3.org/1999/xlink"/>'),
    "a part of another document": svg('<use href="http://example.com/x.svg#a"/>'),
    "an image from elsewhere": svg('<image href="https://example.com/x.png"/>'),
    "a document as an image": svg('<image href="data:image/svg+xml;base64,PHN2Zy8+"/>'),
    "a link that changes": svg('<a href="#a"><animate attributeName="xlink:href" values="http://example.com"/></a>'),
    "a style that fetches": svg("<style>@import url(http://example.com)</style>"),
    "a style that fetches, hidden": svg("<style>@\\69mport 'http://example.com'</style>"),
    "a fill that fetches": svg('<rect fill="url( &quot;http://example.com/x#a&quot;)"/>'),
    "a style sheet": b'<?xml-stylesheet href="http://example.com/x.css"?>' + svg(),
    "entities": b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg("&a;"),
    "an outer document type": b'<!DOCTYPE svg SYSTEM "http://example.com/x.dtd">' + svg(),
    "another encoding": b'<?xml version="1.0" encoding="UTF-7"?>' + svg(),
    "UTF-16": svg().decode().encode("utf-16"),
    "another prefix": b'<s:svg xmlns:s="http://www.w3.org/2000/svg"></s:svg>',
    "another document": b"<html><body/></html>",
    "half of it": svg("<rect/>")[:-8],
    "nothing": b"",
    "no document": b"not XML at all",
    "more behind it": svg() + svg(),
}


@pytest.mark.parametrize("data", DRAWINGS.values(), ids=DRAWINGS)
def test_a_drawing_is_accepted(data: bytes) -> None:
    assert data[check_svg(data).start :].startswith(b"<svg")


@pytest.mark.parametrize("data", OTHERS.values(), ids=OTHERS)
def test_anything_else_is_refused_with_a_clause(data: bytes) -> None:
    with pytest.raises(SvgError) as caught:
        check_svg(data)
    assert str(caught.value).isprintable()


def test_the_size_is_that_of_the_outermost_element() -> None:
    assert check_svg(svg('<svg width="5" height="6"/>', 'width="1024" height="768px"'))[1:] == ("1024", "768px")
