"""A correction is said where it was told and opens a brief, each once: it has a row of its own, a channel and cause."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_QUOTES = sa.table(
    "told_quotes", sa.column("channel_id"), sa.column("at"), sa.column("evidence"), sa.column("corrected", sa.Date)
)


def upgrade() -> None:
    table = op.create_table(
        "corrections",
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("amended", sa.BigInteger(), nullable=True),
        sa.Column("opened", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_corrections_channel_id")),
        sa.PrimaryKeyConstraint("channel_id", "cause", name=op.f("pk_corrections")),
    )
    said = op.get_bind().execute(sa.select(_QUOTES).where(_QUOTES.c.corrected.is_not(None)))
    rows = {(row.channel_id, _cause(json.loads(row.evidence))): row for row in said}
    # What a brief opened with is not said again where it was told, so long after.
    kept = [
        {"channel_id": channel_id, "cause": cause, "amended": row.at, "opened": row.corrected}
        for (channel_id, cause), row in rows.items()
    ]
    if kept:
        op.bulk_insert(table, kept)
    op.drop_column("told_quotes", "corrected")


def _cause(evidence: dict[str, int]) -> str:
    return f"a{evidence['article_id']}.{evidence['start']}.{evidence['end']}"
