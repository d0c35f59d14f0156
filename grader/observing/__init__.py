"""How the service does: health, figures for Prometheus, and a page in words for those who teach."""
