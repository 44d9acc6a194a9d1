"""Home, sign-in, catalogue and error pages, as a visitor's browser sees them."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.event import listen, remove
from starlette.datastructures import FormData
from structlog.testing import capture_logs

from app.core.actors import Role
from app.models import AuditEvent, ListingStatus, PoolStatus, UserSession
from app.web.forms.fields import FieldReader
from tests.conftest import NOW
from tests.factories import PASSWORD
from tests.web.conftest import text_of


def test_home_counts_what_is_listed(client, make, session):
    provider = make.provider()
    make.offering(provider=provider)
    make.offering(provider=provider, status=ListingStatus.DRAFT)
    session.commit()

    page = client.get("/")

    assert page.status_code == 200
    assert "1 项在目录产品和方案" in text_of(page)


def test_every_page_carries_the_security_headers(client):
    page = client.get("/")

    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "no-store"


def test_an_unknown_address_gets_a_page_that_helps(client):
    page = client.get("/no-such-page")

    assert page.status_code == 404
    assert "没有找到这个页面" in page.text
    assert 'href="/catalogue"' in page.text


def test_an_error_of_ours_shows_a_number_and_nothing_else(client, session):
    session.execute(text("ALTER TABLE providers RENAME TO gone"))
    session.commit()

    page = client.get("/")

    assert page.status_code == 500
    assert page.headers["X-Request-Id"] in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Traceback" not in page.text
    assert "providers" not in page.text


def test_a_body_over_the_limit_is_refused(client):
    page = client.post("/login", {"login": "x" * 3_000_000})

    assert page.status_code == 413


def test_behind_a_proxy_the_configured_address_is_the_own_origin(client, make, session, wiring):
    wiring.settings.base_url = "https://jizhi.example"
    user = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    session.commit()
    form = {"login": user.login, "password": PASSWORD}

    own = client.http.post("/login", data=form, headers={"Origin": "https://jizhi.example"})
    other = client.http.post("/login", data=form, headers={"Origin": "http://testserver"})

    assert own.status_code != 403
    assert other.status_code == 403


def test_a_broken_id_is_an_address_that_does_not_exist(client):
    assert client.get("/catalogue/offerings/not-a-uuid").status_code == 404


@pytest.mark.parametrize("query", ["轴承坏了才知道", "轴承 振动", "ｚhóu 轴承"])
def test_search_finds_a_listed_offering_by_symptom(client, make, session, query):
    offering = make.offering(provider=make.provider())
    session.commit()

    page = client.get("/catalogue", params={"q": query})

    assert page.status_code == 200
    assert offering.name in page.text


@pytest.mark.parametrize(
    ("status", "pool"),
    [
        (ListingStatus.DRAFT, PoolStatus.LISTED),
        (ListingStatus.SUBMITTED, PoolStatus.LISTED),
        (ListingStatus.SUSPENDED, PoolStatus.LISTED),
        (ListingStatus.REMOVED, PoolStatus.LISTED),
        (ListingStatus.LISTED, PoolStatus.SUSPENDED),
        (ListingStatus.LISTED, PoolStatus.REMOVED),
    ],
)
def test_what_is_not_public_is_neither_listed_nor_opened(client, make, session, status, pool):
    shown = make.offering(provider=make.provider(), name="看得见的监测")
    hidden = make.offering(
        provider=make.provider(pool_status=pool), status=status, name="看不见的监测"
    )
    session.commit()

    page = client.get("/catalogue", params={"q": "轴承坏了才知道"})

    assert shown.name in page.text
    assert hidden.name not in page.text
    assert "共 1 项" in page.text
    assert client.get(f"/catalogue/offerings/{hidden.id}").status_code == 404


def test_an_offering_past_its_date_is_not_in_the_results(client, make, session):
    make.offering(provider=make.provider(), valid_to=(NOW - timedelta(days=2)).date())
    session.commit()

    assert "共 0 项" in client.get("/catalogue").text


def test_facets_filter_and_the_chip_takes_the_filter_away(client, make, session):
    make.offering(provider=make.provider(), name="监测甲", scenes=["S28"])
    make.offering(provider=make.provider(), name="仓储乙", scenes=["S12"])
    session.commit()

    page = client.get("/catalogue", params={"scene": "S12"})

    assert "仓储乙" in page.text
    assert "监测甲" not in page.text
    assert 'class="chip" href="/catalogue"' in page.text


def test_no_result_names_the_filter_to_drop(client, make, session):
    make.offering(provider=make.provider(), scenes=["S28"], industries=["C34"])
    session.commit()

    page = client.get("/catalogue", params={"scene": "S28", "industry": "C13"})

    assert "没有符合全部条件" in page.text
    assert "去掉这个条件" in page.text


def test_htmx_gets_only_the_results(client, make, session):
    make.offering(provider=make.provider())
    session.commit()

    fragment = client.get("/catalogue", headers={"HX-Request": "true"})

    assert fragment.text.lstrip().startswith('<div class="with-side section" id="results"')
    assert "<html" not in fragment.text
    assert fragment.headers["Vary"] == "HX-Request, Cookie"


def test_a_change_of_the_catalogue_is_seen_by_the_next_search(client, make, session):
    make.offering(provider=make.provider(), name="先登记的")
    session.commit()
    assert "后登记的" not in client.get("/catalogue").text

    make.offering(provider=make.provider(), name="后登记的")
    session.commit()

    assert "后登记的" in client.get("/catalogue").text


def test_signing_in_keeps_only_the_hash_of_the_token(client, make, session):
    user = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    session.commit()

    client.log_in(user)

    token = client.http.cookies["jizhi_session"]
    stored = session.scalars(select(UserSession)).one()
    assert len(token) >= 43
    assert token not in stored.token_hash
    assert len(stored.token_hash) == 64


def test_a_wrong_password_says_so_keeps_the_login_and_is_audited(client, make, session):
    user = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    session.commit()

    page = client.post("/login", {"login": user.login, "password": "wrong"})

    assert page.status_code == 422
    assert "账号或密码不对" in page.text
    assert f'value="{user.login}"' in page.text
    assert "wrong" not in page.text
    assert session.scalars(select(AuditEvent.action)).all() == ["session.refused"]


def test_an_unknown_login_gets_the_same_answer(client, make, session):
    make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    session.commit()

    known = client.post("/login", {"login": "user2", "password": "x"})
    unknown = client.post("/login", {"login": "nobody", "password": "x"})

    assert known.status_code == unknown.status_code == 422
    assert "账号或密码不对" in unknown.text


def test_signing_out_ends_the_session_on_the_server(client, make, session):
    user = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    session.commit()
    client.log_in(user)

    client.post("/logout")

    assert session.scalars(select(UserSession)).all() == []


def test_an_idle_session_is_over(client, make, session, wiring):
    user = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    session.commit()
    client.log_in(user)
    assert "退出" in client.get("/").text

    wiring.clock = lambda: NOW + timedelta(minutes=31)

    assert "退出" not in client.get("/").text


def test_a_post_from_another_site_is_refused(client, make, session):
    user = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    session.commit()
    form = {"login": user.login, "password": PASSWORD}

    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ):
        assert client.http.post("/login", data=form, headers=headers).status_code == 403
    assert client.http.post("/login", data=form).status_code == 403


def test_a_browser_without_origin_headers_may_post_with_the_page_token(client, make, session):
    user = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    session.commit()
    client.get("/login")
    token = client.http.cookies["jizhi_csrf"]

    answer = client.http.post(
        "/login",
        data={"login": user.login, "password": PASSWORD, "csrf_token": token},
        follow_redirects=False,
    )

    assert answer.status_code == 303


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_redirects_off_site(client, make, session, target):
    user = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    session.commit()

    answer = client.post(
        "/login",
        {"login": user.login, "password": PASSWORD, "next": target},
        follow_redirects=False,
    )

    assert answer.headers["Location"] == "/"


def test_english_is_a_cookie_away(client):
    client.post("/language", {"language": "en", "next": "/"})

    page = client.get("/")

    assert '<html lang="en">' in page.text
    assert "Sign in" in page.text


def test_probes_answer_without_a_session(client):
    assert client.get("/livez").text == "ok"
    assert client.get("/readyz").json()["ready"] is True


def test_signing_in_again_ends_the_session_the_browser_had(client, make, session):
    user = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    session.commit()
    client.log_in(user)
    client.log_in(user)

    assert len(session.scalars(select(UserSession)).all()) == 1


def test_sessions_that_ran_out_are_cleared_away(client, make, session, wiring):
    user = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    session.commit()
    client.log_in(user)
    client.http.cookies.clear()

    wiring.clock = lambda: NOW + timedelta(hours=13)
    client.log_in(user)

    assert len(session.scalars(select(UserSession)).all()) == 1


def test_a_refused_sign_in_is_nobodys_deed(client, make, session):
    user = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    session.commit()

    client.post("/login", {"login": user.login, "password": "wrong"})

    row = session.scalars(select(AuditEvent)).one()
    assert row.actor_user_id is None
    assert row.object_id == str(user.id)


def test_a_visitor_who_signs_out_leaves_no_audit_row(client, session):
    client.post("/logout")

    assert session.scalars(select(AuditEvent)).all() == []


def test_over_https_signing_out_deletes_the_host_bound_cookie(client, make, session, wiring):
    wiring.settings.base_url = "https://jizhi.example"
    headers = {"Origin": "https://jizhi.example"}

    answer = client.http.post("/logout", headers=headers, follow_redirects=False)

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith('__Host-jizhi_session=""')
    assert "Max-Age=0" in cookie
    assert "Secure" in cookie


@pytest.mark.parametrize("target", ["http://[", "//[", "http://a℀b/", "http:/%2Fevil", "\x00/"])
def test_an_address_that_cannot_be_read_leads_home(client, target):
    answer = client.post("/language", {"language": "en", "next": target}, follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["Location"] in {"/", "/%2Fevil"}


def test_htmx_is_led_back_to_an_address_with_chinese_in_it(client):
    answer = client.post(
        "/language",
        {"language": "en", "next": "/catalogue?q=轴承&scene=S28"},
        headers={"HX-Request": "true"},
    )

    assert answer.headers["HX-Redirect"] == "/catalogue?q=%E8%BD%B4%E6%89%BF&scene=S28"


def test_pages_are_read_while_somebody_writes(client, make, session, database, wiring):
    user = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    session.commit()
    client.log_in(user)
    wiring.clock = lambda: NOW + timedelta(minutes=5)

    with database.session(write=True) as writer:
        writer.execute(text("UPDATE users SET is_active = is_active"))
        page = client.get("/")

    assert page.status_code == 200
    assert "退出" in page.text


def test_static_files_are_kept_and_pages_are_not(client):
    address = re.search(r'href="(/static/css/[^"]+)"', client.get("/").text)[1]

    assert "immutable" in client.get(address).headers["Cache-Control"]
    assert client.get("/static/css/app.css").headers["Cache-Control"] == "no-cache"
    assert client.get("/static/none.css?v=1").headers["Cache-Control"] == "no-store"


def test_a_form_posted_after_the_session_ended_does_not_lead_back_to_its_post_address(client):
    answer = client.post(
        "/factory/needs/00000000-0000-0000-0000-000000000000/publish", {}, follow_redirects=False
    )

    assert answer.headers["Location"] == "/login"


def test_a_refusal_that_htmx_shows_takes_the_whole_page(client):
    answer = client.http.post("/language", headers={"HX-Request": "true"})

    assert answer.status_code == 403
    assert answer.headers["HX-Retarget"] == "body"


def test_home_counts_only_what_the_catalogue_shows(client, make, session):
    shown = make.offering(provider=make.provider())
    make.case(offering=shown)
    make.offering(provider=make.provider(), valid_to=(NOW - timedelta(days=2)).date())
    hidden = make.offering(provider=make.provider(pool_status=PoolStatus.SUSPENDED))
    make.case(offering=hidden)
    session.commit()

    words = text_of(client.get("/"))

    assert "2 家服务商" in words
    assert "1 项在目录产品和方案" in words
    assert "1 个案例" in words


def test_a_provider_of_one_city_and_the_province_counts_once(client, make, session):
    make.offering(provider=make.provider(service_places=["邢台", "全省"]))
    session.commit()

    box = re.search(r'value="邢台">[^<]*<span class="count">(\d+)<', client.get("/catalogue").text)

    assert box[1] == "1"


def statements(database, action) -> int:
    """Count the statements that the database was asked to run during `action`."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        seen.append(statement)

    listen(database.engine, "before_cursor_execute", note)
    action()
    remove(database.engine, "before_cursor_execute", note)
    return len([statement for statement in seen if statement.startswith("SELECT")])


