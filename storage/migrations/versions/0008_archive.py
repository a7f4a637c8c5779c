"""The archive is read by label and by day: the signals of a label in their order, and what was told on a date."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_signal_labels_kind_value_signal_id"), "signal_labels", ["kind", "value", "signal_id"], unique=False
    )
    op.drop_index(op.f("ix_signal_labels_kind_value"), table_name="signal_labels")
    op.create_index(op.f("ix_told_on"), "told", ["on"], unique=False)
