"""Pages for people: consent, a posting, applying by hand, the control panel. No script, no inline style."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from apps.upwork.sandbox import faults, grants
from apps.upwork.sandbox.market import Market, people, reactions, search, sending
from apps.upwork.sandbox.market.ontology import LABELS
from apps.upwork.sandbox.market.phrasebook import specialties
from apps.upwork.sandbox.market.sending import Application, RefusedError
from apps.upwork.sandbox.records import ApiKey, Client, Freelancer, Job, ciphertext
from apps.upwork.sandbox.store import get_setting

HTML: Final = Path(__file__).with_name("html")
LEVELS: Final = {"ENTRY_LEVEL": "Entry level", "INTERMEDIATE": "Intermediate", "EXPERT": "Expert"}


class Pages:
    """The pages of one market that read or change it."""

    def __init__(self, market: Market) -> None:
        self.market = market

    async def job(self, request: Request) -> Response:
        return await run_in_threadpool(self._job, request)

    async def apply(self, request: Request) -> Response:
        form = (
            {name: str(value) for name, value in (await request.form()).items()} if request.method == "POST" else None
        )
        return await run_in_threadpool(self._apply, request, form)

    def _find(self, request: Request) -> Job | None:
        """Only the ciphertext names a page; the bare number is not found."""
        name = request.path_params["ciphertext"]
        return self.market.job(int(name[3:])) if name.startswith("~02") and name[3:].isdigit() else None

    def _job(self, request: Request) -> Response:
        job = self._find(request)
        if job is None:
            return HTMLResponse(message(request, "Not found", "There is no such posting."), 404)
        client = self.market.client(job.client_id)
        applicants = search.applicants(self.market.store.read(), job, self.market.now_ms)
        apply = (
            f'<a class="button primary" href="{_root(request)}/nx/proposals/job/{job.ciphertext}/apply/">Apply now</a>'
        )
        values = {
            "category": _text(f"{LABELS[job.category_id]} › {LABELS[job.subcategory_id]}"), "title": _text(job.title),
            "facts": _text(f"{_price(job)} · {LEVELS[job.level]} · {applicants} proposals"),
            "description": _text(job.description), "skills": "".join(f"<span>{_text(s)}</span>" for s in job.skills),
            "questions": _list("You will be asked", job.questions), "client": _text(_about(client)),
            "action": "<p>This job is closed.</p>" if job.closed_ms else f'<p class="actions">{apply}</p>',
        }  # fmt: skip
        return HTMLResponse(page(request, job.title, "job", values))

    def _apply(self, request: Request, form: Mapping[str, str] | None) -> Response:
        job = self._find(request)
        if job is None:
            return HTMLResponse(message(request, "Not found", "There is no such posting."), 404)
        problem = ""
        if form is not None:
            problem = self._send(job, form)
            if not problem:
                return HTMLResponse(message(request, "Proposal sent", "The client will see it in a moment."), 201)
        return HTMLResponse(self._apply_page(request, job, form or {}, problem), 422 if problem else 200)

    def _send(self, job: Job, form: Mapping[str, str]) -> str:
        """Send what a person typed; the problem in words, or nothing."""
        try:
            person = self.market.freelancer(form.get("freelancer", ""))
            answers = [(question, form.get(f"answer{n}", "")) for n, question in enumerate(job.questions)]
            cents = round(Decimal(form.get("amount", "")) * 100)
            self.market.submit(person, Application(job.id, form.get("letter", ""), cents, answers, source="hand"))
        except (RefusedError, LookupError) as refusal:
            return str(refusal)
        except InvalidOperation:
            return "The bid is not a number."
        return ""

    def _apply_page(self, request: Request, job: Job, form: Mapping[str, str], problem: str) -> str:
        chosen = form.get("freelancer") or request.cookies.get("sandbox_freelancer", people.DEMO)
        everybody = people.every(self.market.store.read())
        bid = (job.fixed_cents or job.hourly_max_cents or 3000) / 100
        questions = "".join(
            f'<label>{_text(question)} <textarea name="answer{n}" rows="3">{_text(form.get(f"answer{n}", ""))}</textarea></label>'
            for n, question in enumerate(job.questions)
        )
        values = {
            "ciphertext": job.ciphertext, "title": _text(job.title), "questions": questions,
            "problem": f'<p class="problem" role="alert">{_text(problem)}</p>' if problem else "",
            "people": _options({person.nid: f"{person.name}, {person.title}" for person in everybody}, chosen),
            "amount": _text(form.get("amount", f"{bid:g}")), "letter": _text(form.get("letter", "")),
            "connects": str(sending.price_in_connects(job)),
        }  # fmt: skip
        return page(request, "Apply", "apply", values)


async def stylesheet(_: Request) -> Response:
    return Response((HTML / "sandbox.css").read_text(), media_type="text/css")


def page(request: Request, title: str, name: str, values: Mapping[str, str], kind: str = "") -> str:
    """Fill a page and the layout around it; every value is HTML already."""
    body = _template(name).substitute(values, root=_root(request))
    return _template("layout").substitute(title=_text(title), root=_root(request), body=body, kind=kind)


def message(request: Request, title: str, text: str) -> str:
    body = f"<h1>{_text(title)}</h1><p>{_text(text)}</p>"
    return _template("layout").substitute(title=_text(title), root=_root(request), body=body, kind="")


def consent(request: Request, key: ApiKey, everybody: Iterable[Freelancer], asked: Mapping[str, str]) -> str:
    kept = ("client_id", "redirect_uri", "response_type", "state")
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{_text(asked[name])}">' for name in kept if name in asked
    )
    known = {person.nid: person for person in everybody}
    last = request.cookies.get("sandbox_freelancer", "")
    choices = "".join(_choice(person, checked=nid == last) for nid, person in known.items())
    new = "" if last in known else " checked"  # someone who comes first is nobody of the cast
    return page(
        request, "Connect", "consent", {"app": _text(key.name), "hidden": hidden, "choices": choices, "new": new}
    )


def control(request: Request, market: Market) -> str:
    db = market.reading()
    jobs = db.execute("SELECT id, title, published_ms FROM job ORDER BY published_ms DESC LIMIT 15").fetchall()
    link = '<tr><td><a href="{root}/jobs/{name}">{title}</a></td></tr>'
    rows = [link.format(root=_root(request), name=ciphertext(job["id"]), title=_text(job["title"])) for job in jobs]
    ledger = "".join(f"<tr><td>{_text(name)}</td><td>{value}</td></tr>" for name, value in market.ledger().items())
    keys = "".join(
        f"<tr><td><code>{_text(key.client_id)}</code></td><td><code>{_text(key.client_secret)}</code></td>"
        f"<td>{_text(key.profile)}</td></tr>"
        for key in grants.get_keys(db)
    )
    values = {
        "specialties": _options({key: f"{one.name} ({key})" for key, one in specialties().items()}, ""),
        "speed": get_setting(db, "speed"), "pace": get_setting(db, "jobs_per_minute"),
        "faults": _options({kind: f"{kind}: {words}" for kind, words in faults.KINDS.items()}, ""),
        "proposals": _proposals(request, market), "jobs": f"<table><tbody>{''.join(rows)}</tbody></table>",
        "keys": keys, "ledger": ledger,
    }  # fmt: skip
    return page(request, "Control", "control", values, "wide")


def _proposals(request: Request, market: Market) -> str:
    rows = (
        market.store.read()
        .execute(
            "SELECT proposal.id, proposal.status, proposal.viewed, proposal.quality, job.title, freelancer.name FROM proposal"
            " JOIN job ON job.id = job_id JOIN freelancer ON freelancer.id = freelancer_id"
            " ORDER BY proposal.created_ms DESC LIMIT 30"
        )
        .fetchall()
    )
    if not rows:
        return "<p>None yet.</p>"
    buttons = "".join(f'<button name="action" value="{action}">{action}</button> ' for action in reactions.ACTIONS)
    cells = [
        f"<tr><td>{_text(row['title'])}<br><small>{_text(row['name'])}</small></td>"
        f"<td>{_text(row['status'])}{', viewed' if row['viewed'] else ''}</td><td>{row['quality']:.2f}</td>"
        f'<td><form method="post" action="{_root(request)}/control/reactions">'
        f'<input type="hidden" name="proposal" value="{row["id"]}">{buttons}</form></td></tr>'
        for row in rows
    ]
    head = "<tr><th>Posting</th><th>Status</th><th>Quality</th><th>Let the client</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{''.join(cells)}</tbody></table>"


def _choice(person: Freelancer, *, checked: bool) -> str:
    return (
        f'<label class="choice"><input type="radio" name="freelancer" value="{_text(person.nid)}"'
        f"{' checked' if checked else ''}><span><strong>{_text(person.name)}</strong>"
        f"<small>{_text(person.title)}, {_text(person.country)}</small></span></label>"
    )


def _options(labels: Mapping[str, str], chosen: str) -> str:
    return "".join(
        f'<option value="{_text(value)}"{" selected" if value == chosen else ""}>{_text(label)}</option>'
        for value, label in labels.items()
    )


def _list(heading: str, lines: Iterable[str]) -> str:
    items = "".join(f"<li>{_text(line)}</li>" for line in lines)
    return f"<h2>{heading}</h2><ol>{items}</ol>" if items else ""


def _price(job: Job) -> str:
    if job.fixed_cents is not None:
        return f"Fixed price ${job.fixed_cents / 100:,.0f}"
    if job.hourly_min_cents is None or job.hourly_max_cents is None:
        return "Hourly"
    return f"Hourly ${job.hourly_min_cents / 100:g} to ${job.hourly_max_cents / 100:g}"


def _about(client: Client) -> str:
    verified = "payment verified" if client.verified else "payment not verified"
    rated = f" Rating: {client.rating} ({client.reviews})." if client.reviews else ""
    return (
        f"{client.city}, {client.country}, {verified}.{rated} Jobs posted: {client.posted}. Hires: {client.hires}."
        f" Spent: ${client.spent_cents / 100:,.0f}."
    )


def _template(name: str) -> Template:
    return Template((HTML / f"{name}.html").read_text())


def _root(request: Request) -> str:
    return escape(str(request.scope.get("root_path", "")))


def _text(text: str) -> str:
    return escape(text)
