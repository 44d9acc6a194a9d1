"""Bundles (组合方案): which offerings together close a factory's gaps best, with proof.

Importing this package loads neither OR-tools nor scipy; the searches load them when called.
"""

from matching.bundle.candidates import Gathered, Hit, gather
from matching.bundle.check import check, violations
from matching.bundle.explain import LedgerLine, OfferingReason, ledger, reasons
from matching.bundle.instance import BundleGap, BundleInstance, BundleOffering, Penalties
from matching.bundle.phases import Phase, Step, build_phases
from matching.bundle.problems import InvalidInstanceError, Problem, Rule, Violation
from matching.bundle.result import BundleResult, Closure, Limits, Status
from matching.bundle.solver import solve
from matching.bundle.validate import validate
from matching.bundle.variants import Variant, VariantKind, VariantSet, variants
from matching.bundle.whatif import BudgetWhatIf, Comparison, WhyNot, what_if_budget, why_not

__all__ = [
    "BudgetWhatIf",
    "BundleGap",
    "BundleInstance",
    "BundleOffering",
    "BundleResult",
    "Closure",
    "Comparison",
    "Gathered",
    "Hit",
    "InvalidInstanceError",
    "LedgerLine",
    "Limits",
    "OfferingReason",
    "Penalties",
    "Phase",
    "Problem",
    "Rule",
    "Status",
    "Step",
    "Variant",
    "VariantKind",
    "VariantSet",
    "Violation",
    "WhyNot",
    "build_phases",
    "check",
    "gather",
    "ledger",
    "reasons",
    "solve",
    "validate",
    "variants",
    "violations",
    "what_if_budget",
    "why_not",
]
