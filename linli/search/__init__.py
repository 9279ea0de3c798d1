"""Finding things by words and pinyin initials: an index of words beside the rows, asked within their scopes."""
