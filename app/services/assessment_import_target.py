"""The assessment that an import is judged against and goes into."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.models import Assessment, Factory
from app.queries import assessments as assessment_queries
from app.queries import factories as factory_queries
from app.services.assessment_import_flat import Flat, flat_of
from app.services.criteria import CriteriaShelf, ref_of
from matching.gaps import CriterionSet, MfgType


@dataclass(frozen=True)
class Target:
    """What a file is read against.

    Attributes:
        factory: loaded with its organisation.
        criteria: of the open draft, else the default set.
        mfg_type: of the open draft or last version, else the factory's.
        flat: present values: of the open draft, else those that a new version starts with.
        version: of the assessment that `flat` shows; 0 when there is none.
        is_open: the factory is working on that version.
    """

    factory: Factory
    criteria: CriterionSet
    mfg_type: MfgType
    flat: Flat
    version: int
    is_open: bool

    @property
    def criteria_ref(self) -> str:
        """Give CODE@VERSION of the criterion set."""
        return str(ref_of(self.criteria))


def target_of(session: Session, factory: Factory, shelf: CriteriaShelf, *, today: date) -> Target:
    """Find what an import would go into; nothing is created. `today` is the day in China."""
    opened = assessment_queries.open_of(session, factory.id)
    shown = opened or factory_queries.latest_assessment(session, factory.id)
    criteria = shelf.of_assessment(session, opened) if opened else shelf.default
    mfg_type = shown.mfg_type if shown else factory.mfg_type
    return Target(
        factory=factory,
        criteria=criteria,
        mfg_type=MfgType(mfg_type.value),
        flat=flat_of(opened) if opened else _fresh(factory, shown, criteria, today),
        version=shown.version if shown else 0,
        is_open=opened is not None,
    )


def base_of(session: Session, factory: Factory) -> Assessment | None:
    """Give the version that a new one starts from."""
    return factory_queries.latest_assessment(session, factory.id)


def _known(flat: Mapping[str, object], criteria: CriterionSet) -> Flat:
    """Leave out what the criteria do not know, as a new version does."""
    codes = {
        "answers": criteria.subdomains,
        "evidence": criteria.subdomains,
        "findings": criteria.subdomains,
        "trimmed": criteria.subdomains,
        "scenes": criteria.scenes,
        "kpis": criteria.kpis,
        "kpis_before": criteria.kpis,
        "eligibility": {item.code for item in criteria.eligibility},
    }
    return {
        name: value
        for name, value in flat.items()
        if (parts := name.split("."))[0] not in codes or parts[1] in codes[parts[0]]
    }


def _fresh(factory: Factory, last: Assessment | None, criteria: CriterionSet, today: date) -> Flat:
    """Give what `start_assessment` begins with: the last version, but today and the profile."""
    flat = _known(flat_of(last), criteria) if last else {"mfg_type": factory.mfg_type.value}
    flat = {name: value for name, value in flat.items() if not name.startswith("profile.")}
    profile = {
        "profile.systems": list(factory.systems),
        "profile.budget_fen": factory.budget_fen,
        "profile.horizon_weeks": factory.horizon_weeks,
    }
    flat |= {name: value for name, value in profile.items() if value}
    return flat | {"assessed_on": today.isoformat()}
