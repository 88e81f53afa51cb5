"""One value from one file: `W=@w.npy`."""

from __future__ import annotations

import contextlib
import io
import json
import os
import struct
import threading
import tracemalloc
import zipfile
from pathlib import Path

import numpy
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gradcli.graph import limits, numpy_files
from gradcli.graph.point import parse_binding
from gradcli.graph.point_files import from_file
from gradcli.language import GradcliError


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def value_of(text):
    value = parse_binding(text).value
    return value if isinstance(value, float) else value.tolist()


def refused(text):
    with pytest.raises(GradcliError) as caught:
        parse_binding(text)
    assert caught.value.hint
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 300
    return caught.value


def write(name, data):
    with Path(name).open("wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())


TEXTS = [
    ("w.json", "[[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
    ("w.json", "4", 4.0),
    ("w.json", '"pi"', numpy.pi),
    ("w.json", '{"V": [1, 2]}', [1, 2]),
    ("w.json", '{"V": [1, 2], "W": 5}', 5.0),
    ("w.toml", "V = [1, 2]", [1, 2]),
    ("w.txt", "1 2\n3 4\n", [[1, 2], [3, 4]]),
    ("w.txt", "# a comment\n1,\t2 # another\n\n3, 4", [[1, 2], [3, 4]]),
    ("w.txt", "1\n2\n3", [1, 2, 3]),
    ("w.txt", "1 2 3", [1, 2, 3]),
    ("w.txt", "\ufeff1e-3\r\n", 1e-3),
    ("w.csv", "1,2\n3,4\n", [[1, 2], [3, 4]]),
    ("w.csv", "1\n2\n", [1, 2]),
    ("w.csv", "V\n1\n2\n", [1, 2]),
    ("w.csv", "V,W\n1,2\n3,4\n", [2, 4]),
    ("W.CSV", '"1","2"\n', [1, 2]),
]


@pytest.mark.parametrize(("name", "text", "wanted"), TEXTS)
def test_files_of_text(name, text, wanted):
    write(name, text)
    assert value_of(f"W=@{name}") == wanted


@pytest.mark.parametrize("text", ["W=@w.npz:W1", "W = @ w.npz:W1 ", "W1=@w.npz", "W=@./w.npz:W_1"])
def test_members(text):
    numpy.savez("w.npz", W1=[[1.0]], b=[2.0])
    assert value_of(text) == [[1]]


def test_members_of_other_files():
    write("p.json", '{"a": [1, 2], "b": 3}')
    write("p.toml", "a = [1, 2]\nb = 3")
    write("p.csv", "a,b\n1,3\n2,4\n")
    assert [value_of(f"x=@p.{kind}:a") for kind in ("json", "toml", "csv")] == [[1, 2]] * 3


def test_the_name_is_that_of_the_binding():
    numpy.save("w.npy", [1.0])
    binding = parse_binding("β_0=@w.npy")
    assert (binding.name, binding.key) == ("β_0", "beta0")


def test_a_colon_in_the_name_of_a_file():
    numpy.save("a:b.npy", [1.0])
    assert value_of("x=@a:b.npy") == [1]


WRONG = [
    ("w.txt", "1 2\n3\n", "line 2 has 1 value, but line 1 has 2"),
    ("w.txt", "1 2\n3 x\n", "line 2: 'x' is no number"),
    ("w.txt", "1,,2\n", "line 1: a value is missing"),
    ("w.txt", "1, 2 3\n", "line 1: '2 3' is no number"),
    ("w.txt", "1 nan\n2 3", "W[0, 1] is not a number"),
    ("w.txt", "# nothing\n", "holds no numbers"),
    ("w.csv", "", "holds no numbers"),
    ("w.csv", "1,2\n3\n", "line 2 has 1 value"),
    ("w.csv", "1,a\n3,4\n", "line 1: 'a' is no number"),
    ("w.csv", "a,b\n3,4\n", "has no 'W'"),
    ("w.csv", "a,b\n", "expected a row of names"),
    ("w.json", "{}", "holds no names"),
    ("w.json", '{"a": 1, "b": 2}', "has no 'W'"),
    ("w.json", "[1, [2]]", "W[1] has 1 entry, but W[0] is a number"),
    ("w.json", "null", "the value of 'W' is null"),
    ("w.json", '"@w.json"', ""),
    ("w.json", "{", "is no JSON"),
    ("w.dat", "1", "an array is read from .npy"),
    ("w", "1", "an array is read from .npy"),
]


@pytest.mark.parametrize(("name", "text", "message"), WRONG)
def test_faults_in_text(name, text, message):
    write(name, text)
    assert message in refused(f"W=@{name}").message


def test_what_is_no_file():
    assert refused("W=@").code == "bad-binding"
    assert refused("W=@ ").code == "bad-binding"
    assert refused("f(x)=@w.npy").code == "bad-binding"
    assert refused("=@w.npy").code == "bad-binding"
    assert refused("W=@absent.npy").code == "unreadable-file"
    assert refused("W=@absent.npz:W").code == "unreadable-file"
    Path("folder.npy").mkdir()
    assert "folder" in refused("W=@folder.npy").message
    numpy.savez("w.npz", W1=[1], W2=[2])
    assert "W=@w.npz:W1" in refused("W=@w.npz").hint
    assert "has no 'V'" in refused("W=@w.npz:V").message
    write("bare.json", "[1]")
    assert "no names" in refused("W=@bare.json:V").message


# --- NumPy's own files ------------------------------------------------------------------------------------------------

KINDS = [
    numpy.arange(6, dtype=kind).reshape(2, 3)
    for kind in ("<f8", ">f8", "<f4", "<f2", ">i4", "<u8", "i1", numpy.longdouble)
]


@pytest.mark.parametrize(
    "array", [*KINDS, numpy.asfortranarray(KINDS[0]), KINDS[0].T, numpy.array(2.5), numpy.array(3)]
)
def test_arrays_of_all_kinds(array):
    numpy.save("w.npy", array)
    numpy.savez_compressed("w.npz", W=array)
    for name in ("w.npy", "w.npz"):
        value = parse_binding(f"W=@{name}").value
        assert type(value) is (numpy.ndarray if array.ndim else float)
        numpy.testing.assert_array_equal(value, array)


NO_NUMBERS = [
    (numpy.array([True]), "booleans"),
    (numpy.array([1j]), "complex"),
    (numpy.array(["a"]), "texts"),
    (numpy.array([b"a"]), "texts"),
    (numpy.array([{}], dtype=object), "Python objects"),
    (numpy.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]), "records"),
    (numpy.array([(1, 2.0)], dtype=[("ä" * 3, "i4"), ("→", "f8")]), "damaged"),  # the third version of the format
    (numpy.array(["2020"], dtype="M8[Y]"), "dates"),
    (numpy.zeros((2, 0)), "no entries"),
    (numpy.zeros((1,) * 9), "8 axes"),
    (numpy.array([[1, 2], [numpy.nan, 3]]), "W[1, 0] is not a number"),
    (numpy.array([1, -numpy.inf]), "W[1] is infinite"),
]


