"""A numpy transformer that measures what fine-tuning is worth."""
