"""Pages of enterprises, of alerts and of their work."""
