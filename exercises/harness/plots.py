"""Matplotlib's backend in the jail: `plt.show()` keeps each open figure as a PNG, which the probe hands over later.

Imported only when a program draws: Matplotlib is slow to load.
"""

from __future__ import annotations

import io
import warnings

import torch
from matplotlib import pyplot
from matplotlib.backends.backend_agg import FigureCanvasAgg

from exercises.harness.parts import MAX_PLOTS

MAX_WIDTH = 1400
DPI = 130
FigureCanvas = FigureCanvasAgg  # the name that Matplotlib looks for in a backend
_kept: list[bytes] = []


def show(**_options: object) -> None:
    """`plt.show()`: every open figure, drawn and closed, as a window would be."""
    for number in pyplot.get_fignums():
        figure = pyplot.figure(number)
        if len(_kept) < MAX_PLOTS:
            picture = io.BytesIO()
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Glyph .* missing from font")
                dpi = min(DPI, MAX_WIDTH / max(1.0, *figure.get_size_inches()))
                figure.savefig(picture, format="png", dpi=dpi, metadata={"Software": None})
            _kept.append(picture.getvalue())
        pyplot.close(figure)


def shown() -> list[torch.Tensor]:
    """The plots so far, as uint8 tensors of one dimension; figures that nobody showed come last, as in a notebook."""
    show()
    return [torch.frombuffer(bytearray(picture), dtype=torch.uint8) for picture in _kept]
