"""What programs print is shown as text, character by character."""

from __future__ import annotations

import pytest

from grader.templatetags.gradus import descent, line_numbers, points, python_code, visible


def test_markup_is_text() -> None:
    assert visible("<b>&") == "&lt;b&gt;&amp;"


@pytest.mark.parametrize(("character", "shown"), [("\x1b", r"\x1b"), ("\u202e", r"\u202e"), ("\u200b", r"\u200b")])
def test_characters_that_hide_or_reorder_text_are_written_out(character: str, shown: str) -> None:
    for text in (visible(f"a{character}b"), python_code(f"a{character}b")):
        assert character not in text
        assert f'<span class="odd-character">{shown}</span>' in text


def test_a_lone_carriage_return_overwrites_nothing() -> None:
    assert visible("right\rwrong") == 'right<span class="odd-character">\\r</span>wrong'


@pytest.mark.parametrize("text", ["梯度\tgrad\n", "naïve Ünïcödé", "∂L/∂w → 0", "👩\u200d💻", "Windows\r\nlines"])
def test_ordinary_text_stays(text: str) -> None:
    assert visible(text) == text.replace("\r\n", "\n")


def test_numbers_read_as_people_write_them() -> None:
    assert [points(4.0), points(2.5), points(1 / 3), points(None)] == ["4", "2.5", "0.33", "–"]
    assert line_numbers("a\nb\n") == "1\n2"


def test_a_ball_that_has_not_arrived_lies_above_the_bottom() -> None:
    heights = [float(descent(percent)) for percent in (0, 50, 99, 100)]
    assert heights == sorted(heights, reverse=True)
    assert heights[-1] > -50
