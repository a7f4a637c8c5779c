"""An archive of years: what the file drops is found by its keys, each label is kept once, writings are numbered."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

REFERENCES = (
    ("articles", "replaces"),
    ("articles", "copy_of"),
    ("entries", "article_id"),
    ("revisions", "article_id"),
    ("told_quotes", "article_id"),
)


def upgrade() -> None:
    for table, column in REFERENCES:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    op.add_column("signals", sa.Column("stored", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_signals_stored"), "signals", ["stored"], unique=False)
    op.create_table(
        "labels",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "value", name=op.f("pk_labels")),
    )
    op.execute(
        "INSERT INTO labels (kind, value, name) SELECT kind, value, max(name) FROM signal_labels GROUP BY kind, value"
    )
