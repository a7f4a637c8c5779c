"""A quote is told by a brief or by an alert: it belongs to a channel and an instant, and no longer to a brief."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_told_quotes_signal_id"), table_name="told_quotes")
    op.rename_table("told_quotes", "told_quotes_before")
    if op.get_bind().dialect.name == "postgresql":  # where the index of a key keeps its name, which the new table needs
        op.execute("ALTER TABLE told_quotes_before RENAME CONSTRAINT pk_told_quotes TO pk_told_quotes_before")
    op.create_table(
        "told_quotes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("signal_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("corrected", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_told_quotes_article_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_told_quotes_channel_id")),
        sa.ForeignKeyConstraint(["signal_id"], ["signals.id"], name=op.f("fk_told_quotes_signal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told_quotes")),
    )
    for column in ("channel_id", "signal_id"):
        op.create_index(op.f(f"ix_told_quotes_{column}"), "told_quotes", [column], unique=False)
    op.execute(
        "INSERT INTO told_quotes (channel_id, at, signal_id, article_id, evidence, corrected) "
        "SELECT briefs.channel_id, briefs.decided, q.signal_id, q.article_id, q.evidence, q.corrected "
        "FROM told_quotes_before AS q JOIN briefs ON briefs.id = q.brief_id ORDER BY q.brief_id, q.number"
    )
    op.drop_table("told_quotes_before")
