"""Names in scripts in which several characters share a cell, or one takes two."""

NAMES = (
    "प्रकाशित हिन्दी",
    "ภาษาไทย น้ำ",
    "\u1112\u1161\u11ab\u1100\u1173\u11af",
    "한글",
    "Cafe\u0301 Zu\u0308rich",
    "தமிழ்",
    "ខ្មែរ",
    "العربية",
    "עִבְרִית",
    "ｗｉｄｅ",
    "\U0001f44d\U0001f3fd",
    "\u0301\u0302",
)
