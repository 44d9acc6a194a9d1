"""Which subdomain a cell, a heading or a sentence means: codes, official names, other names."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files

from matching.errors import InvalidInput
from matching.gaps.criteria import CriterionSet

_CODE = re.compile(r"(?<![A-Za-z0-9])M\s?(\d{2})(?!\d)", re.IGNORECASE)
_DROPPED = re.compile(r"[\s\u200b-\u200f\ufeff*#·•●■◆▪○【】\[\]“”\"'‘’《》<>_]+")
_NUMBERING = re.compile(
    r"^(?:第[一二三四五六七八九十百\d]+[章节条款部分]+|[（(][一二三四五六七八九十\d]{1,3}[）)]"
    r"|[一二三四五六七八九十]{1,3}[、.．:：]|\d{1,2}(?:[.．]\d{1,2})*[、.．)）:：]?|[①-⑳]"
    r"|附?表\d+)[、.．:：\-—]*"
)
_PARENTHESES = re.compile(r"[（(][^（）()]*[）)]")
_SEPARATORS = re.compile(r"[-—–/／|｜>›→·:：,，、\n]+")
_SUFFIXES = (
    *("能力子域", "评估子域", "能力域", "评估域", "子域", "能力成熟度", "成熟度", "能力水平"),
    *("能力建设", "现状分析", "情况分析", "评估结果", "评估情况", "建设情况", "评价", "评估"),
    *("方面", "模块", "环节", "领域", "情况", "现状", "水平", "能力", "域", "管理", "体系", "建设"),
    *("类", "分析", "诊断"),
)
_MAX_EXTRA = 6
_LATIN = re.compile(r"[A-Za-z][A-Za-z &/,.'-]{3,}")
_CHINESE = re.compile("[\u4e00-\u9fff]{2}")


def fold(text: str) -> str:
    """Return `text` in NFKC and lower case without blanks, bullets and brackets."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text)).lower()


@dataclass(frozen=True, slots=True)
class NameMatch:
    """What a text names.

    Attributes:
        codes: one subdomain, or several where the text fits more than one.
        confidence: 0 to 1, how surely it names them.
        how: "code", "official", "english", "alias", "contained" or "ambiguous".
    """

    codes: tuple[str, ...]
    confidence: float
    how: str

    @property
    def code(self) -> str | None:
        """The one subdomain, or None where it is open which of several is meant."""
        return self.codes[0] if len(self.codes) == 1 else None


@dataclass(frozen=True, slots=True)
class Mention:
    """A subdomain named inside a sentence, at text[start:end] of the folded text."""

    code: str
    start: int
    end: int


