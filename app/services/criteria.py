"""The criterion sets at hand: those that ship with the platform, and those loaded later."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.criteria import CriterionRef
from app.core.errors import NotFound
from app.models import Assessment, CriterionSetRecord
from matching.gaps import CriterionSet, load_criteria


def ref_of(criteria: CriterionSet) -> CriterionRef:
    """Give the reference under which assessments store a set."""
    return CriterionRef(criteria.code, criteria.version)


@dataclass
class CriteriaShelf:
    """Looks criterion sets up by reference; the first shipped one is the default.

    A loaded set never changes under its version, so what was built once is kept.
    """

    shipped: Sequence[CriterionSet]
    _built: dict[CriterionRef, CriterionSet] = field(default_factory=dict)

    @property
    def default(self) -> CriterionSet:
        """The set that new assessments are judged by."""
        return self.shipped[0]

    @property
    def default_ref(self) -> CriterionRef:
        """The reference of the default set."""
        return ref_of(self.default)

    def get(self, session: Session, ref: CriterionRef) -> CriterionSet:
        """Give one set.

        Raises:
            NotFound: nobody has loaded it.
        """
        for criteria in self.shipped:
            if ref_of(criteria) == ref:
                return criteria
        if ref not in self._built:
            record = session.scalars(
                select(CriterionSetRecord).where(
                    CriterionSetRecord.code == ref.code, CriterionSetRecord.version == ref.version
                )
            ).one_or_none()
            if record is None:
                raise NotFound
            self._built[ref] = load_criteria(record.content)
        return self._built[ref]

    def of_assessment(self, session: Session, assessment: Assessment) -> CriterionSet:
        """Give the set that an assessment is judged by; the default where it is gone."""
        try:
            return self.get(
                session, CriterionRef(assessment.criteria_code, assessment.criteria_version)
            )
        except NotFound:
            return self.default
