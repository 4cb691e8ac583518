"""Upwork's categories by name: it sends slugs, which have lost the signs between the words."""

import re
from typing import Final

_SIGNED: Final = (
    "3D modeling & CAD", "AI & machine learning", "AI apps & integration", "Accounting & bookkeeping",
    "Accounting & consulting", "Art & illustration", "Audio & music production", "Blockchain, NFT & cryptocurrency",
    "Branding & logo design", "Building & landscape architecture", "Civil & structural engineering",
    "Community management & tagging", "Corporate & contract law", "Customer service & tech support",
    "Data analysis & testing", "Data entry & transcription services", "Data extraction/ETL", "Data mining & management",
    "Data science & analytics", "Database management & administration", "Design & creative",
    "DevOps & solution architecture", "ERP/CRM software", "Editing & proofreading services",
    "Electrical & electronic engineering", "Energy & mechanical engineering", "Engineering & architecture",
    "Finance & tax law", "Game design & development", "Graphic, editorial & presentation design", "IT & networking",
    "Information security & compliance", "Interior & trade show design", "International & immigration law",
    "Language tutoring & interpretation", "Lead generation & telemarketing", "Management consulting & analysis",
    "Market research & product reviews", "Marketing, PR & brand strategy", "NFT, AR/VR & game art",
    "Network & system administration", "Other: accounting & consulting", "Other: software development",
    "Personal & professional coaching", "Product management & scrum", "Professional & business writing", "QA testing",
    "Recruiting & human resources", "Sales & marketing", "Sales & marketing copywriting", "Scripts & utilities",
    "Translation & localization services", "Video & animation", "Web & mobile design", "Web, mobile & software dev",
)  # fmt: skip
_SIGNS: Final = re.compile(r"[^a-z0-9]+")
_BY_SLUG: Final = {_SIGNS.sub("-", label.lower()): label for label in _SIGNED}


def label_of(given: str) -> str:
    """The name of a category, given as a slug or as Upwork's own label."""
    slug = _SIGNS.sub("-", given.lower()).strip("-")
    return _BY_SLUG.get(slug) or slug.replace("-", " ").capitalize()