class SubdomainNames:
    """All names of the subdomains of one criterion set."""

    def __init__(
        self, criteria: CriterionSet, aliases: Iterable[tuple[str, str, str]] | None = None
    ) -> None:
        """Collect official names and aliases.

        Args:
            criteria: gives codes, official names and domains.
            aliases: (code, kind, text); the file `aliases.tsv` where left out. Aliases of codes
                that the criterion set does not have are ignored.
        """
        self._criteria = criteria
        self._official = {fold(s.name): s.code for s in criteria.subdomains.values()}
        self._domains = {fold(d.name): d.subdomains for d in criteria.domains.values()}
        self._elements = {fold(e.name) for e in criteria.elements.values()}
        self._names: dict[str, str] = {}
        self._weak: dict[str, tuple[str, ...]] = {}
        self._words: dict[str, tuple[str, ...]] = {}
        for code, kind, text in read_aliases() if aliases is None else aliases:
            if code in criteria.subdomains:
                self._add(code, kind, fold(text))
        strong = {**self._names, **self._official}
        self._strong = dict(sorted(strong.items(), key=lambda item: -len(item[0])))
        self._scan = re.compile("|".join(re.escape(name) for name in self._strong))

    def _add(self, code: str, kind: str, key: str) -> None:
        if kind == "name":
            self._names.setdefault(key, code)
        elif kind == "weak":
            self._weak[key] = (*self._weak.get(key, ()), code)
        elif kind == "word":
            self._words[key] = (*self._words.get(key, ()), code)
        else:
            raise InvalidInput("bad_kind", "aliases.tsv", f"kind {kind!r} is not known")

    def resolve(self, text: str, *, domain: str = "") -> NameMatch | None:
        """Say which subdomain a cell or heading names; None where it names none.

        Args:
            text: a short text; a long sentence is never a name.
            domain: what the domain or element column of the same row says; it decides between
                several subdomains with one name, such as 设计 or 安全.
        """
        if found := _CODE.search(unicodedata.normalize("NFKC", text)):
            code = f"M{found.group(1)}"
            if code in self._criteria.subdomains:
                named = self._by_name(text[: found.start()] + text[found.end() :], domain)
                if named and code not in named.codes and named.confidence > 0.8:
                    return NameMatch((code, *named.codes), 0.4, "ambiguous")
                return NameMatch((code,), 1.0, "code")
        return self._by_name(text, domain)

    def _by_name(self, text: str, domain: str) -> NameMatch | None:
        best: NameMatch | None = None
        for penalty, candidate in _forms(text):
            match = self._exact(candidate, domain) or self._contained(candidate)
            if match:
                match = NameMatch(match.codes, max(0.1, match.confidence - penalty), match.how)
                if best is None or match.confidence > best.confidence:
                    best = match
        return best

    def _exact(self, key: str, domain: str) -> NameMatch | None:
        if code := self._official.get(key):
            return NameMatch((code,), 1.0, "official")
        if code := self._names.get(key):
            return NameMatch((code,), 0.92, "alias")
        if codes := self._weak.get(key):
            return self._decide(codes, domain)
        return None

    def _decide(self, codes: tuple[str, ...], domain: str) -> NameMatch:
        inside = self.domain_codes(domain)
        kept = tuple(code for code in codes if code in inside) if inside else codes
        if len(kept) == 1:
            sure = 0.8 if len(codes) == 1 or inside else 0.7
            return NameMatch(kept, sure, "alias")
        return NameMatch(kept or codes, 0.35, "ambiguous")

    def _contained(self, key: str) -> NameMatch | None:
        """Accept the one strong name inside a key that is hardly longer than the name."""
        found = {m.group(): self._strong[m.group()] for m in self._scan.finditer(key)}
        longest = max((len(name) for name in found), default=0)
        if longest < 2 or len(key) - longest > _MAX_EXTRA or (longest == 2 and len(key) > 4):
            return None
        codes = tuple(dict.fromkeys(found.values()))
        if len(codes) == 1:
            return NameMatch(codes, 0.7, "contained")
        return NameMatch(codes, 0.35, "ambiguous")

    def domain_codes(self, text: str) -> tuple[str, ...]:
        """Return the subdomains of the domain or element that `text` names; empty for none."""
        key = fold(text)
        for name, codes in self._domains.items():
            if name and (key == name or key in (f"{name}域", f"{name}能力域")):
                return codes
        for element in self._criteria.elements.values():
            if key in (fold(element.name), f"{fold(element.name)}要素"):
                return tuple(
                    code for d in element.domains for code in self._criteria.domains[d].subdomains
                )
        return ()

    def is_official(self, text: str) -> bool:
        """Tell whether a text is just the official name of a subdomain."""
        return fold(text) in self._official

    def is_element(self, text: str) -> bool:
        """Tell whether a text names one of the four elements (人员, 技术, 资源, 制造)."""
        return fold(text).removesuffix("要素") in self._elements

    def mentions(self, folded: str) -> Iterator[Mention]:
        """Yield the strong names inside folded text, left to right, longest first."""
        for found in self._scan.finditer(folded):
            yield Mention(self._strong[found.group()], found.start(), found.end())

    def classify(
        self, sentence: str, *, among: Collection[str] = ()
    ) -> tuple[NameMatch | None, tuple[str, ...]]:
        """Give a sentence to the subdomain that it speaks of.

        Returns the match (None where nothing or too much fits) and the words that decided. A name
        at the start counts most, then names, then words; longer words say more. `among` leaves
        only these codes to choose from.
        """
        key = fold(sentence)
        points: dict[str, float] = {}
        decided: dict[str, list[str]] = {}

        def add(code: str, word: str, value: float) -> None:
            if among and code not in among:
                return
            points[code] = points.get(code, 0.0) + value
            decided.setdefault(code, []).append(word)

        for mention in self.mentions(key):
            length = mention.end - mention.start
            early = (0.5 if length == 2 else 1.5) if mention.start <= 3 else 0.0
            value = {2: 0.9, 3: 1.8}.get(length, 2.5)
            add(mention.code, key[mention.start : mention.end], value + early)
        for word, codes in self._words.items():
            if word in key:
                for code in codes:
                    add(code, word, (0.6 + 0.4 * min(len(word), 4)) / len(codes))
        if not points:
            return None, ()
        ordered = sorted(points, key=lambda code: (-points[code], code))
        best, value = ordered[0], points[ordered[0]]
        second = points[ordered[1]] if len(ordered) > 1 else 0.0
        if value - second < 0.25:
            return NameMatch(tuple(sorted(ordered[:2])), 0.3, "ambiguous"), ()
        confidence = min(0.85, 0.35 + 0.5 * (value - second) / value + 0.04 * value)
        return NameMatch((best,), confidence, "words"), tuple(dict.fromkeys(decided[best]))


def _forms(text: str) -> Iterator[tuple[float, str]]:
    """Yield (penalty, folded form): the text, without numbering, brackets, domain and suffixes."""
    plain = unicodedata.normalize("NFKC", text)
    if len(plain) > 60:
        return
    base = _strip(fold(plain))
    yield 0.0, base
    if (bare := _strip(fold(_PARENTHESES.sub("", plain)))) and bare != base:
        yield 0.03, bare
    yield from _shortened(bare or base, 0.05)
    chinese = _LATIN.sub("", plain)  # 设备管理 Equipment Management
    if _CHINESE.search(chinese) and (bilingual := _strip(fold(chinese))) != base:
        yield 0.04, bilingual
    parts = [part for part in _SEPARATORS.split(_PARENTHESES.sub("", plain)) if part.strip()]
    if len(parts) > 1:
        for part in (parts[-1], parts[0]):
            key = _strip(fold(part))
            yield 0.08, key
            yield from _shortened(key, 0.1)


def _strip(key: str) -> str:
    previous = ""
    while key != previous:
        previous, key = key, _NUMBERING.sub("", key)
    return key.strip(".,:：、，。;；-—")


def _shortened(key: str, penalty: float) -> Iterator[tuple[float, str]]:
    for suffix in _SUFFIXES:
        if key.endswith(suffix) and len(key) > len(suffix) + 1:
            key = key[: -len(suffix)]
            yield penalty, key


def read_aliases() -> tuple[tuple[str, str, str], ...]:
    """Read `aliases.tsv`: (code, kind, text), one for each text.

    Raises:
        InvalidInput: `bad_line` with the line number.
    """
    lines = (files("matching.reports") / "aliases.tsv").read_text("utf-8").splitlines()
    found: list[tuple[str, str, str]] = []
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("#"):
            continue
        parts = line.split("\t")
        if len(parts) != 3:
            raise InvalidInput("bad_line", f"aliases.tsv:{number}", "three columns are needed")
        code, kind, texts = parts
        found.extend((code, kind, text) for text in texts.split())
    return tuple(found)
