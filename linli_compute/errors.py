"""What is wrong with the input, said to the person who gave it."""


class InputError(ValueError):
    """The input cannot be used as it is. The message is Chinese, names the thing and says what to do."""


class InputWarning(UserWarning):
    """The input was used, but the result means less than the reader may think. The message says why."""
