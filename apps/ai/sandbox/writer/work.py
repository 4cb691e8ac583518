"""What kind of work a posting asks for: decides how the letter proposes to begin and what it asks."""

import re
from enum import StrEnum
from typing import Final


class Work(StrEnum):
    FIX = "fix"
    SCRAPING = "scraping"
    DATA = "data"
    CHATBOT = "chatbot"
    AUTOMATION = "automation"
    MOBILE = "mobile"
    DESIGN = "design"
    VIDEO = "video"
    TRANSLATION = "translation"
    WRITING = "writing"
    MARKETING = "marketing"
    OFFICE = "office"
    SOFTWARE = "software"
    OTHER = "other"


_SIGNS: Final = {
    Work.FIX: r"\bfix\w*|\bbugs?\b|\bdebug\w*|troubleshoot\w*|\bbroken\b|\berrors?\b|not working|\bslow\b|speed up",
    Work.SCRAPING: r"scrap(?:e|ing|er)\w*|crawl\w*|data extraction|lead list",
    Work.DATA: r"data (?:analy\w+|scien\w+|pipeline\w*|warehous\w+|visuali\w+)|\betl\b|power bi|tableau|dashboards?|\bsql\b|statistic\w*|machine learning",
    Work.CHATBOT: r"chat ?bots?|\bai agents?\b|\bllms?\b|\brag\b|openai|gpt|voice agent|prompt engineering",
    Work.AUTOMATION: r"automat\w+|zapier|make\.com|\bn8n\b|workflows?|airtable|\bcrm\b|gohighlevel|\bghl\b",
    Work.MOBILE: r"mobile app\w*|flutter\w*|react native|\bios\b|android|swift\w*|kotlin",
    Work.DESIGN: r"\blogos?\b|brand(?:ing)?\b|figma|\bui\b|\bux\b|graphic\w*|illustrat\w*|packaging|banner\w*|interior|render\w*|3d\b|photoshop",
    Work.VIDEO: r"\bvideos?\b|animat\w+|youtube|reels?\b|voice[- ]?over|podcast\w*|motion graphics",
    Work.TRANSLATION: r"translat\w+|locali[sz]\w+|interpret(?:er|ing)|subtitl\w+|transcri\w+",
    Work.WRITING: r"\bwrit(?:e|er|ing)\b|copywrit\w+|articles?|blogs?\b|ghostwrit\w+|proofread\w*|\bbooks?\b|editing|scripts?\b",
    Work.MARKETING: r"\bseo\b|marketing|\bads?\b|campaigns?|social media|lead generation|email list|ppc|influencer",
    Work.OFFICE: r"virtual assistant|data entry|bookkeep\w*|accounting|customer (?:support|service)|admin(?:istrative)?\b|scheduling|excel\b|spreadsheets?",
    Work.SOFTWARE: r"develop\w*|\bapi\b|website|web app\w*|wordpress|shopify|backend|frontend|full[- ]stack|python|django|react|node|php|laravel|saas|plugin",
}


def kind_of_work(title: str, description: str) -> Work:
    """The kind with the most signs; a sign in the title weighs as four in the text, a general one half as much."""
    scores = {
        work: 4 * len(re.findall(signs, title, re.IGNORECASE))
        + min(len(re.findall(signs, description, re.IGNORECASE)), 6)
        for work, signs in _SIGNS.items()
    }
    scores[Work.SOFTWARE] //= 2
    best = max(scores, key=lambda work: scores[work])
    return best if scores[best] else Work.OTHER
