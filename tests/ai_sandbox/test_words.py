import pytest

from apps.ai.sandbox.writer.words import GERUNDS, flip, shorten, tokens
from apps.ai.sandbox.writer.work import Work, kind_of_work


@pytest.mark.parametrize(
    ("client", "freelancer"),
    [
        ("speed up our app", "speed up your app"),
        ("I need my files where we keep them", "you need your files where you keep them"),
        ("send it to us in the US", "send it to you in the US"),
        ("what we've built and I'm proud of", "what you have built and you are proud of"),
        ("IT and AI for users", "IT and AI for users"),
    ],
)
def test_clients_words_are_said_back_to_the_client(client, freelancer):
    assert flip(client) == freelancer


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("A short text", "A short text"),
        ("Build the shop, which has 40 products and a blog", "Build the shop"),
        ("Build the shop using Django and connect it to", "Build the shop"),
        ("Translate forty manuals and the rest", "Translate forty manuals…"),
    ],
)
def test_text_is_cut_where_a_thought_ends(text, short):
    assert shorten(text, 27) == short


@pytest.mark.parametrize(
    ("form", "verb"), [("building", "build"), ("creating", "create"), ("mapping", "map"), ("planning", "plan")]
)
def test_gerunds_lead_back_to_their_verbs(form, verb):
    assert GERUNDS[form] == verb


def test_tokens_keep_what_makes_a_subject():
    assert tokens("We need Node.js and C++ for 3 shops about bread") == {"node.js", "c++", "shop", "bread"}


@pytest.mark.parametrize(
    ("title", "work"),
    [
        ("Fix a broken contact form", Work.FIX),
        ("Scrape 40 supplier sites every night", Work.SCRAPING),
        ("Power BI dashboard for sales", Work.DATA),
        ("Customer support chatbot on our documents", Work.CHATBOT),
        ("Connect Airtable and our CRM with Zapier", Work.AUTOMATION),
        ("Flutter mobile app for a gym", Work.MOBILE),
        ("Packaging and logo for a tea brand", Work.DESIGN),
        ("Edit ten YouTube videos", Work.VIDEO),
        ("Translate a manual into Ukrainian", Work.TRANSLATION),
        ("Ghostwriter for a blog", Work.WRITING),
        ("SEO and Google Ads for a dentist", Work.MARKETING),
        ("Virtual assistant for data entry", Work.OFFICE),
        ("WordPress plugin developer", Work.SOFTWARE),
        ("Somebody to walk my dog", Work.OTHER),
    ],
)
def test_title_tells_the_kind_of_work(title, work):
    assert kind_of_work(title, "") == work
