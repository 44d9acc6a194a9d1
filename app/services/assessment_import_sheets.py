"""From the cells of a workbook to proposed values and problems with sheet, row and column.

Sheets are recognised by their headers, columns by header text, so both may be renamed or moved.
A row with any problem proposes nothing; all other rows are good.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.adapters.assessment_workbook import (
    MFG_TITLES,
    PROFILE_ITEMS,
    SHEETS,
    SheetKind,
)
from app.adapters.workbook_grid import GridSheet
from app.core.errors import InvalidInput
from app.core.problems import Problem
from app.services.assessment_content import MAX_EVIDENCE, MAX_FINDING, MAX_FINDINGS
from app.services.assessment_import_book import (
    BookReading,
    BookRules,
    CellProblem,
    Header,
    RowReading,
    SheetReading,
    column_letter,
    mark_of,
    recognise,
)
from app.services.assessment_import_flat import Item
from app.services.assessment_import_values import (
    BadCell,
    fold,
    is_blank,
    prose_of,
    quoted,
    read_day,
    read_level,
    read_number,
    read_score,
    read_status,
    read_whole,
    read_yes_no,
    read_yes_no_unknown,
)
from app.services.assessment_sections import trimmable_subdomains
from app.services.factories import MAX_SYSTEM_NAME, MAX_SYSTEMS, MAX_WEEKS
from matching.gaps import MfgType
from matching.gaps.criteria import LEVELS

Value = TypeVar("Value")

MAX_ROWS = 2_000
MAX_WAN = 1_000_000
MAX_KPI = 1e9
FEN_PER_WAN = 1_000_000


def read_book(sheets: Sequence[GridSheet], rules: BookRules) -> BookReading:
    """Read all recognised sheets.

    Raises:
        InvalidInput: `import_too_many_rows`.
    """
    found = [
        (kind, header, sheet)
        for sheet in sheets
        if (recognised := recognise(sheet)) is not None
        for kind, header in [recognised]
    ]
    order = {kind.key: place for place, kind in enumerate(SHEETS)}
    found.sort(key=lambda entry: order[entry[0].key])
    reader = _Reader(rules, rules.mfg_type)
    return BookReading(
        tuple(reader.sheet(kind, header, sheet) for kind, header, sheet in found), mark_of(sheets)
    )


class _Reader:
    """Reads the sheets of one workbook; remembers what was said before, to see repetitions."""

    def __init__(self, rules: BookRules, mfg_type: MfgType) -> None:
        self.rules = rules
        self.mfg_type = mfg_type
        self._rows_of: dict[str, int] = {}
        self._texts: dict[str, list[str]] = {}

    def sheet(self, kind: SheetKind, header: Header, sheet: GridSheet) -> SheetReading:
        """Read one sheet."""
        body = [
            (number, row)
            for number, row in enumerate(sheet.rows[header.row + 1 :], start=header.row + 2)
            if any(text.strip() for text in row)
        ]
        if len(body) > MAX_ROWS:
            raise InvalidInput([_too_long(sheet.name, len(body))])
        reading = SheetReading(kind, sheet.name, [])
        for number, row in body:
            cells = {k: row[p].strip() for k, p in header.places.items() if p < len(row)}
            reading.rows.append(self._row(kind, header, sheet.name, number, cells))
        return reading

    def _row(
        self, kind: SheetKind, header: Header, sheet: str, number: int, cells: dict[str, str]
    ) -> RowReading:
        row = RowReading(number, cells)
        if all(is_blank(cells.get(key, "")) for key in kind.inputs):
            row.filled = False
            return row
        cursor = _Cursor(row, header.places, sheet)
        {
            "profile": self._profile,
            "maturity": self._maturity,
            "scenes": self._scene,
            "kpis": self._kpi,
            "eligibility": self._eligibility,
        }[kind.key](cursor)
        return row

    def _code(self, cursor: "_Cursor", known: Iterable[str], unknown: str) -> str:
        """Give the code of a row, or "" after noting what is wrong with it."""
        code = fold(cursor.text("code")).upper()
        if not code:
            cursor.add("code", "import_code_missing")
        elif code not in set(known):
            cursor.add("code", unknown, value=quoted(code))
        else:
            return code
        return ""

    def _once(self, cursor: "_Cursor", key: str, name: str, shown: str) -> bool:
        """Note a repetition; False if `name` was there before."""
        first = self._rows_of.setdefault(f"{name}", cursor.row.number)
        if first == cursor.row.number:
            return True
        cursor.add(key, "import_duplicate", value=shown, row=first)
        return False

    def _maturity(self, cursor: "_Cursor") -> None:
        criteria = self.rules.criteria
        code = self._code(cursor, criteria.subdomains, "import_unknown_subdomain")
        if not code:
            return
        if code not in criteria.weights[self.mfg_type].subdomains:
            cursor.add("code", "import_not_applicable", value=code)
            return
        level = cursor.read("level", lambda text: read_level(text, LEVELS))
        if level is None or not self._once(cursor, "level", f"{code}.{level}", f"{code} {level}级"):
            return
        score = cursor.read("score", lambda text: read_score(text, criteria.scores))
        if score is not None:
            cursor.item(f"answers.{code}.{level}", score)
        if (trim := cursor.read("trim", read_yes_no)) is not None:
            if trim and code not in trimmable_subdomains(criteria, self.mfg_type):
                cursor.add("trim", "import_not_trimmable", value=code)
            cursor.item(f"trimmed.{code}", True if trim else None)
        self._evidence(cursor, code)
        self._findings(cursor, code)

    def _evidence(self, cursor: "_Cursor", code: str) -> None:
        if not (text := prose_of(cursor.text("evidence"))):
            return
        texts = self._texts.setdefault(f"evidence.{code}", [])
        whole = "\n".join([*texts, text] if text not in texts else texts)
        if len(whole) > MAX_EVIDENCE:
            cursor.add("evidence", "import_text_long", max=MAX_EVIDENCE, length=len(whole))
        elif text not in texts:
            texts.append(text)
            cursor.item(f"evidence.{code}", whole)

    def _findings(self, cursor: "_Cursor", code: str) -> None:
        lines = [line.strip() for line in prose_of(cursor.text("findings")).split("\n")]
        texts = self._texts.setdefault(f"findings.{code}", [])
        fresh = [line for line in dict.fromkeys(lines) if line and line not in texts]
        longest = max((len(line) for line in fresh), default=0)
        if longest > MAX_FINDING:
            cursor.add("findings", "import_text_long", max=MAX_FINDING, length=longest)
        elif len(texts) + len(fresh) > MAX_FINDINGS:
            count = len(texts) + len(fresh)
            cursor.add("findings", "import_too_many_findings", max=MAX_FINDINGS, count=count)
        elif fresh:
            texts.extend(fresh)
            cursor.item(f"findings.{code}", list(texts))

    def _scene(self, cursor: "_Cursor") -> None:
        code = self._code(cursor, self.rules.criteria.scenes, "import_unknown_scene")
        if not code or not self._once(cursor, "code", code, code):
            return
        ai = cursor.read("ai", read_yes_no)
        if is_blank(cursor.text("status")):
            if ai:
                cursor.add("status", "import_ai_without_status")
            cursor.row.filled = bool(ai)
            return
        status = cursor.read("status", read_status)
        cursor.item(f"scenes.{code}", {"status": status, "ai": bool(ai)})

    def _kpi(self, cursor: "_Cursor") -> None:
        code = self._code(cursor, self.rules.criteria.kpis, "import_unknown_kpi")
        if not code or not self._once(cursor, "code", code, code):
            return
        share = self.rules.measures.get(code, "").endswith("（%）")
        top = 100.0 if share else MAX_KPI
        for key, name in (("before", "kpis_before"), ("now", "kpis")):
            value = cursor.read(key, lambda text: read_number(text, minimum=0, maximum=top))
            if value is not None:
                cursor.item(f"{name}.{code}", value)

    def _eligibility(self, cursor: "_Cursor") -> None:
        # Those that are calculated too: an older assessment may hold an answer.
        known = {item.code for item in self.rules.criteria.eligibility}
        code = self._code(cursor, known, "import_unknown_eligibility")
        if not code or not self._once(cursor, "code", code, code):
            return
        before = len(cursor.row.problems)
        value = cursor.read("answer", read_yes_no_unknown)
        if len(cursor.row.problems) == before:
            cursor.item(f"eligibility.{code}", value)

    def _profile(self, cursor: "_Cursor") -> None:
        names = {fold(title): key for key, title in PROFILE_ITEMS.items()}
        key = names.get(fold(cursor.text("item")))
        if key is None:
            cursor.add("item", "import_unknown_item", value=quoted(cursor.text("item")))
            return
        if not self._once(cursor, "item", f"profile.{key}", PROFILE_ITEMS[key]):
            return
        field_name, read = {
            "mfg_type": ("mfg_type", _read_mfg_type),
            "assessed_on": ("assessed_on", self._read_day),
            "systems": ("profile.systems", _read_systems),
            "budget": ("profile.budget_fen", _read_budget),
            "weeks": ("profile.horizon_weeks", _read_weeks),
        }[key]
        value = cursor.read("value", read)
        if value is None:
            return
        cursor.item(field_name, value)
        if key == "mfg_type":
            self.mfg_type = MfgType(str(value))

    def _read_day(self, text: str) -> object:
        return read_day(text, latest=self.rules.today).isoformat()


@dataclass
class _Cursor:
    """Reads the cells of one row and keeps what comes of them in it."""

    row: RowReading
    places: Mapping[str, int]
    sheet: str

    def text(self, key: str) -> str:
        """Give a cell's text."""
        return self.row.cells.get(key, "")

    def item(self, name: str, value: object) -> None:
        """Propose a value."""
        self.row.items.append(Item(name, value, sheet=self.sheet, row=self.row.number))

    def add(self, key: str, code: str, **params: str | int | float) -> None:
        """Note a problem at a cell."""
        letter = column_letter(self.places.get(key, 0))
        self.row.problems.append(
            CellProblem(code, params, self.sheet, self.row.number, letter, key)
        )

    def read(self, key: str, read: Callable[[str], Value]) -> Value | None:
        """Read a cell; None when it is blank, or wrong, which is noted."""
        if is_blank(text := self.text(key)):
            return None
        try:
            return read(text)
        except BadCell as bad:
            self.add(key, bad.code, **bad.params)
            return None


