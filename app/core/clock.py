"""The only place that reads the clock; everything else is handed `now`."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def utc_now() -> datetime:
    """Give the present as an aware UTC datetime."""
    return datetime.now(UTC)


def china_today(now: datetime) -> date:
    """Give the calendar day in Beijing time of the aware instant `now`."""
    return now.astimezone(CHINA).date()
