"""pandana's side of the bench: run in its own environment (AGPL), reads and writes .npz only.

python pandana_side.py INPUT.npz OUTPUT.npz
"""

import resource
import sys
import time

import numpy as np
import pandana
import pandas as pd


def main(given: str, out: str) -> None:
    data = np.load(given)
    results, seconds = {}, {}
    started = time.process_time()
    network = pandana.Network(
        pd.Series(data["x"]), pd.Series(data["y"]), pd.Series(data["tail"]), pd.Series(data["head"]),
        pd.DataFrame({"metres": data["metres"]}),
    )  # fmt: skip
    seconds["build"] = time.process_time() - started
    started = time.process_time()
    network.precompute(float(data["bands"][-1]))
    seconds["precompute"] = time.process_time() - started
    categories = int(data["category"].max()) + 1
    started = time.process_time()
    nearest = []
    for k in range(categories):
        mine = data["outlet"][data["category"] == k]
        network.set_pois(
            str(k), float(data["bands"][-1]), 1, pd.Series(data["x"][mine]), pd.Series(data["y"][mine])
        )
        nearest.append(network.nearest_pois(float(data["bands"][-1]), str(k), num_pois=1)[1].to_numpy())
    seconds["t1"] = time.process_time() - started
    started = time.process_time()
    counts = []
    for k in range(categories):
        network.set(pd.Series(data["outlet"][data["category"] == k]), name="count")
        for band in data["bands"]:
            counts.append(network.aggregate(float(band), type="count", decay="flat", name="count").to_numpy())
    seconds["t2"] = time.process_time() - started
    started = time.process_time()
    frame = pd.DataFrame({"area": data["area"], "people": data["people"]})
    for walk in nearest:
        frame["within"] = frame["people"] * (walk < float(data["bands"][-1]))
        frame.groupby("area")["within"].sum()
    seconds["t3"] = time.process_time() - started
    results["nearest"], results["counts"] = np.array(nearest), np.array(counts)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    np.savez(out, **results, **{f"s_{k}": v for k, v in seconds.items()}, peak_kb=usage.ru_maxrss,
             cpu=usage.ru_utime + usage.ru_stime)  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