def test_the_number_of_queries_does_not_grow_with_the_catalogue(client, make, session, database):
    make.case(offering=make.offering(provider=make.provider()))
    session.commit()
    client.get("/catalogue")
    one = statements(database, lambda: client.get("/catalogue"))

    for _ in range(2):
        make.case(offering=make.offering(provider=make.provider()))
    session.commit()
    client.get("/catalogue")
    three = statements(database, lambda: client.get("/catalogue"))

    assert 0 < three == one


def test_nobody_writes_lines_of_their_own_into_the_log(client):
    with capture_logs() as lines:
        client.get("/a%0Afake%1B[31m")

    assert [line["path"] for line in lines] == ["/a%0Afake%1B%5B31m"]


def test_a_page_that_cannot_even_say_so_still_answers(client, monkeypatch):
    monkeypatch.setattr("app.web.pages.areas_of", lambda _actor: [][0])

    page = client.get("/")

    assert page.status_code == 500
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Internal error" in page.text


def test_an_unknown_address_keeps_the_navigation_of_who_is_signed_in(client, make, session):
    user = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    session.commit()
    client.log_in(user)

    page = client.get("/no-such-page")

    assert page.status_code == 404
    assert "我的工厂" in page.text
    assert "退出" in page.text


def test_a_provider_without_listed_offerings_says_so(client, make, session):
    provider = make.provider()
    session.commit()

    assert "还没有该服务商的产品和方案" in client.get(f"/providers/{provider.id}").text


