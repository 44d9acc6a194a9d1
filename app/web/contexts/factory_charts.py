"""Geometry of the factory's charts; templates only draw what is computed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

WIDTH, HEIGHT = 420, 350
RADIUS = 122
LABEL_RADIUS = RADIUS + 16


@dataclass(frozen=True, slots=True)
class AxisView:
    """One axis: the end of its line and where its label stands."""

    name: str
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str
    now: float
    target: float
    extra: float | None = None


@dataclass(frozen=True, slots=True)
class RadarView:
    """A radar chart as SVG strings: polygons of the rings, of now, of the target and of a third.

    `extra` is the third series (peers, or after what-if); empty where it has under three values.
    """

    width: int
    height: int
    centre_x: float
    centre_y: float
    rings: tuple[str, ...]
    axes: tuple[AxisView, ...]
    now: str
    target: str
    extra: str = ""


def radar_view(
    points: Sequence[tuple[str, float, float]],
    *,
    top: int = 5,
    extra: Sequence[float | None] = (),
) -> RadarView:
    """Lay out `(name, now, target)` points, values 0 to `top`, first axis straight up.

    `extra` holds a third value for every point, None where there is none.
    """
    third = list(extra) or [None] * len(points)
    centre_x, centre_y = WIDTH / 2, HEIGHT / 2
    angles = [2 * pi * i / max(1, len(points)) - pi / 2 for i in range(len(points))]

    def at(angle: float, radius: float) -> tuple[float, float]:
        x, y = centre_x + radius * cos(angle), centre_y + radius * sin(angle)
        return round(x, 1), round(y, 1)

    def polygon(values: Sequence[float | None]) -> str:
        corners = [
            at(a, RADIUS * v / top) for a, v in zip(angles, values, strict=True) if v is not None
        ]
        return " ".join(f"{x},{y}" for x, y in corners)

    axes = []
    for angle, (name, now, target), other in zip(angles, points, third, strict=True):
        label_x, label_y = at(angle, LABEL_RADIUS)
        side = cos(angle)
        anchor = "middle" if abs(side) < 0.2 else "start" if side > 0 else "end"
        end_x, end_y = at(angle, RADIUS)
        axes.append(AxisView(name, end_x, end_y, label_x, label_y + 4, anchor, now, target, other))
    known = sum(value is not None for value in third)
    return RadarView(
        WIDTH,
        HEIGHT,
        centre_x,
        centre_y,
        rings=tuple(polygon([level] * len(points)) for level in range(1, top + 1)),
        axes=tuple(axes),
        now=polygon([now for _, now, _ in points]),
        target=polygon([target for _, _, target in points]),
        extra=polygon(third) if known >= 3 else "",
    )
