"""Plans as executable data: indicators, targets, tasks, and the numbers behind them."""
