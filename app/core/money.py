"""Money is integer fen (分) inside, 万元 (10,000 yuan) on forms and pages."""

from decimal import ROUND_HALF_UP, Decimal

FEN_PER_WAN = 1_000_000


def fen_from_wan(wan: Decimal | int | float | str) -> int:
    """Turn an amount in 万元 into fen, rounded half up to whole fen."""
    amount = Decimal(str(wan)) * FEN_PER_WAN
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def wan_from_fen(fen: int) -> Decimal:
    """Turn fen into 万元 without rounding."""
    return Decimal(fen) / FEN_PER_WAN


def exact_wan(fen: int | None) -> str:
    """Write fen as 万元 exactly, for a field: a rounded amount would change by being saved."""
    return "" if fen is None else f"{wan_from_fen(fen).normalize():f}"


def format_wan(fen: int) -> str:
    """Write fen as 万元 with at most two decimals and no trailing zeros, such as `12.5`."""
    rounded = wan_from_fen(fen).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    text = f"{rounded:,.2f}"
    return text.rstrip("0").rstrip(".")
