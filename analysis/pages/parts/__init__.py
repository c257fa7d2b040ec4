"""What pages share: doors, the study at hand, runs in the background, figures, controls."""