def test_a_quoted_value_is_cut_and_a_year_of_twenty_digits_is_no_date():
    reader = FieldReader(FormData([("day", "9" * 20 + "-01-01"), ("n", "x" * 5_000)]))

    assert reader.day("day") is None
    assert reader.whole("n", minimum=0, maximum=9) is None
    assert [problem.code for problem in reader.problems] == ["not_a_date", "not_a_number"]
    assert reader.problems[1].params["value"] == "x" * 60 + "…"


@pytest.mark.parametrize("path", ["/", "/catalogue", "/livez", "/static/css/app.css"])
def test_head_answers_like_get_without_a_body(client, path):
    full, head = client.get(path), client.http.head(path)

    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["Content-Type"] == full.headers["Content-Type"]


def test_the_probe_says_what_is_not_ready_but_no_path_and_no_statement(client, wiring, session):
    session.execute(text("DELETE FROM alembic_version"))
    session.commit()
    wiring.index.__dict__.pop("encoder")
    wiring.index.__dict__.pop("scenes")
    wiring.index._model = str(wiring.settings.data_dir / "no-such-model")

    page = client.get("/readyz")

    assert page.status_code == 503
    assert page.json()["migrations"] == "the schema is behind this version: run jizhi migrate"
    assert page.json()["model"] != "ok"
    assert str(wiring.settings.data_dir) not in page.text


def test_a_newcomer_is_shown_once_an_offering_of_its_is_listed(client, make, session):
    newcomer = make.provider(pool_status=PoolStatus.CANDIDATE)
    make.offering(provider=newcomer, status=ListingStatus.SUBMITTED)
    session.commit()
    assert client.get(f"/providers/{newcomer.id}").status_code == 404

    make.offering(provider=newcomer, status=ListingStatus.LISTED)
    session.commit()

    assert client.get(f"/providers/{newcomer.id}").status_code == 200


def test_a_question_that_means_nothing_finds_nothing(client, make, session):
    make.offering(provider=make.provider())
    session.commit()

    assert "共 0 项" in client.get("/catalogue", params={"q": "zzzz qqqq"}).text
