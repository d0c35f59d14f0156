"""Rendering: nothing in a statement or a message can become script, style or a dangerous link."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exercises.render import code_html, is_safe_link, message_html, statement_html

TAGS = set(
    """h1 h2 h3 h4 h5 h6 p a em strong s del code pre span div br hr ul ol li blockquote img table thead tbody tr th td
    math mrow mi mn mo ms mtext mspace msup msub msubsup munder mover munderover mfrac msqrt mroot mstyle mtable mtr
    mtd mpadded mphantom menclose mmultiscripts mprescripts none""".split()
)


class Collector(HTMLParser):
    """Every element and attribute of a piece of HTML, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, list[str]] = {}
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")

    def handle_data(self, data):
        self.text += data


def assert_harmless(html: str) -> None:
    seen = Collector(html)
    assert seen.tags <= TAGS
    assert not [name for name in seen.attributes if name.startswith("on") or name in ("style", "srcdoc", "xlink:href")]
    for url in seen.attributes.get("href", []) + seen.attributes.get("src", []):
        assert is_safe_link(url), url


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "a <b onclick='x()'>c</b>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](  javascript:alert(1))",
    "[x](java&#x09;script:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "![x](data:image/svg+xml;base64,AAAA)",
    "[x](vbscript:x) <javascript:alert(1)>",
    "[x](//evil.example) [y](/\\evil.example)",
    '[x](https://ok.example "onmouseover=alert(1)")',
    "[x]: javascript:alert(1)\n\n[x]",
    "```\"><script>alert(1)</script>\nx\n```",
    "```html\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    r"$\text{<script>alert(1)</script>}$",
    r"$\text{&lt;script&gt;alert(1)&lt;/script&gt;}$",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\style{background:url(x)}{x}$",
    r'$\class{"><script>alert(1)</script>}{x}$',
    r"$\mathrm{<img src=x onerror=alert(1)>}$",
    "$$\n\\text{</math><script>alert(1)</script>}\n$$",
    "\\begin{align}\na &= \\text{<script>}\n\\end{align}",
    r"$\color{red\" onclick=\"x}{y}$",
    r"$\frac{1$ and $\unknowncommand{<b>}$",
    "$" + "{" * 5000 + "$",
]  # fmt: skip


@pytest.mark.parametrize("markdown", HOSTILE, ids=[text[:40] for text in HOSTILE])
def test_hostile_statements(markdown):
    assert_harmless(statement_html(markdown))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*HOSTILE[:-1], "$", "`", "\\", "<", "&", "\n", "a"]), max_size=5).map("".join))
def test_mixtures_stay_harmless(markdown):
    assert_harmless(statement_html(markdown))


def test_hostile_text_stays_readable():
    seen = Collector(statement_html(r"$\text{<script>x</script>}$ <b>y</b>"))
    assert "<script>x</script>" in seen.text
    assert "<b>y</b>" in seen.text


def test_maths():
    html = statement_html("In $x^2$ and\n\n$$\\frac{\\partial L}{\\partial w} = \\sum_i x_i$$\n")
    assert '<math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>' in html
    assert '<math display="block">' in html
    assert "<mfrac>" in html
    assert "∑" in html
    assert Collector(statement_html("It costs $5 and $6.")).tags == {"p"}


def test_a_formula_holds_its_punctuation():
    """A browser would begin the next line with the comma."""
    html = statement_html('從（$x$）到 $y$，再到 $z$ 為止；`<math display="inline">`，$$x$$，')
    held = re.findall(r'<span class="together">(.*?)</span>', html)
    assert [Collector(part).text for part in held] == ["（x）", "y，"]
    assert Collector(html).text == '從（x）到 y，再到 z 為止；<math display="inline">，x，\n'


def test_maths_that_cannot_be_converted_is_shown_as_written():
    assert r'<code class="math-source">\left(</code>' in statement_html(r"$\left($")


def test_code_has_classes_and_no_style():
    html = statement_html("```python\ndef f(x):\n    return x  # <b>\n```\n")
    assert '<pre class="highlight" tabindex="0" translate="no"><code><span class="k">def</span>' in html
    assert "style=" not in html
    assert "&lt;b&gt;" in html
    assert Collector(code_html("a < b", "no-such-language")).text == "a < b\n\n"


def test_tables_lists_and_links():
    html = statement_html("| a | b |\n|---|---|\n| 1 | 2 |\n\n[site](https://pytorch.org/docs) [here](/exercises/)")
    assert "<table>" in html
    assert '<a href="https://pytorch.org/docs" rel="noopener noreferrer">site</a>' in html
    assert '<a href="/exercises/">here</a>' in html


def test_messages():
    html = message_html("Line 3: `a < b`\n{x} <script> ``c`d``")
    assert html == "Line 3: <code>a &lt; b</code><br>\n{x} &lt;script&gt; <code>c`d</code>"
    assert_harmless(message_html("`<img src=x onerror=y>` <a href='javascript:x'>"))
