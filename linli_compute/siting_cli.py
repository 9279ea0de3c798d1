"""placeholder"""


def add_site_command(commands, options, network_of):
    return None
