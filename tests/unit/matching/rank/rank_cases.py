"""A small catalogue and lexicon of our own for ranking tests."""

from matching.encode import HashingEncoder
from matching.rank.catalogue import Catalogue
from matching.rank.lexicon import LabelledText
from matching.rank.scenes import SceneInferer
from matching.rank.searcher import Searcher
from matching.rank.types import OfferingDoc
from matching.text import Tokeniser

PHRASES = [
    LabelledText("点检表手抄，设备坏了才修", ("S29",), (), "need"),
    LabelledText("设备点检与维修工单系统", ("S29",), (), "offer"),
    LabelledText("客户投诉查不到是哪一批料", ("S26",), (), "need"),
    LabelledText("质量追溯平台一物一码", ("S26",), (), "offer"),
    LabelledText("电费高，不知道哪台机器费电", ("S15",), (), "need"),
    LabelledText("能源管理系统分项计量", ("S15",), (), "offer"),
]

DOCS = (
    OfferingDoc(
        id="o-repair",
        provider_id="p-1",
        name="设备点检维修系统",
        pain_points="点检表还是手抄，坏了才修",
        description="手机扫码点检、报修、派工",
        scenes=("S29",),
        industries=("C31",),
        price_min=2_000_000,
        weeks_min=6,
        regions=("唐山",),
        verified_cases=3,
        cases_by_industry={"C31": 2},
        prerequisite_scenes=("S02",),
    ),
    OfferingDoc(
        id="o-trace",
        provider_id="p-2",
        name="质量追溯平台",
        description="一物一码，批次追溯",
        scenes=("S26",),
        regions=("全国",),
    ),
    OfferingDoc(
        id="o-energy",
        provider_id="p-2",
        name="能源管理系统",
        description="水电气分项计量",
        scenes=("S15",),
        price_min=90_000_000,
        weeks_min=40,
    ),
    OfferingDoc(
        id="o-hidden",
        provider_id="p-3",
        name="设备点检维修系统",
        pain_points="点检表还是手抄，坏了才修",
        description="手机扫码点检、报修、派工",
        scenes=("S29",),
        status="suspended",
    ),
)


def inferer() -> SceneInferer:
    """Scene inference over `PHRASES`."""
    return SceneInferer(PHRASES, encoder=HashingEncoder(dim=256), tokeniser=Tokeniser())


def searcher(docs: tuple[OfferingDoc, ...] = DOCS) -> Searcher:
    """A searcher over `docs`."""
    catalogue = Catalogue(docs, encoder=HashingEncoder(dim=256), scenes=inferer())
    return Searcher(catalogue)
