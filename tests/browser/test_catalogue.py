"""Search and facets as a visitor's browser sees them, with and without script."""

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("path", ["/", "/login", "/catalogue", "/catalogue?q=找料全靠老师傅记"])
def test_public_pages_are_clean_at_both_widths(visit, path):
    visit.open(path)

    assert visit.too_wide_by <= 0
    assert visit.complaints == []


def test_ticking_a_facet_swaps_the_results_and_back_restores_them(desktop):
    desktop.open("/catalogue?q=设备停机")
    before = desktop.page.inner_text("#result-title")

    desktop.page.locator("input[name=link]:not([disabled])").first.check()
    desktop.page.wait_for_url("**link=*")
    during = desktop.page.inner_text("#result-title")
    desktop.page.go_back()
    expect(desktop.page.locator("#result-title")).to_have_text(before)

    assert during != before
    assert desktop.page.locator("input[name=link]:checked").count() == 0
    assert desktop.complaints == []


def test_the_result_count_is_announced(desktop):
    desktop.open("/catalogue")

    desktop.page.locator("input[name=link]:not([disabled])").first.check()
    expect(desktop.page.locator("#announce")).not_to_have_text("")

    assert desktop.page.inner_text("#announce") == desktop.page.inner_text("#result-title")


def test_search_and_facets_work_without_script(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/catalogue")

    page.fill("#q", "轴承坏了才知道")
    page.click("main .search-row button")
    page.locator("input[name=link]:not([disabled])").first.check()
    page.click("text=应用筛选")

    assert "link=" in page.url
    assert page.locator("article.result").count() > 0
    context.close()


def test_english_pages_are_english(visit):
    visit.open("/")
    visit.page.click("text=English")

    assert visit.page.locator("html").get_attribute("lang") == "en"
    assert "Sign in" in visit.page.inner_text("header")
    assert visit.too_wide_by <= 0
