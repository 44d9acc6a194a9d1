"""How a criterion set is named: code and version together."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CriterionRef:
    """One version of one criterion set, written `CODE@VERSION` in addresses and files."""

    code: str
    version: str

    def __str__(self) -> str:
        """Write the reference as it stands in an address."""
        return f"{self.code}@{self.version}"

    @classmethod
    def parse(cls, text: str) -> "CriterionRef | None":
        """Read `CODE@VERSION`; None when it is not of that form."""
        code, sign, version = text.partition("@")
        return cls(code, version) if sign and code and version else None
