#!/usr/bin/env python3
"""Compares JViG with XNNPACK, as TensorFlow Lite runs it, on this machine.

    python3 -m venv venv && venv/bin/pip install tensorflow-cpu
    venv/bin/python bench/src/main/python/xnnpack.py [--models mobilenetv2_100,...] [--threads 1,2] [--rounds 7] [--seconds 3] [--csv FILE]

The nets are those of tf.keras.applications with random weights, converted to float32 TensorFlow Lite files. JViG runs the same nets,
with random weights of its own, by `scripts/jvig bench`. The two run in turn, a process of `jvig bench` after each turn of TensorFlow Lite;
in every other round JViG is first. Each turn gives the median of its runs. The table has the medians over the rounds, and the median and
quartiles of the ratio within a round: above 1, JViG is faster. "scaling" is the time on one thread divided by that on n.
"""
import argparse
import csv
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

JVIG = pathlib.Path(__file__).resolve().parents[4] / "scripts" / "jvig"

# JViG's name: how Keras makes the same net. MobileNetV3 of Keras pads as TensorFlow does, which JViG calls tf_.
NETS = {
    "mobilenetv2_100": lambda apps: apps.MobileNetV2(weights=None, alpha=1.0),
    "mobilenetv2_140": lambda apps: apps.MobileNetV2(weights=None, alpha=1.4),
    "tf_mobilenetv3_large_100": lambda apps: apps.MobileNetV3Large(weights=None, include_preprocessing=False),
    "tf_mobilenetv3_small_100": lambda apps: apps.MobileNetV3Small(weights=None, include_preprocessing=False),
    "mobilenetv1_100": lambda apps: apps.MobileNet(weights=None),
    "efficientnet_b0": lambda apps: apps.EfficientNetB0(weights=None),
}
DEFAULT = "mobilenetv2_100,mobilenetv2_140,tf_mobilenetv3_large_100,tf_mobilenetv3_small_100"


def tflite_file(name):
    """The net as a float32 TensorFlow Lite file, for one image of 224x224."""
    import tensorflow as tf

    net = NETS[name](tf.keras.applications)
    with tempfile.TemporaryDirectory() as folder:
        # By way of a SavedModel, so that the variables become constants and the normalizations are folded.
        net.export(folder, verbose=False, input_signature=[tf.TensorSpec([1, 224, 224, 3], tf.float32)])
        return tf.lite.TFLiteConverter.from_saved_model(folder).convert()


class TensorFlowLite:
    """An interpreter, whose default delegate for float32 is XNNPACK."""

    def __init__(self, content, threads):
        import numpy
        import tensorflow as tf

        self.interpreter = tf.lite.Interpreter(model_content=content, num_threads=threads)
        self.interpreter.allocate_tensors()
        place = self.interpreter.get_input_details()[0]
        image = numpy.random.default_rng(1).standard_normal(place["shape"]).astype(numpy.float32)
        self.interpreter.set_tensor(place["index"], image)
        self.interpreter.invoke()
        if not numpy.isfinite(self.interpreter.get_tensor(self.interpreter.get_output_details()[0]["index"])).all():
            raise ValueError("the net's outputs are not finite")

    def median_ms(self, seconds):
        """The median of runs for so long, after a tenth of it as a warm-up."""
        end = time.perf_counter() + 0.1 * seconds
        while time.perf_counter() < end:
            self.interpreter.invoke()
        times = []
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            start = time.perf_counter()
            self.interpreter.invoke()
            times.append(time.perf_counter() - start)
        return 1e3 * statistics.median(times)


def jvig_median_ms(name, threads, seconds):
    """The median that a new process of jvig bench measures, and the share of the FMA peak."""
    output = subprocess.run(
        [str(JVIG), "bench", "--model", name, "--device", "cpu", "--threads", str(threads), "--seconds", str(seconds),
         "--json"], check=True, capture_output=True, text=True).stdout
    row = json.loads(output.splitlines()[-1])
    return row["p50_ms"], row["peak_share"]


def compare(name, content, threads, rounds, seconds):
    tflite = TensorFlowLite(content, threads)
    theirs, ours, shares = [], [], []
    for number in range(rounds):
        for side in ("tflite", "jvig") if number % 2 == 0 else ("jvig", "tflite"):
            if side == "tflite":
                theirs.append(tflite.median_ms(seconds))
            else:
                ms, share = jvig_median_ms(name, threads, seconds)
                ours.append(ms)
                shares.append(share)
    ratios = [t / o for t, o in zip(theirs, ours)]
    low, middle, high = statistics.quantiles(ratios, n=4) if rounds > 1 else ratios * 3
    return dict(net=name, threads=threads, jvig_ms=statistics.median(ours), xnnpack_ms=statistics.median(theirs),
                ratio=middle, ratio_low=low, ratio_high=high, peak_share=statistics.median(shares))


def main():
    parser = argparse.ArgumentParser(description="Compares JViG with XNNPACK (TensorFlow Lite).")
    parser.add_argument("--models", default=DEFAULT, help=f"of {', '.join(NETS)} (default: {DEFAULT})")
    parser.add_argument("--threads", default="1,2", help="numbers of threads (default: 1,2)")
    parser.add_argument("--rounds", type=int, default=7, help="turns of each (default: 7)")
    parser.add_argument("--seconds", type=float, default=3, help="of measuring in a turn (default: 3)")
    parser.add_argument("--csv", help="a file to write the table to")
    options = parser.parse_args()
    names = options.models.split(",")
    unknown = [name for name in names if name not in NETS]
    if unknown or options.rounds < 1 or options.seconds <= 0:
        parser.error(f"no net {unknown[0]}; there are {', '.join(NETS)}" if unknown else "rounds and seconds must be above 0")
    try:
        import tensorflow
    except ImportError:
        sys.exit("xnnpack.py: needs TensorFlow: pip install tensorflow-cpu")
    print(f"TensorFlow {tensorflow.__version__}", flush=True)
    subprocess.run([str(JVIG), "--version"], check=True)
    print(f"{'net':28}{'threads':>8}{'JViG ms':>10}{'XNNPACK ms':>12}{'ratio':>7}{'quartiles':>14}{'peak':>7}", flush=True)
    rows = []
    for name in names:
        content = tflite_file(name)
        for threads in map(int, options.threads.split(",")):
            row = compare(name, content, threads, options.rounds, options.seconds)
            rows.append(row)
            print(f"{name:28}{threads:8}{row['jvig_ms']:10.2f}{row['xnnpack_ms']:12.2f}{row['ratio']:7.2f}"
                  f"{row['ratio_low']:8.2f}-{row['ratio_high']:.2f}{row['peak_share']:7.0%}", flush=True)
    for name in names:
        mine = {row["threads"]: row for row in rows if row["net"] == name}
        if 1 in mine:
            for threads in sorted(set(mine) - {1}):
                print(f"{name}: scaling to {threads} threads {mine[1]['jvig_ms'] / mine[threads]['jvig_ms']:.2f} (JViG), "
                      f"{mine[1]['xnnpack_ms'] / mine[threads]['xnnpack_ms']:.2f} (XNNPACK)")
    if options.csv:
        with open(options.csv, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
