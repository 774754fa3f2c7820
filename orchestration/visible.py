"""What a stranger wrote, made fit for a terminal: characters that would steer it are shown, not sent."""

from __future__ import annotations

import re

# C0 and DEL as the pictures that Unicode has of them, C1 (which begin sequences as ESC does) as �; so too what turns
# the order of writing round (Unicode TR 36, bidirectional text spoofing), for a line must read in the order it has.
_TURNING = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SHOWN = {code: chr(0x2400 + code) for code in range(32)} | {0x7F: "␡"}
_SHOWN |= dict.fromkeys((*range(0x80, 0xA0), 0x2028, 0x2029, *_TURNING), "�")
# Bytes of a file name that are no text are half surrogates, which no terminal can be sent.
_SHOWN |= dict.fromkeys(range(0xD800, 0xE000), "�")
_STEERING = re.compile(f"[{re.escape(''.join(chr(code) for code in _SHOWN if code >= 0x7F))}]")


def visible(text: str) -> str:
    """The text on one line, as long as before; a line break is shown as ␊, an ESC as ␛."""
    return text.translate(_SHOWN)


def visible_json(text: str) -> str:
    """JSON that means the same, with what would steer a terminal written as `\\u009b`; it has escaped C0 itself."""
    return _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
