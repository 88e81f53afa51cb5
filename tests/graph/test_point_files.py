"""Points in files: JSON, TOML, CSV and NPZ."""

from __future__ import annotations

import json
import math

import numpy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gradcli.graph.point_files import from_file
from gradcli.language import GradcliError

FILES = [
    ("p.json", '{"x": 4, "y": 3.5, "θ_1": "pi/2"}', {"x": 4.0, "y": 3.5, "theta1": math.pi / 2}),
    ("p.toml", 'x = 4\n"θ" = -1e-3\n', {"x": 4.0, "theta": -1e-3}),
    ("p.csv", "x, y\n4, 1/2\n", {"x": 4.0, "y": 0.5}),
    ("p.csv", "\ufeffx,y\r\n4,3\r\n", {"x": 4.0, "y": 3.0}),
]


@pytest.mark.parametrize(("name", "text", "wanted"), FILES)
def test_files(tmp_path, name, text, wanted):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert {key: binding.value for key, binding in from_file(path).items()} == wanted


BAD_FILES = [
    ("p.json", "[1, 2]"),
    ("p.json", "4"),
    ("p.json", "{"),
    ("p.json", '{"x": 1, "x": 2}'),
    ("p.json", '{"x": NaN}'),
    ("p.json", '{"x": 1e999}'),
    ("p.json", '{"x": ' + "9" * 5000 + "}"),
    ("p.json", "[" * 100_000),
    ("p.toml", "x = "),
    ("p.toml", "x = 1979-05-27"),
    ("p.toml", "[table]\nx = 1"),
    ("p.csv", "x,y\n1"),
    ("p.csv", "x,x\n1,2"),
    ("p.csv", "x,y\n1,2\n3"),
    ("p.csv", "x;y\n1;2"),
    ("p.csv", "1,2\n3,4"),
    ("p.csv", "x,y\n"),
    ("p.csv", ""),
    ("p.csv", "x\n" + "1" * 200_000 + "\n2"),
    ("p.json", '{"x": {"a": [1]}}'),
    ("p.toml", "x = " + "[" * 5000 + "]" * 5000),
    ("p.npy", "1"),
    ("p.txt", "x = 4"),
]


def refused(path):
    with pytest.raises(GradcliError) as caught:
        from_file(path)
    assert caught.value.hint
    assert caught.value.message.isprintable()
    return caught.value


