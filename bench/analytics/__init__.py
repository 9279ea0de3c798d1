"""The nation-size bench of the plans figures."""
