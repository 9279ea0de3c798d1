"""What can be wrong with a formula, told by line and column in a Chinese sentence."""


class FormulaError(ValueError):
    """A formula was refused; `line` and `column` count from 1 and point into the text."""

    def __init__(self, message: str, *, line: int = 1, column: int = 1):
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column

    def __str__(self):
        return f"第 {self.line} 行第 {self.column} 列：{self.message}"


class BudgetSpent(FormulaError):
    """The formula asked for more steps than the caller allowed."""
