"""What a page shows: labels, URLs and flags."""
