"""Who calls us: pages, REST API, webhooks, jobs and the command line."""
