"""The sandbox as one ASGI app: `/openai/v1/…`, `/anthropic/v1/…` and `/control/…` for tests and soak runs."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from apps.ai.sandbox import anthropic_api, openai_api
from apps.ai.sandbox.faults import KINDS, Control, Fault, Rule


def build(*, words_per_second: float = 25.0) -> Starlette:
    """`words_per_second=0` sends everything at once."""
    control_routes = [
        Route("/control/fail", add_rule, methods=["POST"]),
        Route("/control/fail", clear_rules, methods=["DELETE"]),
        Route("/control/pace", set_pace, methods=["POST"]),
        Route("/control/calls", list_calls),
    ]
    app = Starlette(routes=[*openai_api.routes, *anthropic_api.routes, *control_routes])
    app.state.control = Control(words_per_second=words_per_second)
    return app


async def add_rule(request: Request) -> Response:
    """`{"fault": "cut", "provider": "openai", "model": "", "times": 1, "seconds": 30, "after_words": 12}`; only `fault` is needed."""
    wanted = await request.json()
    if wanted.get("fault") not in KINDS:
        return JSONResponse({"error": f"fault must be one of {', '.join(sorted(KINDS))}"}, status_code=422)
    request.app.state.control.rules.append(Rule(**{**wanted, "fault": Fault(wanted["fault"])}))
    return Response(status_code=204)


async def clear_rules(request: Request) -> Response:
    request.app.state.control.rules.clear()
    request.app.state.control.calls.clear()
    return Response(status_code=204)


async def set_pace(request: Request) -> Response:
    request.app.state.control.words_per_second = float((await request.json())["words_per_second"])
    return Response(status_code=204)


async def list_calls(request: Request) -> Response:
    return JSONResponse(request.app.state.control.calls)
