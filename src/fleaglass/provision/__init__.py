"""Telling other systems what is here: releases into anything that speaks Sentry's REST API."""

from fleaglass.provision.commits import Commit, Repository, WorkTreeError
from fleaglass.provision.sentry import SentryApi, SentryApiError

__all__ = ["Commit", "Repository", "SentryApi", "SentryApiError", "WorkTreeError"]
