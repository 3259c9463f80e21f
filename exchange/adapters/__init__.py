"""What is different from one client's system to the next: how its messages read, and how one asks it again."""
