"""What is done with requests: taken in, worked on, helped with, merged, judged, escalated."""
