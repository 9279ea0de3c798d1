"""A WeChat-style service that passes messages on by an account of its own."""
