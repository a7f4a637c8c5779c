"""Where strangers can find the bot, an operator decides which chats are served."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channels", sa.Column("allowed", sa.Boolean(), nullable=True))
