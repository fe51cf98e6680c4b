"""Uploads: what went through this gate is known by its digest when a later post refers to it by the service's id."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from hashlib import sha256

from guard.store.base import Reader
from guard.types.decision import Action
from guard.types.inspection import Inspection
from guard.types.post import Attachment, Author, Post

REMEMBERED = 10_000
UNKNOWN = "unknown:"


class Uploads:
    """Service's id -> digest. The store keeps all; the latest are at hand, because their record may still be on its way."""

    def __init__(self, store: Reader) -> None:
        self._store = store
        self._latest: OrderedDict[tuple[str, str, str], Attachment] = OrderedDict()

    def known(self, author: Author, ids: tuple[str, ...]) -> tuple[Attachment, ...]:
        """The attachments behind these ids; `unknown:<id>` for what did not come through this gate."""
        return tuple(self._one(author, upload) for upload in ids)

    def _one(self, author: Author, upload: str) -> Attachment:
        key = (author.network, author.account, upload)
        found = self._latest.get(key) or self._store.read_now(lambda tx: tx.media(*key))
        return found or Attachment(f"{UNKNOWN}{upload}", "", 0)

    def passed(self, author: Author, file: Attachment) -> bool:
        """Whether this account's file of that digest came through this gate."""
        if file.digest.startswith(UNKNOWN):
            return False
        if any(
            known.digest == file.digest and key[:2] == (author.network, author.account)
            for key, known in self._latest.items()
        ):
            return True
        return self._store.read_now(lambda tx: tx.knows_file(author.network, author.account, file.digest))

    def remember(self, post: Post, upstream_id: str | None) -> Attachment | None:
        """The file that an upload brought, now that the service has named it; None when the post is no upload."""
        if upstream_id is None or post.operation != "media.upload" or not post.attachments:
            return None
        uploaded = replace(post.attachments[0], carried=False)
        if len(post.attachments) > 1:  # a thumbnail beside the file: both are what the id stands for
            joined = sha256("\n".join(file.digest for file in post.attachments).encode()).hexdigest()
            uploaded = replace(uploaded, digest=f"sha256:{joined}")
        self._latest[post.author.network, post.author.account, upstream_id] = uploaded
        while len(self._latest) > REMEMBERED:
            self._latest.popitem(last=False)
        return uploaded


def is_upload(post: Post) -> bool:
    """True when the request itself carries the file."""
    return post.operation.startswith("media.")


def hold_unread(inspection: Inspection, uploads: Uploads) -> Inspection:
    """With `[media] unread = "hold"`: a file whose content nothing has read waits for a person.

    It is judged when it is uploaded; a post is held for a file only when that file did not come through this gate.
    """
    post = inspection.post
    unread = any(
        not file.inspected and (file.carried or not uploads.passed(post.author, file)) for file in post.attachments
    )
    if not unread or inspection.decision.action.stops:
        return inspection
    return replace(inspection, decision=replace(inspection.decision, action=Action.HOLD, reason="media-unread"))
