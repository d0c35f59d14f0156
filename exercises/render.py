"""Markdown, maths and code to safe HTML: raw HTML stays text, links lead to the web only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape, unescape
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

_SCHEMES = {"http", "https", "mailto"}
_ELEMENTS = re.compile(
    "math|mrow|mi|mn|mo|ms|mtext|mspace|msup|msub|msubsup|munder|mover|munderover|mfrac|msqrt|mroot|mstyle"
    "|mtable|mtr|mtd|mpadded|mphantom|menclose|mmultiscripts|mprescripts|none"
)
_ATTRIBUTES = re.compile(
    "display|displaystyle|scriptlevel|stretchy|fence|form|accent|accentunder|largeop|movablelimits|symmetric"
    "|separator|lspace|rspace|minsize|maxsize|mathvariant|mathsize|linethickness|width|height|depth|voffset"
    "|columnalign|rowalign|rowspacing|columnspacing|columnlines|rowlines|frame|notation|bevelled"
)
# A browser may break a line on either side of a formula, even before the comma that follows it.
_FORMULA = re.compile(r'([(\[（「『]{0,2})(<math display="inline">.*?</math>)([)\]）」』,.;:!?，。、；：！？]{0,3})')
_CODE_SPAN = re.compile(r"(`+)(.+?)\1", re.DOTALL)


def statement_html(markdown: str) -> str:
    """HTML of a Markdown text: fenced code by Pygments with classes, $…$ and $$…$$ as MathML."""
    return _FORMULA.sub(_hold_together, str(_markdown().render(markdown)))


def _hold_together(found: re.Match[str]) -> str:
    return f'<span class="together">{found[0]}</span>' if found[1] or found[3] else found[0]


def message_html(text: str) -> str:
    """HTML of one message: escaped, with `code` between backticks, line breaks kept."""
    parts: list[str] = []
    end = 0
    for span in _CODE_SPAN.finditer(text):
        parts += [escape(text[end : span.start()]), f"<code>{escape(span[2])}</code>"]
        end = span.end()
    parts.append(escape(text[end:]))
    return "".join(parts).replace("\n", "<br>\n")


def code_html(code: str, language: str = "python") -> str:
    """HTML of one block of code with Pygments' classes, without any style in it."""
    # Focusable, so that a block wider than a phone can be scrolled with the keyboard.
    return f'<pre class="highlight" tabindex="0" translate="no"><code>{code_spans(code, language)}</code></pre>\n'


def code_spans(code: str, language: str = "python") -> str:
    """What stands in such a block, with a newline at its end."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        lexer = get_lexer_by_name("text", stripnl=False)
    spans: str = highlight(code, lexer, HtmlFormatter(nowrap=True))
    return spans


@cache
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "highlight": None}).enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    parser.use(amsmath_plugin)
    parser.validateLink = is_safe_link  # type: ignore[method-assign]
    for name, rule in _RULES.items():
        parser.add_render_rule(name, rule)
    return parser


def is_safe_link(url: str) -> bool:
    """Whether a link or image may lead there: http, https, mailto, or a place on this site."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme.lower() in _SCHEMES
    # "//host" and "/\host" leave the site although they name no scheme.
    return not re.match(r"[\\/]{2}", url.strip())


def _fence(_self: object, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
    token = tokens[index]
    words = token.info.split()
    return code_html(token.content, words[0] if words else "text")


def _code_block(_self: object, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
    return code_html(tokens[index].content, "text")


def _inline_math(_self: object, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
    return _mathml(tokens[index].content, "inline")


def _display_math(_self: object, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
    return f'<div class="math">{_mathml(tokens[index].content, "block")}</div>\n'


def _inline_display_math(
    _self: object, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    return _mathml(tokens[index].content, "block")


def _link_open(self: Any, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[index]
    if urlsplit(str(token.attrGet("href") or "")).netloc:
        token.attrSet("rel", "noopener noreferrer")
    return str(self.renderToken(tokens, index, options, env))


def _mathml(latex: str, display: str) -> str:
    """MathML, or the source as code where the converter does not understand it."""
    try:
        return _serialise(convert_to_element(latex.strip(), display=display))
    except Exception:  # the converter raises whatever its parser stumbles over
        return f'<code class="math-source">{escape(latex.strip())}</code>'


def _serialise(element: Element) -> str:
    """MathML of the converter's tree, limited to known elements and attributes.

    Its own serialiser leaves the text of `\\text{…}` unescaped and copies `\\href` and `\\style`
    into attributes. Characters are references in the tree (`&#x0003D;`), hence the unescape.
    """
    tag = element.tag if _ELEMENTS.fullmatch(element.tag) else "mrow"
    attributes = "".join(
        f' {name}="{escape(unescape(value))}"' for name, value in element.attrib.items() if _ATTRIBUTES.fullmatch(name)
    )
    inner = escape(unescape(element.text or "")) + "".join(_serialise(child) for child in element)
    return f"<{tag}{attributes}>{inner}</{tag}>"


_RULES = {
    "fence": _fence,
    "code_block": _code_block,
    "math_inline": _inline_math,
    "math_inline_double": _inline_display_math,
    "math_block": _display_math,
    "math_block_label": _display_math,
    "amsmath": _display_math,
    "link_open": _link_open,
}
