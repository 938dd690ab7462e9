"""What operations is told: alerts as Prometheus rules, and a dashboard for Grafana."""