def _too_long(sheet: str, count: int) -> Problem:
    params: dict[str, str | int | float] = {"sheet": quoted(sheet), "count": count}
    return Problem("import_too_many_rows", "file", {**params, "max": MAX_ROWS})


def _read_mfg_type(text: str) -> object:
    plain = fold(text).removesuffix("制造")
    for code, title in MFG_TITLES.items():
        if plain in {title, title.removesuffix("型"), code}:
            return code
    raise BadCell("import_mfg_type", value=quoted(text))


def _read_systems(text: str) -> object:
    parts = prose_of(text).replace("\n", "、")
    for sign in "，,；;/":
        parts = parts.replace(sign, "、")
    names = list(dict.fromkeys(name.strip() for name in parts.split("、") if name.strip()))
    if len(names) > MAX_SYSTEMS:
        raise BadCell("import_too_many_systems", max=MAX_SYSTEMS, count=len(names))
    longest = max((len(name) for name in names), default=0)
    if longest > MAX_SYSTEM_NAME:
        raise BadCell("import_text_long", max=MAX_SYSTEM_NAME, length=longest)
    return names


def _read_budget(text: str) -> object:
    return round(read_number(text, minimum=0.01, maximum=MAX_WAN) * FEN_PER_WAN)


def _read_weeks(text: str) -> object:
    return read_whole(text, minimum=1, maximum=MAX_WEEKS)
