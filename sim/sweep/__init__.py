"""Many runs of one question: side by side, in batches, on a cluster, never lost."""
