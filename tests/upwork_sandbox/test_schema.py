import inspect

import pytest
from graphql import GraphQLObjectType, parse

from apps.upwork.sandbox import schema
from apps.upwork.sandbox.resolvers import ROOTS, snake_case

SERVER = schema.schema()
FIELDS = {**SERVER.query_type.fields, **SERVER.mutation_type.fields}


def test_every_root_field_of_the_schema_has_a_resolver_and_no_other():
    assert set(ROOTS) == set(FIELDS)


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_resolvers_take_the_arguments_of_the_schema(name):
    _, *parameters = inspect.signature(ROOTS[name]).parameters.values()

    takes_all = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
    taken = {parameter.name for parameter in parameters if parameter.kind is not parameter.VAR_KEYWORD}

    arguments = {snake_case(argument) for argument in FIELDS[name].args}
    assert taken <= arguments
    assert takes_all or taken == arguments


@pytest.mark.parametrize(
    "spelling", ("MarketplaceJobpostingSearchEdge", "MarketPlaceJobSearchLocation", "FreeLancerSkillEdge")
)
def test_odd_spellings_of_the_real_schema_are_kept(spelling):
    assert isinstance(SERVER.get_type(spelling), GraphQLObjectType)


def test_coordinates_go_through_fragments_and_aliases():
    document = parse("query { a: user { ...who } } fragment who on CurrentUser { id organization: name }")

    assert schema.coordinates(document) == ["Query.user", "CurrentUser.id", "CurrentUser.name"]


def test_introspections_are_counted_wherever_they_stand():
    document = parse(
        'query { __type(name: "A") { name } ...more } fragment more on Query { __schema { types { name } } }'
    )

    assert schema.count_introspections(document) == 2


def test_a_right_document_has_no_errors():
    assert schema.check(parse("{ user { id } }")) == []


@pytest.mark.parametrize(
    ("document", "kind"),
    (
        ("query ($x: Int!) { user { id } }", "UnusedVariable"),
        ("{ marketplaceJobPosting(id: $x) { id } }", "UndefinedVariable"),
        ("query ($x: Nothing) { user { id } }", "UnknownType"),
        ("query ($x: Boolean!) { marketplaceJobPosting(id: $x) { id } }", "VariableTypeMismatch"),
        ("{ reasons(reasonType: WHY) { id } }", "WrongType"),
    ),
)
def test_kinds_of_mistakes_have_graphql_javas_names(document, kind):
    errors = schema.check(parse(document))

    assert any(f"({kind}" in error["message"] for error in errors)
