"""我的消息: the row itself is the message."""
