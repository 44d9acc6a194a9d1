"""One normal form for all texts, so that width, case and unit spelling never hide a match."""

import re
import unicodedata

# Spellings seen in practitioners' texts for the same unit. Only after a digit, because
# "度" or "吨" inside a word (精度, 吨袋) is no unit. Longest alternatives first.
_UNITS: tuple[tuple[str, str], ...] = (
    ("千瓦时|千瓦小时|度电|kw·h|kwh", "kwh"),
    ("平方米|平米|m2|㎡", "m2"),
    ("立方米|立方|m3", "m3"),
    ("公斤|千克|kg", "kg"),
    ("公里|千米|km", "km"),
    ("毫米|mm", "mm"),
    ("厘米|公分|cm", "cm"),
    ("微米|um|μm", "um"),
    ("摄氏度|°c", "°c"),
    ("个小时|小时|钟头|个钟", "小时"),
    ("分钟|min", "分钟"),
    ("个工作日|天", "天"),
    ("万块钱|万块|万元|万", "万"),
)
_UNIT_RULES = tuple((re.compile(rf"(?<=\d)\s*(?:{spellings})"), unit) for spellings, unit in _UNITS)
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_SPACE = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Return `text` in NFKC, lower case, with plain spaces and one spelling per unit.

    Full-width letters and digits become ASCII, "５ 公斤" becomes "5kg". The function is
    idempotent. Punctuation is kept: tokenising drops it.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", folded))
    for pattern, unit in _UNIT_RULES:
        folded = pattern.sub(unit, folded)
    return _SPACE.sub(" ", folded).strip()


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """Fold width and case character by character, remembering where each one came from.

    Units are left alone, so that a span found in the folded text can be shown in the
    original: character `i` of the result comes from `text[offsets[i]]`.
    """
    folded: list[str] = []
    offsets: list[int] = []
    for position, character in enumerate(text):
        for piece in unicodedata.normalize("NFKC", character).lower():
            folded.append(piece)
            offsets.append(position)
    return "".join(folded), offsets
