"""The contract: every document of ours is valid against the schema, and asks for what we use and no more."""

from pathlib import Path

import pytest
from graphql import FieldNode, GraphQLSchema, Visitor, build_schema, parse, validate, visit

from apps.upwork.client import answers, api, documents
from apps.upwork.client import parse as parsing

SCHEMA_FILE = Path(documents.FOLDER).parent / "schema.graphql"
NAMES = sorted(path.stem for path in documents.FOLDER.glob("*.graphql"))
BUCKETS = {"Pending", "Accepted", "Offered", "Activated", "Hired", "Declined", "Withdrawn", "Archived"}
READERS = tuple(Path(module.__file__) for module in (answers, api, parsing))


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(SCHEMA_FILE.read_text())


def _fields(name: str) -> set[str]:
    """The names under which the answer carries values."""
    found: set[str] = set()

    class Collector(Visitor):
        def enter_field(self, node: FieldNode, *_place: object) -> None:
            found.add((node.alias or node.name).value)

    visit(parse(documents.document(name)), Collector())
    return found


@pytest.mark.parametrize("name", NAMES)
def test_document_is_valid_against_the_schema(schema, name):
    assert validate(schema, parse(documents.document(name))) == []


def test_a_field_that_upwork_drops_is_noticed(schema):
    broken = documents.document("search_jobs").replace("publishedDateTime", "publishedAt")

    errors = validate(schema, parse(broken))

    assert ["publishedAt" in error.message for error in errors] == [True]


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("probe")])
def test_document_asks_for_nothing_that_is_not_read(name):
    """The terms allow the least that is necessary."""
    source = "".join(path.read_text() for path in READERS)

    unread = {field for field in _fields(name) if f'"{field}"' not in source and field not in BUCKETS}

    assert unread == set()


@pytest.mark.parametrize("name", NAMES)
def test_document_names_one_operation(name):
    text = documents.document(name)

    assert (text.count("query "), text.count("mutation ")) in {(1, 0), (0, 1)}


def test_only_sending_changes_anything():
    assert [name for name in NAMES if documents.document(name).startswith("mutation")] == ["create_job_proposal"]


def test_every_bucket_of_proposals_is_asked(schema):
    statuses = schema.type_map["VendorProposalStatusFilterInput"].values

    assert _fields("proposals_by_bucket") >= BUCKETS == set(statuses)
