"""Results that come with the program, so that there is a picture before anything is played."""
