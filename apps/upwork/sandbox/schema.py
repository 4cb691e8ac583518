"""The schema file, documents checked against it, and errors worded the way graphql-java words them."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    validate,
    visit,
)  # fmt: skip
from graphql.validation import specified_rules

from apps.upwork.sandbox import replies

SCHEMA_FILE: Final = Path(__file__).parents[1] / "schema.graphql"
KINDS: Final = (  # what graphql-core's message starts with or holds, graphql-java's kind
    ("Cannot query field", "FieldUndefined"),
    ("must have a selection of subfields", "SubselectionRequired"),
    ("must not have a selection", "SubselectionNotAllowed"),
    ("is required, but it was not provided", "MissingFieldArgument"),
    ("Unknown argument", "UnknownArgument"),
    ("not to be None", "NullValueForNonNullArgument"),
    ("was not provided", "WrongType"),
    ("is not defined by", "WrongType"),
    ("cannot represent", "WrongType"),
    ("does not exist in", "WrongType"),
    ("found ", "WrongType"),
    ("Unknown type", "UnknownType"),
    ("is never used", "UnusedVariable"),
    ("is not defined", "UndefinedVariable"),
    ("used in position expecting", "VariableTypeMismatch"),
)


@cache
def schema() -> GraphQLSchema:
    return build_schema(SCHEMA_FILE.read_text())


def check(document: DocumentNode) -> list[dict[str, Any]]:
    """Validation errors in the server's shape; empty when the document is right."""
    errors = validate(schema(), document, specified_rules)
    return [_java_error(document, error) for error in errors]


def coordinates(document: DocumentNode) -> list[str]:
    """Every `Type.field` a document asks for, in order, once."""
    info = TypeInfo(schema())
    found: dict[str, None] = {}

    class Collect(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            if parent := info.get_parent_type():
                found[f"{parent.name}.{node.name.value}"] = None

    visit(document, TypeInfoVisitor(info, Collect()))
    return list(found)


def root_fields(document: DocumentNode) -> list[str]:
    """The names of the operation's own fields; fragments on the root type included."""
    return [name.partition(".")[2] for name in coordinates(document) if name.split(".")[0] in {"Query", "Mutation"}]


def count_introspections(document: DocumentNode) -> int:
    return sum(node.name.value in {"__type", "__schema"} for node in _fields(document))


def _fields(node: Node) -> Iterator[FieldNode]:
    for child in _children(node):
        if isinstance(child, FieldNode):
            yield child
        yield from _fields(child)


def _children(node: Node) -> Iterable[Node]:
    for key in node.keys:
        value = getattr(node, key)
        for child in value if isinstance(value, tuple | list) else (value,):
            if isinstance(child, Node):
                yield child


def _java_error(document: DocumentNode, error: GraphQLError) -> dict[str, Any]:
    kind = next((name for text, name in KINDS if text in error.message), "InvalidSyntax")
    path = "/".join(_path(document, error.nodes[0])) if error.nodes else ""
    where = f"@[{path}]" if path else ""
    places = [{"line": place.line, "column": place.column} for place in error.locations or ()]
    return replies.failure(
        f"Validation error ({kind}{where}) : {_reword(error.message)}", "ValidationError", locations=places
    )


def _reword(message: str) -> str:
    """graphql-core says it another way for the commonest mistake."""
    if message.startswith("Cannot query field"):
        field, kind = message.split("'")[1::2][:2]
        return f"Field '{field}' in type '{kind}' is undefined"
    return message


def _path(node: Node, wanted: Node, names: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The names of the fields on the way down to a node."""
    for child in _children(node):
        here = names
        if isinstance(child, FieldNode):
            here = (*names, child.name.value)
        elif isinstance(child, FragmentDefinitionNode):
            here = (child.name.value,)
        if child is wanted:
            return here
        if found := _path(child, wanted, here):
            return found
    return ()
