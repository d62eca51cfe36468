"""What ends or runs out: within the days that are planned, and in the weeks ahead."""
