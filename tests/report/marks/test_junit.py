"""JUnit XML: valid by the schema that Jenkins validates against, and the counts are those of the cases."""

from __future__ import annotations

import io
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
import xmlschema

from gradcli.report.marks.junit import document

from .samples import ANNA, SAMPLES, Record

SCHEMA = xmlschema.XMLSchema10("""
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:complexType name="said" mixed="true">
    <xs:attribute name="type" type="xs:string"/><xs:attribute name="message" type="xs:string"/>
  </xs:complexType>
  <xs:element name="testsuites"><xs:complexType>
    <xs:sequence><xs:element ref="testsuite" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
    <xs:attribute name="name" type="xs:string"/>
  </xs:complexType></xs:element>
  <xs:element name="testsuite"><xs:complexType>
    <xs:sequence>
      <xs:element name="properties" minOccurs="0"><xs:complexType><xs:sequence>
        <xs:element name="property" maxOccurs="unbounded"><xs:complexType>
          <xs:attribute name="name" type="xs:string" use="required"/>
          <xs:attribute name="value" type="xs:string" use="required"/>
        </xs:complexType></xs:element>
      </xs:sequence></xs:complexType></xs:element>
      <xs:element ref="testcase" minOccurs="0" maxOccurs="unbounded"/>
      <xs:element name="system-out" type="xs:string" minOccurs="0"/>
      <xs:element name="system-err" type="xs:string" minOccurs="0"/>
    </xs:sequence>
    <xs:attribute name="name" type="xs:string" use="required"/>
    <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="skipped" type="xs:nonNegativeInteger"/>
    <xs:attribute name="time" type="xs:decimal"/>
  </xs:complexType></xs:element>
  <xs:element name="testcase"><xs:complexType>
    <xs:sequence>
      <xs:choice minOccurs="0">
        <xs:element name="skipped" type="said"/>
        <xs:element name="error" type="said"/>
        <xs:element name="failure" type="said"/>
      </xs:choice>
      <xs:element name="system-out" type="xs:string" minOccurs="0"/>
    </xs:sequence>
    <xs:attribute name="name" type="xs:string" use="required"/>
    <xs:attribute name="classname" type="xs:string" use="required"/>
    <xs:attribute name="time" type="xs:decimal" use="required"/>
  </xs:complexType></xs:element>
</xs:schema>
""")
"""The part of the schemas of Ant and Jenkins that is used, and stricter than they are: counts are numbers."""


def read(records: list[Record]) -> ElementTree.Element:
    """The document, checked against the schema and against its own counts."""
    text = "".join(document(records))
    SCHEMA.validate(io.StringIO(text))
    root = ElementTree.fromstring(text.encode())
    for suite in root:
        cases = suite.findall("testcase")
        counts = {"tests": len(cases), "failures": sum(case.find("failure") is not None for case in cases),
                  "errors": sum(case.find("error") is not None for case in cases),
                  "skipped": sum(case.find("skipped") is not None for case in cases)}  # fmt: skip
        assert {name: int(suite.get(name, "-1")) for name in counts} == counts
    return root


def outcomes(suite: ElementTree.Element) -> dict[str, str]:
    return {case.get("name", ""): next((inner.tag for inner in case), "") for case in suite.findall("testcase")}


def test_wrong_fails_blank_is_skipped_and_what_cannot_be_read_is_an_error() -> None:
    assert outcomes(read([ANNA])[0]) == {
        "value q": "", "value f": "system-out", "local q / x": "system-out", "up q": "failure", "grad x": "system-out",
        "grad y": "skipped", "grad z": "error", "up f": "error", "value y": "", "jac y / x": "failure",
    }  # fmt: skip


def test_a_suite_a_submission_in_their_order() -> None:
    root = read(SAMPLES)
    assert [suite.get("name") for suite in root] == [record["file"] for record in SAMPLES]
    assert [outcomes(suite) for suite in root][3:] == [{"old/notes.docx": "error"}, {"carl.txt": "error"},
                                                       {"s4": "skipped"}]  # fmt: skip


def test_what_is_said_stands_in_the_message_and_the_points_in_the_properties() -> None:
    suite = read([ANNA])[0]
    failure = suite.find("testcase[@name='up q']/failure")
    assert failure is not None
    assert failure.get("type") == "wrong"
    assert "The sign is turned around." in failure.get("message", "")
    properties = {found.get("name"): found.get("value") for found in suite.iter("property")}
    assert (properties["score"], properties["max"], properties["student"]) == ("4.5", "10", "s1234567")
    assert {case.get("classname") for case in suite.findall("testcase")} == {"p1", "p2"}


def test_carried_and_coarse_pass_and_are_named() -> None:
    said = {case.get("name"): case.findtext("system-out", "") for case in read([ANNA])[0].findall("testcase")}
    assert "carried" in said["grad x"]
    assert "coarse" in said["local q / x"]


def test_it_is_written_as_the_records_come() -> None:
    def endless() -> Iterator[Record]:
        yield ANNA
        pytest.fail("the second record was asked for before the first was written")

    pieces = document(endless())
    assert "anna.txt" in next(pieces) + next(pieces)


def test_no_records_are_a_document_too() -> None:
    assert len(read([])) == 0
