"""Who may do what: projects with their ingest keys, and API tokens with scopes.

scopes, needs         what a request needs, by its method and path
credentials           what it shows: a token, a login's cookie, an ingest key
register              whom the hub knows, kept in memory and looked up again
doorman ──▶ denied    the decision, and a refusal in words; throttle slows down who guesses
gate, grpc_door       how it is told over HTTP and over gRPC
policy                whether anybody is asked at all, and which names the hub goes by
projects, keys, tokens, logins, first_start      what the tables hold
login_page            a token for a cookie
"""