@pytest.mark.parametrize(("name", "text"), BAD_FILES)
def test_bad_files(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert refused(path).code == "bad-point"


ARRAYS = [
    ("p.json", '{"W": [[1, 2], [3, 4.5]], "x": [1, -2], "y": 3}', {"W": [[1, 2], [3, 4.5]], "x": [1, -2], "y": 3.0}),
    ("p.toml", "W = [[1, 2], [3, 4.5]]\nx = [1, -2]\ny = 3", {"W": [[1, 2], [3, 4.5]], "x": [1, -2], "y": 3.0}),
    ("p.csv", "x, θ_0\n1,2\n3,4\n\n5,6\n", {"x": [1, 3, 5], "theta0": [2, 4, 6]}),
    ("p.csv", "x\n1\n2\n", {"x": [1, 2]}),
    ("p.json", '{"x": [[[1]]]}', {"x": [[[1]]]}),
]


@pytest.mark.parametrize(("name", "text", "wanted"), ARRAYS)
def test_files_of_arrays(tmp_path, name, text, wanted):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    found = {key: binding.value for key, binding in from_file(path).items()}
    assert {key: value if isinstance(value, float) else value.tolist() for key, value in found.items()} == wanted


FAULTS = [
    ('{"W": [[1, 2], [NaN, 4]]}', "W[1, 0] is not a number"),
    ('{"W": [[1, 2], [3, Infinity]]}', "W[1, 1] is infinite or too large"),
    ('{"W": [[1, 2], [3, 1e999]]}', "W[1, 1] is infinite or too large"),
    ('{"W": [[1, 2], [3, ' + "9" * 400 + "]]}", "W[1, 1] is infinite or too large"),
    ('{"W": [[NaN, 2], [-Infinity, NaN]]}', "W[0, 0] is not a number, and so are 2 other entries"),
    ('{"W": [NaN, NaN]}', "W[0] is not a number, and so is another entry"),
    ('{"W": [[1, 2], ["NaN", 4]]}', "W[1, 0] is a text"),
    ('{"W": [1, "2"]}', "W[1] is a text"),
    ('{"W": [[1, 2], [3, true]]}', "W[1, 1] is true or false"),
    ('{"W": [null]}', "W[0] is null"),
    ('{"W": [1, {"a": 2}]}', "W[1] is a table"),
    ('{"W": [[1, 2], [3, 4, 5]]}', "W[1] has 3 entries, but W[0] has 2 entries"),
    ('{"W": [[[1], [2]], [[3], [4, 5]]]}', "W[1, 1] has 2 entries, but W[0, 0] has 1 entry"),
    ('{"W": [[1, 2], 3]}', "W[1] is a number, but W[0] has 2 entries"),
    ('{"W": [1, [2, 3]]}', "W[1] has 2 entries, but W[0] is a number"),
    ('{"W": []}', "W has no entries"),
    ('{"W": [[1], []]}', "W[1] has 0 entries, but W[0] has 1 entry"),
    ('{"W": [[], []]}', "W[0] has no entries"),
    ('{"W": [[[[[[[[[1]]]]]]]]]}', "W has more than 8 axes"),
    ('{"x": {"a": 1}}', "the value of 'x' is a table"),
    ("[" * 100_000, "is nested too deeply"),
    ('{"x": [' + "[" * 500 + "]" * 500 + "]}", "W has more than 8 axes".replace("W", "x")),
]


@pytest.mark.parametrize(("text", "message"), FAULTS)
def test_faults_in_arrays_are_named(tmp_path, text, message):
    path = tmp_path / "p.json"
    path.write_text(text)
    fault = refused(path)
    assert fault.code == "bad-point"
    assert message in fault.message


CSV_FAULTS = [
    ("x,y\n1,2\n\n3,a\n", "line 4: 'a' is no number"),
    ("x,y\n1,2\n3,\n", "line 3: a value is missing"),
    ("x,y\n1,2\n3,4,5\n", "line 3 has 3 values, but line 1 has 2"),
    ("x\n1\n1_0\n", "line 3: '1_0' is no number"),
    ("x\n1\n\x1b[31m\n", "line 3: '�[31m' is no number"),
    ("x\n1\nnan\n", "x[1] is not a number"),
    ("x\n1\ninf\n", "x[1] is infinite"),
    ("x;y\n1;2\n", "not separated by commas"),
    ("x,x\n1,2\n3,4\n", "a name stands twice"),
    ("x,1y\n1,2\n3,4\n", "'1y' is no name"),
]


@pytest.mark.parametrize(("text", "message"), CSV_FAULTS)
def test_faults_in_tables_are_named(tmp_path, text, message):
    path = tmp_path / "p.csv"
    path.write_text(text, encoding="utf-8")
    assert message in refused(path).message


def test_a_file_reads_no_other_file(tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_text("[1, 2]")
    for name, text in (("p.json", json.dumps({"x": f"@{secret}"})), ("p.csv", f"x,y\n1,@{secret}\n")):
        (tmp_path / name).write_text(text)
        refused(tmp_path / name)


def test_an_array_file_without_names_says_how_to_bind_it(tmp_path):
    numpy.save(tmp_path / "w.npy", numpy.ones(2))
    assert "W=@w.npy" in refused(tmp_path / "w.npy").hint


def test_a_million_numbers(tmp_path):
    path = tmp_path / "p.json"
    path.write_text(json.dumps({"x": [0.5] * 1_000_000}))
    assert from_file(path)["x"].value.sum() == 500_000


# --- what is written is read ------------------------------------------------------------------------------------------

FINITE = st.floats(allow_nan=False, allow_infinity=False)
ARRAY = arrays.arrays(numpy.float64, arrays.array_shapes(max_dims=4, max_side=4), elements=FINITE)
POINT = st.dictionaries(st.sampled_from(["x", "W", "b_1", "theta", "α"]), ARRAY | FINITE, min_size=1)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def assert_same(path, point):
    found = {binding.name: binding.value for binding in from_file(path).values()}
    assert list(found) == list(point)
    for name, value in point.items():
        numpy.testing.assert_array_equal(found[name], value)
        assert numpy.array_equal(numpy.signbit(found[name]), numpy.signbit(value))
        if isinstance(value, float):
            assert type(found[name]) is float
        else:
            assert (found[name].dtype, found[name].flags.c_contiguous, found[name].flags.writeable) == (
                "<f8",
                True,
                False,
            )


def nested(point):
    return {name: value if isinstance(value, float) else value.tolist() for name, value in point.items()}


@QUICK
@given(POINT)
def test_json_round_trip(tmp_path, point):
    (tmp_path / "p.json").write_text(json.dumps(nested(point)))
    assert_same(tmp_path / "p.json", point)


@QUICK
@given(POINT)
def test_toml_round_trip(tmp_path, point):
    text = "".join(f"{json.dumps(name)} = {value!r}\n" for name, value in nested(point).items())
    (tmp_path / "p.toml").write_text(text, encoding="utf-8")
    assert_same(tmp_path / "p.toml", point)


@QUICK
@given(POINT, st.booleans())
def test_npz_round_trip(tmp_path, point, pack):
    (numpy.savez_compressed if pack else numpy.savez)(tmp_path / "p.npz", **point)
    assert_same(tmp_path / "p.npz", point)


@QUICK
@given(arrays.arrays(numpy.float64, st.tuples(st.integers(2, 5), st.integers(1, 4)), elements=FINITE))
def test_csv_round_trip(tmp_path, table):
    names = [f"x{column}" for column in range(table.shape[1])]
    rows = [",".join(names), *(",".join(map(repr, row)) for row in table.tolist())]
    (tmp_path / "p.csv").write_text("\n".join(rows))
    assert_same(tmp_path / "p.csv", dict(zip(names, table.T, strict=True)))
