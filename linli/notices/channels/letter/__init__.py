"""Printed letters: the window prints what waits and somebody carries it to the door."""
