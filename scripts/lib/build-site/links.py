"""Links to what is no page of the site: a folder leads to its README, a source file is named and not linked."""

import re
from pathlib import Path
from posixpath import dirname, join, normpath

from mkdocs.exceptions import PluginError

LINK = re.compile(r"\[([^\]]*)\]\((?!https?:|mailto:)([^)#\s]*)(#[^)\s]*)?\)")


def on_page_markdown(markdown, page, files, **_):
    def lead(match):
        text, target, anchor = match.group(1), match.group(2), match.group(3) or ""
        # GitHub calls the second heading of a name `name-1`, Python-Markdown `name_1`; properties have ids of their own.
        if page.file.src_uri.startswith("docs/api/") and not anchor.startswith("#property-"):
            anchor = re.sub(r"-(\d+)$", r"_\1", anchor)
        path = normpath(join(dirname(page.file.src_uri), target))
        if not target or files.get_file_from_path(path):
            return f"[{text}]({target}{anchor})"
        if files.get_file_from_path(f"{path}/README.md"):
            return f"[{text}]({target.rstrip('/')}/README.md{anchor})"
        if not Path(path).exists():
            raise PluginError(f"{page.file.src_uri} links to {target}, which does not exist")
        return text

    return LINK.sub(lead, markdown)
