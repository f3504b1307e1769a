"""The first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "marks",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )
    op.create_table(
        "projects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("added_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("slug", name=op.f("uq_projects_slug")),
    )
    op.create_table(
        "releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=250), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("added_ns", sa.BigInteger(), nullable=False),
        sa.Column("started_ns", sa.BigInteger(), nullable=True),
        sa.Column("released_ns", sa.BigInteger(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("ref", sa.Text(), nullable=True),
        sa.Column("refs", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
        sa.UniqueConstraint("version", name=op.f("uq_releases_version")),
    )
    with op.batch_alter_table("releases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_releases_added_ns"), ["added_ns"], unique=False)

    op.create_table(
        "seen_events",
        sa.Column("event_id", sa.String(length=32), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("received_ns", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "project", name=op.f("pk_seen_events")),
    )
    with op.batch_alter_table("seen_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seen_events_received_ns"), ["received_ns"], unique=False)

    op.create_table(
        "tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=16), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("added_ns", sa.BigInteger(), nullable=False),
        sa.Column("used_ns", sa.BigInteger(), nullable=True),
        sa.Column("revoked_ns", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_tokens_digest")),
    )
    op.create_table(
        "client_reports",
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project"], ["projects.id"], name=op.f("fk_client_reports_project_projects")),
        sa.PrimaryKeyConstraint("project", "hour", "category", "reason", name=op.f("pk_client_reports")),
    )
    op.create_table(
        "commits",
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha", sa.String(length=64), nullable=False),
        sa.Column("repository", sa.String(length=64), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=True),
        sa.Column("author_email", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("at_ns", sa.BigInteger(), nullable=True),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release"], ["releases.id"], name=op.f("fk_commits_release_releases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release", "position", name=op.f("pk_commits")),
    )
    with op.batch_alter_table("commits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commits_sha"), ["sha"], unique=False)

    op.create_table(
        "deploys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("environment", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("started_ns", sa.BigInteger(), nullable=True),
        sa.Column("finished_ns", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release"], ["releases.id"], name=op.f("fk_deploys_release_releases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deploys")),
    )
    with op.batch_alter_table("deploys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deploys_release"), ["release"], unique=False)

    op.create_table(
        "ingest_keys",
        sa.Column("public", sa.String(length=64), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("added_ns", sa.BigInteger(), nullable=False),
        sa.Column("revoked_ns", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["project"], ["projects.id"], name=op.f("fk_ingest_keys_project_projects")),
        sa.PrimaryKeyConstraint("public", name=op.f("pk_ingest_keys")),
    )
    op.create_table(
        "issues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("first_seen_ns", sa.BigInteger(), nullable=False),
        sa.Column("first_release", sa.String(length=250), nullable=False),
        sa.Column("last_seen_ns", sa.BigInteger(), nullable=False),
        sa.Column("last_release", sa.String(length=250), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("culprit", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("platform", sa.String(length=64), nullable=False),
        sa.Column("users", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("substatus", sa.String(length=24), nullable=True),
        sa.Column("active_at_ns", sa.BigInteger(), nullable=False),
        sa.Column("changed_ns", sa.BigInteger(), nullable=False),
        sa.Column("resolution", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("archive", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("assignee", sa.String(length=200), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["merged_into"], ["issues.id"], name=op.f("fk_issues_merged_into_issues")),
        sa.ForeignKeyConstraint(["project"], ["projects.id"], name=op.f("fk_issues_project_projects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issues")),
    )
    with op.batch_alter_table("issues", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issues_first_release"), ["first_release"], unique=False)
        batch_op.create_index(batch_op.f("ix_issues_last_seen_ns"), ["last_seen_ns"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_issues_project_status_last_seen_ns"), ["project", "status", "last_seen_ns"], unique=False
        )

    op.create_table(
        "logins",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("expires_ns", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["token"], ["tokens.id"], name=op.f("fk_logins_token_tokens")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_logins")),
    )
    op.create_table(
        "monitors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("config", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("config_problem", sa.Text(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("added_ns", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["project"], ["projects.id"], name=op.f("fk_monitors_project_projects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitors")),
        sa.UniqueConstraint("project", "slug", name=op.f("uq_monitors_project_slug")),
    )
    op.create_table(
        "release_environments",
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("environment", sa.String(length=64), nullable=False),
        sa.Column("first_seen_ns", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_ns", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["project"], ["projects.id"], name=op.f("fk_release_environments_project_projects")),
        sa.ForeignKeyConstraint(
            ["release"], ["releases.id"], name=op.f("fk_release_environments_release_releases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release", "project", "environment", name=op.f("pk_release_environments")),
    )
    op.create_table(
        "release_projects",
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project"], ["projects.id"], name=op.f("fk_release_projects_project_projects")),
        sa.ForeignKeyConstraint(
            ["release"], ["releases.id"], name=op.f("fk_release_projects_release_releases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release", "project", name=op.f("pk_release_projects")),
    )
    op.create_table(
        "session_counts",
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("started_ns", sa.BigInteger(), nullable=False),
        sa.Column("exited", sa.BigInteger(), nullable=False),
        sa.Column("errored", sa.BigInteger(), nullable=False),
        sa.Column("crashed", sa.BigInteger(), nullable=False),
        sa.Column("abnormal", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["project"], ["projects.id"], name=op.f("fk_session_counts_project_projects")),
        sa.PrimaryKeyConstraint("project", "release", "environment", "started_ns", name=op.f("pk_session_counts")),
    )
    with op.batch_alter_table("session_counts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_counts_started_ns"), ["started_ns"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("sid", sa.String(length=32), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("inferred", sa.Boolean(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("started_ns", sa.BigInteger(), nullable=False),
        sa.Column("seen_ns", sa.BigInteger(), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["project"], ["projects.id"], name=op.f("fk_sessions_project_projects")),
        sa.PrimaryKeyConstraint("project", "sid", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_release_started_ns"), ["release", "started_ns"], unique=False)
        batch_op.create_index(batch_op.f("ix_sessions_started_ns"), ["started_ns"], unique=False)
        batch_op.create_index(batch_op.f("ix_sessions_status_seen_ns"), ["status", "seen_ns"], unique=False)

    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["issue"], ["issues.id"], name=op.f("fk_activity_issue_issues")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_issue"), ["issue"], unique=False)

    op.create_table(
        "groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("home", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("first_seen_ns", sa.BigInteger(), nullable=False),
        sa.Column("first_release", sa.String(length=250), nullable=False),
        sa.Column("last_seen_ns", sa.BigInteger(), nullable=False),
        sa.Column("last_release", sa.String(length=250), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("culprit", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("platform", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["home"], ["issues.id"], name=op.f("fk_groups_home_issues")),
        sa.ForeignKeyConstraint(["issue"], ["issues.id"], name=op.f("fk_groups_issue_issues")),
        sa.ForeignKeyConstraint(["project"], ["projects.id"], name=op.f("fk_groups_project_projects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("project", "hash", name=op.f("uq_groups_project_hash")),
    )
    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_groups_issue"), ["issue"], unique=False)

    op.create_table(
        "monitor_environments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("monitor", sa.Integer(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("last_ns", sa.BigInteger(), nullable=True),
        sa.Column("next_ns", sa.BigInteger(), nullable=True),
        sa.Column("next_latest_ns", sa.BigInteger(), nullable=True),
        sa.Column("changed_ns", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["monitor"], ["monitors.id"], name=op.f("fk_monitor_environments_monitor_monitors")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitor_environments")),
        sa.UniqueConstraint("monitor", "environment", name=op.f("uq_monitor_environments_monitor_environment")),
    )
    with op.batch_alter_table("monitor_environments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_monitor_environments_next_latest_ns"), ["next_latest_ns"], unique=False)

    op.create_table(
        "check_ins",
        sa.Column("monitor_environment", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("started_ns", sa.BigInteger(), nullable=False),
        sa.Column("updated_ns", sa.BigInteger(), nullable=False),
        sa.Column("ended_ns", sa.BigInteger(), nullable=True),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("expected_ns", sa.BigInteger(), nullable=True),
        sa.Column("timeout_ns", sa.BigInteger(), nullable=True),
        sa.Column("duration_s", sa.Float(), nullable=True),
        sa.Column("trace_id", sa.String(length=32), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["monitor_environment"],
            ["monitor_environments.id"],
            name=op.f("fk_check_ins_monitor_environment_monitor_environments"),
        ),
        sa.PrimaryKeyConstraint("monitor_environment", "id", name=op.f("pk_check_ins")),
    )
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_ins_ended_ns"), ["ended_ns"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_check_ins_monitor_environment_ended_ns"), ["monitor_environment", "ended_ns"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_check_ins_monitor_environment_started_ns"),
            ["monitor_environment", "started_ns"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_check_ins_timeout_ns"), ["timeout_ns"], unique=False)

    op.create_table(
        "group_hours",
        sa.Column("group", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group"], ["groups.id"], name=op.f("fk_group_hours_group_groups")),
        sa.PrimaryKeyConstraint("group", "hour", name=op.f("pk_group_hours")),
    )
    op.create_table(
        "group_releases",
        sa.Column("group", sa.Integer(), nullable=False),
        sa.Column("release", sa.String(length=250), nullable=False),
        sa.Column("environment", sa.String(length=200), nullable=False),
        sa.Column("first_seen_ns", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_ns", sa.BigInteger(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group"], ["groups.id"], name=op.f("fk_group_releases_group_groups")),
        sa.PrimaryKeyConstraint("group", "release", "environment", name=op.f("pk_group_releases")),
    )
    op.create_table(
        "group_users",
        sa.Column("group", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(length=200), nullable=False),
        sa.Column("last_seen_ns", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["group"], ["groups.id"], name=op.f("fk_group_users_group_groups")),
        sa.PrimaryKeyConstraint("group", "user", name=op.f("pk_group_users")),
    )
    op.create_table(
        "monitor_incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("monitor_environment", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("started_ns", sa.BigInteger(), nullable=False),
        sa.Column("resolved_ns", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["monitor_environment"],
            ["monitor_environments.id"],
            name=op.f("fk_monitor_incidents_monitor_environment_monitor_environments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitor_incidents")),
    )
    with op.batch_alter_table("monitor_incidents", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_monitor_incidents_monitor_environment"), ["monitor_environment"], unique=False
        )
