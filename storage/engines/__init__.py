"""The databases that can keep the store, a module each: what differs between them, and nothing else."""
