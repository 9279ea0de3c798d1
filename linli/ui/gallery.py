"""Made-up content for the gallery page: long words, many rows, none, errors."""


def gallery_context(request):
    return {}


MAP = {}
