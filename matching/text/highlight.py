"""Which words of a need stand in an offering, and where: the raw material of reasons."""

import re
from dataclasses import dataclass

from matching.text.normalise import fold_with_offsets
from matching.text.tokens import CJK, Tokeniser

# Only for highlighting. Ranking needs no stop words: BM25 weighs them down by itself.
_STOP_TEXT = """
我们 你们 他们 它们 自己 这个 那个 这些 那些 这样 那样 一个 一些 一种 一下 什么 怎么
怎样 为什么 没有 不能 不会 不是 可以 可能 能够 需要 进行 通过 以及 或者 还是 但是 因为 所以
如果 虽然 而且 就是 都是 只能 只有 已经 现在 目前 时候 有时 经常 总是 一直 很多 比较 非常 特别
希望 想要 问题 情况 方面 方式 之后 以后 之前 以前 其中 其他 每次 每天 起来 出来 下来 上去 一起 然后
提供 实现 支持 使用 采用 相关 有关 对于 关于 由于 根据 为了 并且 包括 企业 工厂 公司 系统 管理
"""
STOP_WORDS = frozenset(_STOP_TEXT.split())
_LONG_RUN = re.compile(rf"[{CJK}a-z0-9]{{2,}}")


@dataclass(frozen=True, slots=True)
class TermMatch:
    """One term found in both texts, with `[start, end)` spans in the original strings."""

    term: str
    need_spans: tuple[tuple[int, int], ...]
    offering_spans: tuple[tuple[int, int], ...]


def matched_terms(
    need: str, offering: str, *, tokeniser: Tokeniser, limit: int = 8
) -> list[TermMatch]:
    """Return up to `limit` terms of `need` that also stand in `offering`, longest first.

    Terms are words of two or more characters without stop words; a term inside a longer
    matched term is dropped. Spans index the strings as given, not their normal form.
    """
    folded_need, need_at = fold_with_offsets(need)
    folded_offering, offering_at = fold_with_offsets(offering)
    candidates = {
        word
        for word in tokeniser.words(need)
        if word not in STOP_WORDS and _LONG_RUN.fullmatch(word) and word in folded_offering
    }
    kept: list[str] = []
    for word in sorted(candidates, key=lambda item: (-len(item), folded_need.find(item), item)):
        if folded_need.find(word) >= 0 and not any(word in longer for longer in kept):
            kept.append(word)
    return [
        TermMatch(
            word,
            _spans(word, folded_need, need_at),
            _spans(word, folded_offering, offering_at),
        )
        for word in kept[:limit]
    ]


def _spans(word: str, folded: str, offsets: list[int]) -> tuple[tuple[int, int], ...]:
    """Return the original spans of every non-overlapping occurrence of `word`."""
    return tuple(
        (offsets[found.start()], offsets[found.end() - 1] + 1)
        for found in re.finditer(re.escape(word), folded)
    )
