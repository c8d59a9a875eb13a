"""What a reader needs, and the script that takes its pictures."""
