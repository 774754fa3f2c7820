"""What goes back to submitters: the form to fill in, and the answer to one that was sent."""
