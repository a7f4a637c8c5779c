"""Whether we have spoken in a thread is asked at every word said there; what goes before a message, at every send."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for columns in (["channel_id", "reply_to"], ["channel_id", "state"]):
        op.create_index(op.f(f"ix_deliveries_{'_'.join(columns)}"), "deliveries", columns, unique=False)