@pytest.mark.filterwarnings("ignore:Stored array in format")
@pytest.mark.parametrize(("array", "message"), NO_NUMBERS)
def test_arrays_of_no_numbers(array, message):
    numpy.save("w.npy", array, allow_pickle=True)
    numpy.savez("w.npz", W=array)
    assert message in refused("W=@w.npy").message
    assert message in refused("W=@w.npz").message
    with pytest.raises(GradcliError):
        from_file(limits.Path("w.npz"))


def npy(header, data=b"", version=b"\x01\x00"):
    text = header.encode("latin1")
    size = struct.pack("<H" if version == b"\x01\x00" else "<I", len(text))
    return b"\x93NUMPY" + version + size + text + data


def header(shape="(3,)", descr="'<f8'", order="False"):
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n"


class Bomb:
    """What a pickle could do."""

    def __reduce__(self):
        return (os.mkdir, ("exploded",))


def pickled():
    stream = io.BytesIO()
    numpy.save(stream, numpy.array([Bomb()], dtype=object), allow_pickle=True)
    return stream.getvalue()


HOSTILE = {
    "empty": b"",
    "text": b"1 2 3",
    "magic": b"\x93NUMPX\x01\x00" + b"\x00" * 100,
    "magic alone": b"\x93NUMPY",
    "version": npy(header(), b"\0" * 24, b"\x09\x00"),
    "truncated header": npy(header())[:30],
    "header that claims 4 GB": b"\x93NUMPY\x02\x00\xff\xff\xff\xff{}",
    "header of 60 kB": npy(header() + " " * 60_000, b"\0" * 24),
    "no dictionary": npy("[1, 2]\n"),
    "code": npy("__import__('os').mkdir('exploded')\n"),
    "unfinished": npy("{'descr': '<f8', "),
    "brackets": npy("(" * 5000),
    "strings": npy("'''"),
    "zero byte": npy("{\0}"),
    "keys": npy("{'descr': '<f8', 'shape': (3,)}\n"),
    "descr": npy(header(descr="'no such thing'"), b"\0" * 24),
    "descr of code": npy(header(descr="[('a', '<f8', (10**9,))]"), b"\0" * 24),
    "nested descr": npy(header(descr="'(1000000,1000000)f8'"), b"\0" * 24),
    "shape of texts": npy(header(shape="('a',)"), b"\0" * 24),
    "shape of floats": npy(header(shape="(3.0,)"), b"\0" * 24),
    "negative": npy(header(shape="(-3,)"), b"\0" * 24),
    "two negatives": npy(header(shape="(-3, -1)"), b"\0" * 24),
    "truncated": npy(header(), b"\0" * 23),
    "without data": npy(header()),
    "too long": npy(header(), b"\0" * 25),
    "10^8 entries": npy(header(shape="(100000000,)"), b"\0" * 24),
    "10^12 entries": npy(header(shape="(1000000, 1000000)"), b"\0" * 24),
    "many digits": npy(header(shape=f"({'9' * 4000}, {'9' * 4000})"), b"\0" * 24),
    "too many digits": npy(header(shape=f"({'9' * 5000},)"), b"\0" * 24),
    "zero times many": npy(header(shape="(0, 100000000000000)")),
    "many axes": npy(header(shape=f"({'1, ' * 3000})"), b"\0" * 8),
    "pickle": pickled(),
    "void": npy(header(descr="'|V1000000000'")),
    "wide text": npy(header(descr="'<U500000000'")),
    "zip": b"PK\x03\x04" + b"\0" * 100,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_arrays(case):
    write("w.npy", HOSTILE[case])
    with zipfile.ZipFile("w.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("W.npy", HOSTILE[case])
    tracemalloc.start()
    codes = {refused("W=@w.npy").code, refused("W=@w.npz").code}
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5e6
    assert codes <= {"unreadable-file", "bad-point", "too-large"}
    assert len(codes) == 1
    assert not Path("exploded").exists()


def test_large_claims_are_too_large():
    write("w.npy", HOSTILE["10^12 entries"])
    fault = refused("W=@w.npy")
    assert fault.code == "too-large"
    assert "1,000,000,000,000" in fault.message


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_files_are_refused_or_read(data):
    """Any byte changed, any part cut away: an error of ours, or numbers."""
    kind = data.draw(st.sampled_from(["npy", "npz", "packed"]))
    stream = io.BytesIO()
    array = numpy.arange(6.0).reshape(2, 3)
    if kind == "npy":
        numpy.save(stream, array)
    else:
        (numpy.savez if kind == "npz" else numpy.savez_compressed)(stream, W=array, b=array[0])
    content = bytearray(stream.getvalue())
    for _ in range(data.draw(st.integers(0, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    name = f"w.{kind[:2]}{'y' if kind == 'npy' else 'z'}"
    write(name, bytes(content[: data.draw(st.integers(0, len(content)) | st.just(len(content)))]))
    with contextlib.suppress(GradcliError):
        value_of(f"W=@{name}")


# --- archives ---------------------------------------------------------------------------------------------------------


def test_what_is_no_archive():
    for content in (b"", b"x", b"PK\x05\x06", b"\0" * 1000, npy(header(), b"\0" * 24)):
        write("w.npz", content)
        assert refused("W=@w.npz").code == "unreadable-file"


def archive_of(*members, pack=zipfile.ZIP_STORED):
    with zipfile.ZipFile("w.npz", "w", pack) as archive:
        for name, content in members:
            archive.writestr(name, content)


GOOD = npy(header(), struct.pack("<3d", 1, 2, 3))


def test_members_that_are_no_arrays():
    archive_of(("W.npy", GOOD), ("readme\x1b.txt", "hello"))
    assert "no array" in refused("W=@w.npz").message


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_of_one_name():
    archive_of(("W.npy", GOOD), ("W.npy", GOOD))
    assert "twice" in refused("W=@w.npz").message
    archive_of(("b0.npy", GOOD), ("b_0.npy", GOOD))
    with pytest.raises(GradcliError) as caught:
        from_file(limits.Path("w.npz"))
    assert caught.value.code == "bound-twice"


@pytest.mark.parametrize("name", ["../W", "a b", "1", "", "W=1; x", "W\x1b[31m"])
def test_members_whose_name_is_none(name):
    archive_of((f"{name}.npy", GOOD))
    with pytest.raises(GradcliError) as caught:
        from_file(limits.Path("w.npz"))
    assert caught.value.code == "bad-point"
    assert caught.value.message.isprintable()


def test_a_bomb_is_refused_before_it_unpacks(monkeypatch):
    zeros = numpy.zeros(2_000_000)
    numpy.savez_compressed("w.npz", **{f"w{place}": zeros for place in range(3)})
    monkeypatch.setattr(numpy_files, "LARGEST_ARRAY_FILE", 40 * 2**20)
    tracemalloc.start()
    fault = refused("W=@w.npz")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "unpacked" in fault.message
    assert peak < 5e6


def test_an_archive_that_is_too_large(monkeypatch):
    numpy.savez("w.npz", W=numpy.zeros(1000))
    monkeypatch.setattr(numpy_files, "LARGEST_ARRAY_FILE", 1000)
    assert refused("W=@w.npz").code == "unreadable-file"


def test_an_archive_of_too_many_members(monkeypatch):
    monkeypatch.setattr(numpy_files, "_MOST_MEMBERS", 2)
    archive_of(*((f"w{place}.npy", GOOD) for place in range(3)))
    assert "more than 2 arrays" in refused("W=@w.npz").message


@pytest.mark.parametrize("pack", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_packed_in_another_way(pack):
    archive_of(("W.npy", GOOD), pack=pack)
    assert refused("W=@w.npz").code == "unreadable-file"


def test_an_archive_that_is_encrypted():
    archive_of(("W.npy", GOOD))
    content = bytearray(Path("w.npz").read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    write("w.npz", bytes(content))
    assert refused("W=@w.npz").code == "unreadable-file"


def test_a_member_that_is_damaged():
    archive_of(("W.npy", GOOD))
    content = bytearray(Path("w.npz").read_bytes())
    content[content.index(struct.pack("<d", 2.0))] ^= 1
    write("w.npz", bytes(content))
    assert refused("W=@w.npz").code == "unreadable-file"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
@pytest.mark.parametrize("name", ["w.npy", "w.npz"])
def test_a_pipe(name):
    stream = io.BytesIO()
    numpy.save(stream, [1.0, 2.0]) if name == "w.npy" else numpy.savez(stream, W=[1.0])
    os.mkfifo(name)

    def feed():
        with contextlib.suppress(BrokenPipeError):
            write(name, stream.getvalue())

    writer = threading.Thread(target=feed)
    writer.start()
    if name == "w.npy":
        assert value_of("W=@w.npy") == [1, 2]
    else:
        assert "pipe" in refused("W=@w.npz").message
    writer.join()


# --- what is written is read ------------------------------------------------------------------------------------------

ARRAY = arrays.arrays(
    st.sampled_from(["<f8", ">f8", "<f4", ">i8", "<u2"]), arrays.array_shapes(max_dims=4, max_side=4),
    elements={"allow_nan": False, "allow_infinity": False},
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ARRAY, st.booleans())
@example(numpy.ones((1, 1)), False)
def test_round_trip(array, by_columns):
    stored = numpy.asfortranarray(array) if by_columns else array
    numpy.save("w.npy", stored)
    numpy.savez_compressed("w.npz", V=stored, W=stored[..., :1])
    write("w.json", json.dumps(array.tolist()))
    for text in ("W=@w.npy", "W=@w.npz:V", "W=@w.json"):
        value = parse_binding(text).value
        assert (value.shape, value.dtype, value.flags.c_contiguous) == (array.shape, numpy.float64, True)
        numpy.testing.assert_array_equal(value, array.astype(float))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    arrays.arrays(numpy.float64, arrays.array_shapes(min_dims=2, max_dims=2, max_side=5),
                  elements=st.floats(allow_nan=False, allow_infinity=False)),
    st.sampled_from([", ", ",", " ", "\t"]),
)  # fmt: skip
def test_round_trip_of_tables(array, between):
    write("w.txt", "\n".join(between.join(map(repr, row)) for row in array.tolist()))
    write("w.csv", "\n".join(",".join(map(repr, row)) for row in array.tolist()))
    wanted = array.ravel() if 1 in array.shape else array
    for name in ("w.txt", "w.csv"):
        value = parse_binding(f"W=@{name}").value
        assert numpy.shape(value) == (wanted.shape if wanted.size > 1 else ())
        numpy.testing.assert_array_equal(value, wanted if wanted.size > 1 else wanted[0])
