"""The chooser and the search in a real browser, from a disk and without a network."""

import pytest

pytestmark = pytest.mark.system


@pytest.fixture
def chooser(page, built):
    page.goto(f"file://{built}/chooser.html")
    page.wait_for_selector(".verdict")
    return page


def verdict(page):
    return page.locator(".verdict").get_attribute("data-verdict")


def test_it_begins_with_what_is_right(chooser):
    assert verdict(chooser) == "right"
    assert "binary_crossentropy" in chooser.locator("#code").inner_text()


def test_every_field_has_a_label_and_is_reached_by_keyboard(chooser):
    names = (
        "What is to be learned",
        "How labels are written",
        "Units of the last layer",
        "Its activation",
        "Loss",
        "Metric",
    )
    for name in names:
        assert chooser.get_by_role("combobox", name=name).count() == 1
    chooser.get_by_role("combobox", name=names[0]).focus()
    for name in names[1:]:
        chooser.keyboard.press("Tab")
        focused = chooser.evaluate("document.activeElement.id")
        assert focused == chooser.get_by_label(name, exact=True).get_attribute("id")


def test_the_answer_is_announced(chooser):
    answer = chooser.get_by_role("region", name="Answer")
    assert answer.get_attribute("aria-live") == "polite"
    assert (
        answer.get_by_role("img")
        .get_attribute("aria-label")
        .startswith("Training loss on TensorFlow")
    )


def test_a_fault_is_chosen_by_keyboard_alone(chooser):
    chooser.get_by_label("Its activation").focus()
    chooser.keyboard.press("ArrowDown")  # from sigmoid to softmax
    assert verdict(chooser) == "wrong"
    link = chooser.locator("#answer a", has_text="KC103")
    assert link.get_attribute("href") == "rules/KC103-softmax-on-one-unit.html"
    assert "0.50" in chooser.locator("#answer table").inner_text()


def test_a_right_one_is_a_button_away(chooser):
    chooser.get_by_label("Its activation").select_option("softmax")
    chooser.get_by_role("button", name="1 units, sigmoid, BinaryCrossentropy").click()
    assert verdict(chooser) == "right"
    assert chooser.evaluate("document.activeElement.id") == "choose-units"


def test_a_metric_is_judged_and_goes_into_the_code(chooser):
    chooser.get_by_label("What is to be learned").select_option("multilabel")
    chooser.get_by_label("Metric", exact=True).select_option('"accuracy"')
    assert (
        chooser.locator("#metric-answer").inner_text() == '"accuracy" shows 0.65, 0.57'
    )
    assert chooser.locator("#answer a", has_text="KC301").count() == 1
    assert 'metrics=["accuracy"]' in chooser.locator("#code").inner_text()


def test_a_regression_has_no_classes(chooser):
    chooser.get_by_label("What is to be learned").select_option("regression")
    assert "classes" not in chooser.locator("figcaption").inner_text()
    label = chooser.locator("#answer svg").get_attribute("aria-label")
    assert "separated" not in label


def test_the_code_to_copy_is_python(chooser):
    import ast

    for activation in ("sigmoid", "softmax", "linear"):
        chooser.get_by_label("Its activation").select_option(activation)
        for metric in ("", '"accuracy"'):
            chooser.get_by_label("Metric", exact=True).select_option(metric)
            code = chooser.locator("#code").inner_text()
            ast.parse(code)
            assert ("metrics=" in code) == bool(metric)


def test_a_page_links_to_a_combination(page, built):
    page.goto(f"file://{built}/goes-together.html")
    page.locator("a[href*='activation=softmax&loss=BinaryCrossentropy']").first.click()
    page.wait_for_selector(".verdict")
    assert page.get_by_label("Its activation").input_value() == "softmax"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_without_scrolling_sideways(chromium, built, scheme):
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, color_scheme=scheme
    )
    page = context.new_page()
    for name in ("chooser", "goes-together", "logs", "rules/index", "json"):
        page.goto(f"file://{built}/{name}.html")
        wider = "document.documentElement.scrollWidth > innerWidth"
        assert not page.evaluate(wider), name
    context.close()


def test_the_search_finds_rules_on_a_disk(page, built):
    page.goto(f"file://{built}/index.html")
    page.wait_for_timeout(500)
    page.keyboard.press("/")
    page.keyboard.type("softmax on one unit")
    result = page.locator(".md-search-result__item", has_text="KC103")
    result.first.wait_for(timeout=10_000)
