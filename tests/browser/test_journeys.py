"""The three roles do their main job in a real browser, at both widths."""

import re

import pytest
from playwright.sync_api import expect


def test_a_factory_sees_its_gaps_and_gets_three_proven_bundles(visit):
    visit.log_in("factory")
    visit.page.click("main a[href$='/gaps']")

    assert visit.page.locator("svg[role=img] polygon").count() >= 2
    assert visit.too_wide_by <= 0

    visit.page.click("main a[href$='/match']")
    visit.page.click("main form[method=post] button.button")
    visit.page.wait_for_url("**/factory/runs/*")

    for name in ("经济", "均衡", "全面"):
        expect(visit.page.get_by_role("heading", name=name, exact=True).first).to_be_visible()
    assert visit.page.get_by_text("已证明最优").count() >= 3
    assert visit.page.locator("mark").count() > 0
    assert visit.too_wide_by <= 0
    assert visit.complaints == []


def test_a_factory_writes_a_need_and_confirms_the_scenes(desktop):
    desktop.log_in("factory")
    desktop.page.click("main a[href$='/needs/new']")

    desktop.page.fill(
        "#field-symptom", "轧辊轴承什么时候坏没人知道，坏了就停线半天，只能整夜派人守着听"
    )
    desktop.page.click("main button[value=propose]")

    expect(desktop.page.locator("main")).to_contain_text("设备故障诊断与预测")
    assert desktop.complaints == []


def test_a_broken_form_moves_the_focus_to_what_is_wrong(desktop):
    desktop.log_in("provider")
    desktop.open("/provider/offerings/new")

    desktop.page.fill("#field-name", "烘箱曲线监测")
    desktop.page.fill("#field-price_min", "２０")
    desktop.page.fill("#field-price_max", "１０")
    desktop.page.click("main button.button[value=submit]")

    assert desktop.page.title().startswith("错误：")
    assert desktop.page.evaluate("document.activeElement.id") == "error-summary"
    expect(desktop.page.locator("#field-name")).to_have_value("烘箱曲线监测")
    expect(desktop.page.locator("#error-price_max")).to_contain_text("最高价不能低于最低价")


def test_an_organiser_plans_an_event_and_sees_the_timetable(visit):
    visit.log_in("organiser")
    visit.open("/organiser/events")
    visit.page.click("main a:has-text('邢台市轴承')")
    assert visit.too_wide_by <= 0

    visit.page.click("main form[action$='/generate'] button")
    visit.page.wait_for_url(re.compile(r"/runs/"), timeout=60_000)

    assert visit.page.locator("td.meeting").count() > 20
    expect(visit.page.locator("main")).to_contain_text("0")
    assert visit.too_wide_by <= 0
    assert visit.complaints == []


@pytest.mark.parametrize(
    ("login", "paths"),
    [
        ("factory", ["/factory", "/my/meetings"]),
        ("provider", ["/provider", "/provider/offerings/new", "/my/meetings"]),
        ("province", ["/organiser/events", "/organiser/events/new", "/organiser/review"]),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_every_role_are_clean_in_both_languages(visit, login, paths, language):
    visit.log_in(login)
    if language == "en":
        visit.page.click("header >> text=English")
    for path in paths:
        visit.open(path)
        assert visit.too_wide_by <= 0, path
        assert visit.page.locator("html").get_attribute("lang") == (
            "en" if language == "en" else "zh-CN"
        )
    assert visit.complaints == []


def test_no_page_is_kept_in_browser_storage(desktop):
    desktop.log_in("factory")
    desktop.page.click("main a[href$='/gaps']")
    desktop.open("/catalogue?q=轴承")

    stored = desktop.page.evaluate("[Object.entries(localStorage), Object.entries(sessionStorage)]")

    # htmx notes the present address for its Back handling; pages themselves are never kept.
    assert stored[0] == []
    assert [key for key, _ in stored[1]] in ([], ["htmx-current-path-for-history"])


def test_a_password_manager_can_fill_the_sign_in_form(desktop):
    desktop.open("/login")

    login = desktop.page.locator("#field-login")
    assert login.get_attribute("autocomplete") == "username"
    assert desktop.page.locator("#field-password").get_attribute("autocomplete") == (
        "current-password"
    )
