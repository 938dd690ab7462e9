"""What happens at the dates of a run: attendance, practice tasks, completion, contact persons, anonymous feedback."""
