"""What a plan of an event rests on beside the event: a digest of what is known of its firms."""

import hashlib
import json
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.clock import china_today
from app.models import Event, Side
from app.queries import factories as factory_queries
from app.services.event_instances import side_of

FACTORY_FACTS = ("industry", "region", "level", "target_level", "budget_fen", "horizon_weeks")


def facts_digest(session: Session, event: Event, *, now: datetime) -> str:
    """Give a SHA-256 of all that is scored: profiles, assessments, open needs, and the day.

    A need published or an assessment renewed changes no event, but it changes who fits whom. The
    day counts because entries of the catalogue run out. `event` is whole.
    """
    factories = [p.factory for p in side_of(event, Side.FACTORY) if p.factory is not None]
    providers = [p.provider for p in side_of(event, Side.PROVIDER) if p.provider is not None]
    ids = [factory.id for factory in factories]
    assessments = factory_queries.latest_assessments(session, ids)
    needs = factory_queries.open_needs_of_many(session, ids)
    facts: list[object] = [china_today(now).isoformat()]
    for factory in factories:
        assessment = assessments.get(factory.id)
        known = None if assessment is None else [str(assessment.id), str(assessment.updated_at)]
        profile = [getattr(factory, name) for name in FACTORY_FACTS]
        # A published need does not change any more: its id says it all.
        facts.append(
            [str(factory.id), profile, known, sorted(str(n.id) for n in needs[factory.id])]
        )
    facts += [[str(p.id), p.industries, p.service_places, p.organisation.region] for p in providers]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()
