"""Reads of enterprises and alerts, each through the one narrowing of `visibility`."""

from bandeng.harm.selectors.visibility import (
    NotVisible,
    alert_for,
    enterprise_for,
    visible_alerts,
    visible_enterprises,
)

__all__ = ["NotVisible", "alert_for", "enterprise_for", "visible_alerts", "visible_enterprises"]
