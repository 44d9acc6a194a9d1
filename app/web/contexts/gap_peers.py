"""What the section on peers shows."""

from collections.abc import Callable, Sequence

from starlette.requests import Request

from app.services.gap_peers import PeerGroup
from app.web.i18n import N_, translate
from matching.gaps import MIN_ORGANISATIONS, TOTAL, PeerStatistic

GROUPS = {
    "industry": N_("同行业（全省）"),
    "city": N_("同城"),
    "industry_city": N_("同行业同城"),
}
MEDIANS = {
    "industry": N_("同行业（全省）中位"),
    "city": N_("同城中位"),
    "industry_city": N_("同行业同城中位"),
}


def group_word(request: Request, kind: str, *, median: bool = False) -> str:
    """Name a group of peers, or its median."""
    return translate(request, (MEDIANS if median else GROUPS)[kind])


def peers_context(
    request: Request, groups: Sequence[PeerGroup], name: Callable[[str], str]
) -> dict[str, object]:
    """Prepare one table a group; groups that are too small say so."""
    told = [group.kind for group in groups if group.statistics is not None]
    return {
        "least": MIN_ORGANISATIONS,
        "open": group_word(request, told[0]) if told else "",
        "groups": [
            {
                "name": group_word(request, group.kind),
                "organisations": group.statistics.organisations if group.statistics else 0,
                "rows": [
                    _row(request, value, name) for value in _total_first(group.statistics.values)
                ]
                if group.statistics
                else [],
            }
            for group in groups
        ],
    }


def _total_first(values: Sequence[PeerStatistic]) -> list[PeerStatistic]:
    return sorted(values, key=lambda value: value.code != TOTAL)


def _row(request: Request, value: PeerStatistic, name: Callable[[str], str]) -> dict[str, object]:
    total = value.code == TOTAL
    return {
        "name": translate(request, N_("总分")) if total else name(value.code),
        "own": f"{value.own:.2f}",
        "median": f"{value.median:.2f}",
        "quartiles": f"{value.lower_quartile:.2f}–{value.upper_quartile:.2f}",
        "percentile": f"{value.percentile:.0f}",
        "tone": "good" if value.percentile >= 75 else "bad" if value.percentile < 25 else "",
    }
