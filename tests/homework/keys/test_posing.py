"""The problems of a key, solved; what is wrong with one is underlined in the key."""

from __future__ import annotations

import pytest

from gradcli.homework.keys.key import read_key
from gradcli.homework.keys.posing import MOST_VARIANTS, check_printed, check_variants, pose_problem
from gradcli.homework.keys.variants import variant
from gradcli.language import GradcliError

PRODUCT = 'id = "p1"\nformula = "q = x + y; f = q*z"\nat = { x = -2, y = 5, z = -4 }\n'


def posed(body, head=""):
    """The last problem of a key."""
    key = read_key(f"{head}\n[[problem]]\n{body}", "key.toml")
    index = len(key.problems) - 1
    problem = pose_problem(key, index, variant(key.problems[index], None, 0))
    check_printed(key, index, problem)
    return problem


def refused(body, head=""):
    """The message, the part of the key that is underlined, and the hint."""
    with pytest.raises(GradcliError) as caught:
        posed(body, head)
    fault = caught.value
    assert fault.code == "bad-key"
    return fault.message, fault.text[fault.start : fault.end], fault.hint


def varied(vary, formula="f = 1/(x - y)"):
    """Check the variants of a problem; the message of what is refused and what is underlined, or None."""
    body = f'id = "p1"\nformula = "{formula}"\nat = {{ x = 1, y = 2 }}\nvary = {vary}\n'
    try:
        check_variants(read_key("[[problem]]\n" + body, "key.toml"), 0)
    except GradcliError as fault:
        return fault.message, fault.text[fault.start : fault.end]
    return None


def test_variants_that_have_answers():
    assert varied("{ x = [1, 3], y = [2, 4] }") is None
    assert varied("{ }") is None


def test_a_variant_without_an_answer_is_found_before_a_student_gets_it():
    message, underlined = varied("{ x = [1, 3, 4], y = [2, 4] }")  # 4 - 4 alone is 0
    assert "x=4, y=4" in message
    assert "1/0" in message
    assert underlined == "vary = { x = [1, 3, 4], y = [2, 4] }"


def test_of_many_variants_each_value_is_tried():
    values = [*range(3, MOST_VARIANTS), 2]  # 2 - 2 is the last, and y has one value
    assert "x=2, y=2" in varied(f"{{ x = {values}, y = {[2] * 3} }}")[0]


def test_a_name_that_varies_is_in_the_formula():
    message, underlined = varied("{ xx = [1, 3] }")
    assert "'xx' varies, but is not in the formula" in message
    assert underlined == "xx = [1, 3]"
    assert varied("{ x = [1, 3] }", "f = y^2") is None  # the point names it, and the gradient by it is 0


def points(problem):
    return {asked.name: asked.points for asked in problem.asked}


def test_points_by_word_by_quantity_and_weight():
    body = PRODUCT + 'ask = ["value *", "grad *"]\npoints = { value = 2, "grad x" = 5, "GRAD  z" = 0 }\nweight = 0.5\n'
    assert points(posed(body)) == {"value q": 1.0, "value f": 1.0, "grad x": 2.5, "grad y": 0.5, "grad z": 0.0}


@pytest.mark.parametrize("spelling", ["local q / x", "local q/x", "∂q/∂x", "local x + y / x"])
def test_points_of_a_quantity_in_any_spelling(spelling):
    body = PRODUCT + f'ask = ["local *"]\npoints = {{ "{spelling}" = 7 }}\n'
    assert points(posed(body))["local q/x"] == 7.0


def test_points_of_an_input_by_the_word_up():
    assert points(posed(PRODUCT + 'ask = ["up x"]\npoints = { "up x" = 3 }\n')) == {"grad x": 3.0}


