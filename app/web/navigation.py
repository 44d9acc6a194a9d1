"""The areas of the site that an actor has."""

from dataclasses import dataclass

from app.core.actors import Actor, Role
from app.web.i18n import N_


@dataclass(frozen=True, slots=True)
class Area:
    """One entry of the main navigation: a route name, its path prefix and its Chinese title."""

    route: str
    prefix: str
    title: str

    def holds(self, path: str) -> bool:
        """Tell whether a page lies in this area."""
        return path == self.prefix or path.startswith(f"{self.prefix}/")


CATALOGUE = Area("catalogue", "/catalogue", N_("产品方案目录"))
FACTORY = Area("factory_home", "/factory", N_("我的工厂"))
PROVIDER = Area("provider_home", "/provider", N_("我的供给"))
REVIEW = Area("review_queue", "/organiser/review", N_("目录审核"))
ASSESSMENTS = Area("assessment_queue", "/organiser/assessments", N_("评估复核"))
MEETINGS = Area("my_meetings", "/my/meetings", N_("我的洽谈"))
CRITERIA = Area("criteria_list", "/admin/criteria", N_("评价标准集"))
EVENTS = Area("event_list", "/organiser/events", N_("对接活动"))


def areas_of(actor: Actor) -> list[Area]:
    """Give the navigation of an actor; everybody sees the catalogue."""
    areas = [CATALOGUE]
    if actor.has(Role.FACTORY_MEMBER):
        areas.append(FACTORY)
    if actor.has(Role.PROVIDER_MEMBER):
        areas.append(PROVIDER)
    if actor.has(Role.FACTORY_MEMBER) or actor.has(Role.PROVIDER_MEMBER):
        areas.append(MEETINGS)
    if actor.organised_regions or actor.has(Role.PROVINCIAL_ORGANISER):
        areas.extend((EVENTS, REVIEW))
    if actor.organised_regions:
        areas.append(ASSESSMENTS)
    if actor.has(Role.ADMIN):
        areas.append(CRITERIA)
    return areas


def home_route(actor: Actor) -> str:
    """Give the page that an actor starts from after signing in."""
    for area in (FACTORY, PROVIDER, EVENTS, CRITERIA):
        if area in areas_of(actor):
            return area.route
    return "home"
