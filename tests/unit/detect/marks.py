"""Texts with their expected spans marked `[[ ]]`."""

import re


def spans(marked):
    text, found, start = "", [], 0
    for part in re.split(r"(\[\[|\]\])", marked):
        if part == "[[":
            start = len(text)
        elif part == "]]":
            found.append((start, len(text)))
        else:
            text += part
    return text, found
