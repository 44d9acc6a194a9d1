"""Making and changing factories through the use-cases."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.core.actors import Role
from app.core.errors import Forbidden, InvalidInput, NotFound, StaleVersion
from app.models import AuditEvent, Factory, ManufacturingType, Membership
from app.services.factories import FactoryContent, change_factory, content_of, create_factory
from tests.conftest import NOW

CONTENT = FactoryContent(
    name="一厂",
    region="邢台",
    county="信都区",
    industry="C34",
    mfg_type=ManufacturingType.DISCRETE,
    product="轴承",
    systems=("ERP",),
)


def create(session, actor, organisation, **values):
    return create_factory(
        session,
        **{
            "factory_id": uuid4(),
            "organisation_id": organisation.id,
            "content": CONTENT,
            "actor": actor,
            "now": NOW,
            **values,
        },
    )


def test_a_member_creates_a_factory_that_nobody_has_recognised(session, make):
    organisation = make.organisation()
    member = make.actor(role=Role.FACTORY_MEMBER, organisation=organisation)

    factory = create(session, member, organisation)

    assert (factory.level, factory.target_level) == ("FL0", "FL1")
    assert content_of(factory) == CONTENT
    assert factory.systems == ["ERP"]


def test_the_key_of_a_foreign_factory_is_not_found(session, make):
    organisation, other = make.organisation(), make.factory()
    member = make.actor(role=Role.FACTORY_MEMBER, organisation=organisation)

    with pytest.raises(NotFound):
        create(session, member, organisation, factory_id=other.id)
    with pytest.raises(NotFound):
        create(session, member, other.organisation)


def test_a_department_member_makes_no_factory(session, make):
    department = make.organisation()
    organiser = make.actor(role=Role.CITY_ORGANISER, organisation=department)

    with pytest.raises(Forbidden):
        create(session, organiser, department)


def test_a_provider_member_is_not_let_in_where_people_for_factories_are(session, make):
    organisation = make.organisation()
    make.user(role=Role.FACTORY_MEMBER, organisation=organisation)
    provider = make.actor(role=Role.PROVIDER_MEMBER, organisation=organisation)

    with pytest.raises(Forbidden):
        create(session, provider, organisation)
    assert session.scalars(select(Factory)).all() == []


def test_a_provider_member_is_let_in_with_the_first_factory_once(session, make):
    organisation = make.organisation()
    provider = make.actor(role=Role.PROVIDER_MEMBER, organisation=organisation)

    create(session, provider, organisation)

    roles = session.scalars(select(Membership.role).order_by(Membership.role)).all()
    assert roles == [Role.FACTORY_MEMBER, Role.PROVIDER_MEMBER]
    granted = session.scalars(select(AuditEvent).where(AuditEvent.action == "membership.granted"))
    assert granted.one().detail == {"role": "factory_member", "because": "first_factory"}


def test_saving_what_is_there_changes_nothing_whatever_was_seen(session, make):
    factory = make.factory()
    member = make.actor(role=Role.FACTORY_MEMBER, organisation=factory.organisation)

    change_factory(
        session,
        factory_id=factory.id,
        content=content_of(factory),
        seen=None,
        actor=member,
        now=NOW.replace(year=2027),
    )

    assert factory.updated_at == NOW
    assert session.scalars(select(AuditEvent)).all() == []


def test_a_change_names_its_fields_and_an_old_form_is_refused(session, make):
    factory = make.factory()
    member = make.actor(role=Role.FACTORY_MEMBER, organisation=factory.organisation)
    later = NOW.replace(year=2027)
    content = replace(content_of(factory), product="轧机轴承")

    def change(what, seen):
        return change_factory(
            session, factory_id=factory.id, content=what, seen=seen, actor=member, now=later
        )

    change(content, NOW)
    assert (factory.product, factory.updated_at) == ("轧机轴承", later)
    (event,) = session.scalars(select(AuditEvent)).all()
    assert (event.action, event.detail) == ("factory.changed", {"fields": ["product"]})

    with pytest.raises(StaleVersion):
        change(replace(content, staff=9), NOW)
    assert factory.staff is None


def test_two_factories_of_an_organisation_have_two_names(session, make):
    first = make.factory(name="一厂")
    second = make.factory(organisation=first.organisation, name="二厂")
    make.factory(name="三厂")
    member = make.actor(role=Role.FACTORY_MEMBER, organisation=first.organisation)

    def rename(name):
        change_factory(
            session,
            factory_id=second.id,
            content=replace(content_of(second), name=name),
            seen=second.updated_at,
            actor=member,
            now=NOW,
        )

    with pytest.raises(InvalidInput, match="factory_name_taken"):
        rename("一厂")
    assert second.name == "二厂"
    rename("三厂")
    assert second.name == "三厂"


@pytest.mark.parametrize(
    ("role", "region", "error"),
    [
        (Role.FACTORY_MEMBER, "邢台", NotFound),
        (Role.PROVIDER_MEMBER, "邢台", NotFound),
        (Role.CITY_ORGANISER, "唐山", NotFound),
        (Role.CITY_ORGANISER, "邢台", Forbidden),
        (Role.PROVINCIAL_ORGANISER, "河北", Forbidden),
    ],
)
def test_only_members_change_a_factory(session, make, role, region, error):
    factory = make.factory()
    actor = make.actor(role=role, organisation=make.organisation(region=region))

    with pytest.raises(error):
        change_factory(
            session, factory_id=factory.id, content=CONTENT, seen=NOW, actor=actor, now=NOW
        )
