"""A change of a channel's settings belongs to the event that made it, and one that was undone to the event that did."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mementos", sa.Column("event", sa.Text(), nullable=True))
    op.add_column("mementos", sa.Column("undone", sa.Text(), nullable=True))
