"""A restore that did not come to its end: what was purged may be back, so nothing may serve (security K6, D8)."""

from pathlib import Path

from django.conf import settings


class RestoreUnfinished(SystemExit):
    """Nothing starts; the text is the one sentence to show."""


def unfinished_path() -> Path:
    """Stands here while a restore is not at its end."""
    return settings.STATE_DIR / "restore-unfinished"


def refuse_unfinished_restore() -> None:
    """Asked by web server and worker before they serve; RestoreUnfinished while a restore is not at its end."""
    path = unfinished_path()
    if path.exists():
        named = path.read_text("utf-8").strip()
        raise RestoreUnfinished(
            f"✗ The restore of set {named} did not come to its end: purged data may be back. Run `linli restore FOLDER"
            " --replace` again until it says ✓; then start this."
        )
