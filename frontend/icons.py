"""The drawings of the pages: lines on a 24 by 24 grid, coloured by the text around them."""

from __future__ import annotations

from typing import Final

DRAWINGS: Final[dict[str, str]] = {
    "home": '<path d="M4 11.5 12 4.5l8 7V20h-5.5v-5h-5v5H4Z"/>',
    "check": '<circle cx="12" cy="12" r="8.5"/><path d="m8.2 12.3 2.7 2.7 5-5.6"/>',
    "note": '<path d="M5 4.5h14v11l-4.5 4.5H5Z"/><path d="M8.5 9h7M8.5 13h4.5"/>',
    "pill": '<rect x="2.8" y="8.2" width="18.4" height="7.6" rx="3.8" transform="rotate(-38 12 12)"/>'
    '<path d="m9.7 8.9 4.6 6.2"/>',
    "people": '<circle cx="9" cy="8.5" r="3.2"/><path d="M3 19.5c.4-3.6 2.8-5.5 6-5.5s5.6 1.9 6 5.5"/>'
    '<path d="M15.5 5.6a3.2 3.2 0 0 1 0 5.8M17.5 14.5c2 .8 3.2 2.5 3.5 5"/>',
    "question": '<path d="M4.5 4.5h15v11.5H12l-4.5 4v-4h-3Z"/><path d="M9.8 8.6a2.2 2.2 0 1 1 2.2 2.6v.8M12 13.6v.2"/>',
    "goal": '<path d="M6 21V4M6 5h11.5l-2.5 3.7 2.5 3.8H6"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "pause": '<path d="M9 5.5v13M15 5.5v13"/>',
    "eye": '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z"/>'
    '<circle cx="12" cy="12" r="2.8"/>',
    "lock": '<rect x="5" y="10.5" width="14" height="9.5" rx="2"/><path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5"/>',
    "key": '<circle cx="8" cy="15.5" r="3.8"/><path d="m10.8 12.7 8.2-8.2M16 7.5l2.8 2.8"/>',
    "alert": '<path d="M12 4 21 19.5H3Z"/><path d="M12 10v4.5M12 17v.2"/>',
    "phone": '<path d="M6 3.8h3.2l1.5 4-2 1.7a12 12 0 0 0 5.8 5.8l1.7-2 4 1.5V18c0 1.2-1 2.2-2.2 2.2'
    'C10.3 20.2 3.8 13.7 3.8 6 3.8 4.8 4.8 3.8 6 3.8Z"/>',
    "doc": '<path d="M6 3.5h8l4.5 4.5v12.5H6Z"/><path d="M9.5 12.5h5.5M9.5 16h5.5"/>',
    "print": '<path d="M7.5 9V4h9v5M7.5 16.5H4.5V9h15v7.5h-3"/><path d="M7.5 13.5h9V20h-9Z"/>',
    "download": '<path d="M12 4.5v10.5M7.5 11l4.5 4.5 4.5-4.5M5 19.5h14"/>',
    "pencil": '<path d="m5 19 .8-3.8L16 5l3 3L8.8 18.2Z"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2.2"/>',
    "arrow-left": '<path d="M19 12H5M10.5 6.5 5 12l5.5 5.5"/>',
    "sort": '<path d="m8 10 4-5 4 5M8 14l4 5 4-5"/>',
    "sort-down": '<path d="m7 9.5 5 5.5 5-5.5"/>',
    "sort-up": '<path d="m7 14.5 5-5.5 5 5.5"/>',
}
