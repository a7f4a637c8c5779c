"""Whether we have spoken in a thread is asked at every word said there."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_deliveries_channel_id_reply_to"), "deliveries", ["channel_id", "reply_to"], unique=False)
