"""The post before an edit, or above an answer, on the case page: read by the same rights, and recorded as a reading of its own case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from guard.console.cases import sides
from guard.console.page import Visit
from guard.outbox import deciding
from guard.outbox.before import post_before
from guard.types.held import HeldPost
from guard.types.post import Post


async def before_values(visit: Visit, case: HeldPost, post: Post) -> dict[str, Any]:
    """What the page shows of it. That somebody reads it is in the log before they do."""
    desk, who, now = visit.desk, visit.principal, visit.now
    found = await desk.store.read(lambda tx: post_before(tx, desk.keys, case, post, who, now))
    if found is None or found.post is None:
        return {"before": found, "before_texts": [], "before_changed": []}
    await desk.store.write(lambda tx: deciding.record_view(tx, desk.log, found.case, who, now))
    changed = _changed(found.post, post) if post.target else []
    return {"before": found, "before_texts": sides.published(found.post, ()), "before_changed": changed}


def _changed(earlier: Post, edit: Post) -> list[sides.Text]:
    """The edit's texts that differ from what stood there, what is new in them marked."""
    was = {segment.path: segment.text for segment in earlier.segments}
    base = replace(edit, segments=tuple(replace(each, text=was.get(each.path, "")) for each in edit.segments))
    texts = {each.path: each.text for each in edit.segments if each.text != was.get(each.path, "")}
    return [text for text in sides.retold(base, texts) if text.path in texts]