UNDERLINED = [
    (PRODUCT.replace("q*z", "q*"), "q = x + y; f = q*", None),
    (PRODUCT.replace("q*z", "q*w"), "w", "w"),
    (PRODUCT + 'ask = ["grad *", "grad k"]\n', "k", "no node"),
    (PRODUCT + 'ask = ["value q", "local f/x"]\n', "x", "does not contain"),
    (PRODUCT + 'ask = ["grad x: 3"]\n', '"grad x: 3"', "no quantity"),
    (PRODUCT + 'ask = ["grad x = -4"]\n', '"grad x = -4"', "no quantity"),
    (PRODUCT + 'points = { "grad k" = 1 }\n', "grad k", "no node"),
    (PRODUCT + 'ask = ["value q"]\npoints = { "grad x" = 1 }\n', "grad x", "not asked"),
    (PRODUCT + "points = 1e9\n", "points = 1e9", "more than"),
    (PRODUCT + "weight = 1e300\n", "weight = 1e300", "more than"),
    (PRODUCT + 'printed = { "grad x" = "3" }\n', '"grad x" = "3"', "is not 3"),
    (PRODUCT + 'printed = { "grad k" = "3" }\n', "grad k", "no node"),
    (PRODUCT + 'printed = { "grad x" = "[3, 4]" }\n', "grad x", "is not"),
    (PRODUCT + 'printed = { "grad x" = "?" }\n', "grad x", "is not"),
    (PRODUCT + 'printed = { "grad x" = "much" }\n', "grad x", None),
    (PRODUCT + '[[problem.mistake]]\nwhen = "grad x = up(k)"\nsay = "No."\n', "grad x = up(k)", "no node"),
    (PRODUCT + '[[problem.mistake]]\nwhen = "grad k = up(q)"\nsay = "No."\n', "grad k = up(q)", "no node"),
    (PRODUCT.replace("-2", "1e200").replace("q*z", "q*q"), "ask", "not finite"),
    ('id = "v"\nformula = "y = 2*x"\nat = { x = [1, 2] }\n', "formula", "no gradients"),
    ('id = "v"\nformula = "f = ln(x)"\nat = { x = -1 }\n', "ln(x)", "undefined"),
]


@pytest.mark.parametrize(("body", "underlined", "message"), UNDERLINED)
def test_what_is_underlined(body, underlined, message):
    told, part, _ = refused(body)
    assert told.startswith(("problem p1: ", "problem v: "))
    assert message is None or message in told
    # A default has no place of its own: then the problem is underlined.
    assert part
    assert underlined in part or part in underlined or underlined in ("ask", "formula")


def test_in_the_second_of_two_problems():
    _, part, _ = refused(PRODUCT.replace("p1", "p2") + 'ask = ["grad k"]\n', "[[problem]]\n" + PRODUCT)
    assert "k" in part
    key = "[[problem]]\n" + PRODUCT + "\n[[problem]]\n" + PRODUCT.replace("p1", "p2") + 'ask = ["grad k"]\n'
    with pytest.raises(GradcliError) as caught:
        pose_problem(read_key(key, "k"), 1, {"x": -2, "y": 5, "z": -4})
    assert caught.value.start > key.index("p2")


def test_a_name_in_points_has_a_did_you_mean():
    _, _, hint = refused(PRODUCT + 'ask = ["grad x", "value q"]\npoints = { "value f" = 1 }\n')
    assert hint == "did you mean 'value q'?"


@pytest.mark.parametrize(("name", "text"), [
    ("grad x", "-4"), ("grad x", "−4.0"), ("value f", "-12"), ("local q/x", "1.00"), ("value x + y", "3"),
    ("up x", "-4"),
])  # fmt: skip
def test_printed_numbers_are_verified(name, text):
    posed(PRODUCT + f'printed = {{ "{name}" = "{text}" }}\n')


def test_printed_arrays_and_rounded_numbers():
    posed('id = "v"\nformula = "L = sum(W x)"\nat = { W = [[1, 2], [3, 4]], x = [0.123, 1] }\n'
          'printed = { "grad W" = "[[0.12, 1], [0.1, 1]]" }\n')  # fmt: skip


def test_exactness_of_a_problem_goes_before_the_keys():
    exact = posed(PRODUCT + "decimals = 3\nrelative = 0.1\n", "digits = 5\nabsolute = 0.5\n").exactness
    assert (exact.digits, exact.decimals, exact.absolute, exact.relative) == (None, 3, 0.5, 0.1)
    whole = posed(PRODUCT, "digits = 5\n").exactness
    assert (whole.digits, whole.decimals) == (5, None)


@pytest.mark.parametrize("gates", ["lecture", "primitive", "coarse", "named"])
def test_gate_sets(gates):
    body = 'id = "n"\nformula = "s = 1/(1 + e^(-x)); f = s*s"\nat = { x = 0 }\n' + f'gates = "{gates}"\n'
    assert {a.name: a.truth for a in posed(body).asked}["grad x"] == pytest.approx(2 * 0.5 * 0.25)
