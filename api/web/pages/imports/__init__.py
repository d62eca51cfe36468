"""The week's planning uploaded: files of ours, and of other programs once their columns are matched."""
