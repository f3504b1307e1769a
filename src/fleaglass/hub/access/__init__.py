"""Who may do what: projects with their ingest keys, and API tokens with scopes."""
