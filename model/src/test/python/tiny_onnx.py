"""Tiny ONNX models for tests, whose results are known without a runtime: resources/onnx.

Run with a Python that has onnx and numpy: python tiny_onnx.py ../resources/onnx
"""
import sys

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


def value(name, shape, kind=FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def write(path, nodes, inputs, outputs, constants, metadata=None):
    graph = helper.make_graph(nodes, "tiny", inputs, outputs,
                              [numpy_helper.from_array(array, name) for name, array in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="tiny")
    if metadata:
        helper.set_model_props(model, metadata)
    checker.check_model(model, full_check=True)
    save(model, path)


def patches(rows, size):
    """A convolution whose outputs are weighted means of red, green and blue over squares: weights [rows][3]."""
    weights = np.asarray(rows, np.float32)[:, :, None, None] / (size * size)
    return np.ascontiguousarray(np.broadcast_to(weights, weights.shape[:2] + (size, size)).astype(np.float32))


def conv(name, inputs, output, size):
    return helper.make_node("Conv", inputs, [output], name, kernel_shape=[size, size], strides=[size, size])


def main(folder):
    # Names the color of an image of any size, 10 times the mean of each channel as logits.
    write(f"{folder}/colors.onnx",
          [helper.make_node("GlobalAveragePool", ["image"], ["mean"], "pool"),
           helper.make_node("Flatten", ["mean"], ["flat"], "flatten"),
           helper.make_node("Gemm", ["flat", "head.weight", "head.bias"], ["logits"], "head", transB=1)],
          [value("image", ["batch", 3, "height", "width"])], [value("logits", ["batch", 3])],
          {"head.weight": 10 * np.eye(3, dtype=np.float32), "head.bias": np.array([0, 0, -1], np.float32)},
          {"names": "{0: 'red', 1: \"green\", 2: 'blue'}", "imgsz": "[24, 32]", "mean": "[0, 0, 0]", "std": "1",
           "crop_pct": "1.0", "interpolation": "bilinear"})

    # The same with the channels last, as files made from TensorFlow have them.
    write(f"{folder}/colors_last.onnx",
          [helper.make_node("Transpose", ["image"], ["planes"], "planes", perm=[0, 3, 1, 2]),
           helper.make_node("GlobalAveragePool", ["planes"], ["mean"], "pool"),
           helper.make_node("Flatten", ["mean"], ["flat"], "flatten"),
           helper.make_node("Gemm", ["flat", "head.weight", "head.bias"], ["logits"], "head", transB=1)],
          [value("image", [1, 24, 32, 3])], [value("logits", [1, 3])],
          {"head.weight": 10 * np.eye(3, dtype=np.float32), "head.bias": np.array([0, 0, -1], np.float32)},
          {"names": "{0: 'red', 1: 'green', 2: 'blue'}", "mean": "[0, 0, 0]", "std": "1", "crop_pct": "1.0",
           "interpolation": "bilinear"})

    # And with a batch of two, which the file fixes.
    write(f"{folder}/two_last.onnx",
          [helper.make_node("Transpose", ["image"], ["planes"], "planes", perm=[0, 3, 1, 2]),
           helper.make_node("GlobalAveragePool", ["planes"], ["mean"], "pool"),
           helper.make_node("Flatten", ["mean"], ["flat"], "flatten"),
           helper.make_node("Gemm", ["flat", "head.weight", "head.bias"], ["logits"], "head", transB=1)],
          [value("image", [2, 24, 32, 3])], [value("logits", [2, 3])],
          {"head.weight": 10 * np.eye(3, dtype=np.float32), "head.bias": np.array([0, 0, -1], np.float32)},
          {"names": "{0: 'red', 1: 'green', 2: 'blue'}", "mean": "[0, 0, 0]", "std": "1", "crop_pct": "1.0",
           "interpolation": "bilinear"})

    # A YOLOv8 head: each square of 16 pixels has a box of 20x10 in the middle of the input; red and blue are the scores.
    for name, batch in (("yolov8", 1), ("yolov8_batch3", 3)):
        write(f"{folder}/{name}.onnx",
              [conv("head", ["images", "head.weight", "head.bias"], "map", 16),
               helper.make_node("Reshape", ["map", "shape"], ["output0"], "flatten")],
              [value("images", [batch, 3, 64, 64])], [value("output0", [batch, 6, 16])],
              {"head.weight": patches([[0, 0, 0]] * 4 + [[1, 0, 0], [0, 0, 1]], 16),
               "head.bias": np.array([32, 32, 20, 10, 0, 0], np.float32), "shape": np.array([batch, 6, 16], np.int64)},
              {"names": "{0: 'red thing', 1: 'blue thing'}", "task": "detect", "imgsz": "[64, 64]", "stride": "16"})

    # CenterNet's maps: heat of red and blue, boxes of 2x1 cells, middles of the cells.
    write(f"{folder}/centernet.onnx",
          [conv("heat", ["image", "heat.weight"], "hm", 4), conv("size", ["image", "none", "size.bias"], "wh", 4),
           conv("offset", ["image", "none", "offset.bias"], "reg", 4)],
          [value("image", [1, 3, 32, 32])],
          [value("hm", [1, 2, 8, 8]), value("wh", [1, 2, 8, 8]), value("reg", [1, 2, 8, 8])],
          {"heat.weight": patches([[1, 0, 0], [0, 0, 1]], 4), "none": patches([[0, 0, 0]] * 2, 4),
           "size.bias": np.array([2, 1], np.float32), "offset.bias": np.array([0.5, 0.5], np.float32)},
          {"mean": "0", "std": "1"})

    # As torchvision's detectors: an image without a batch, and a box for each of red, green and blue whose mean is above 0.1.
    write(f"{folder}/selected.onnx",
          [helper.make_node("ReduceMean", ["image"], ["means"], "means", axes=[1, 2], keepdims=0),
           helper.make_node("Greater", ["means", "least"], ["good"], "good"),
           helper.make_node("NonZero", ["good"], ["found"], "found"),
           helper.make_node("Squeeze", ["found", "first"], ["kept"], "kept"),
           helper.make_node("Gather", ["all_boxes", "kept"], ["boxes"], "boxes"),
           helper.make_node("Gather", ["means", "kept"], ["scores"], "scores"),
           helper.make_node("Gather", ["all_labels", "kept"], ["labels"], "labels")],
          [value("image", [3, 64, 64])],
          [value("boxes", ["n", 4]), value("scores", ["n"]), value("labels", ["n"], INT64)],
          {"least": np.array(0.1, np.float32), "first": np.array([0]), "all_labels": np.array([1, 2, 3]),
           "all_boxes": np.array([[2, 4, 12, 24], [0, 0, 9, 9], [30, 20, 60, 30]], np.float32)})

    # A segmenter: red, green and blue of squares of 4 pixels are the logits. A second one takes two pictures, channels last.
    metadata = {"classes": '["red", "green", "blue"]', "imgsz": "32", "mean": "0", "std": "1"}
    write(f"{folder}/segments.onnx", [conv("head", ["image", "weight"], "logits", 4)],
          [value("image", [1, 3, "height", "width"])], [value("logits", [1, 3, "rows", "columns"])],
          {"weight": patches(np.eye(3), 4)}, metadata)
    write(f"{folder}/segments_batch2.onnx",
          [helper.make_node("Transpose", ["image"], ["planes"], "turn", perm=[0, 3, 1, 2]),
           conv("head", ["planes", "weight"], "logits", 4)],
          [value("image", [2, 32, 32, 3])], [value("logits", [2, 3, 8, 8])], {"weight": patches(np.eye(3), 4)}, metadata)

    # Two inputs of different kinds and three outputs, whose names are awkward for files.
    write(f"{folder}/pair.onnx",
          [helper.make_node("Transpose", ["a"], ["a/turned:0"], "turn", perm=[1, 0]),
           helper.make_node("Reshape", ["ids", "shape"], ["ids_square"], "square"),
           helper.make_node("Transpose", ["ids_square"], ["../ids"], "turn ids", perm=[1, 0])],
          [value("a", [2, "n"]), value("ids", [4], INT64)],
          [value("a/turned:0", ["n", 2]), value("ids_square", [2, 2], INT64), value("../ids", [2, 2], INT64)],
          {"shape": np.array([2, 2], np.int64)})

    # Its batch of two is fixed.
    write(f"{folder}/twins.onnx", [helper.make_node("Transpose", ["x"], ["y"], "turn", perm=[0, 1, 3, 2])],
          [value("x", [2, 1, 2, 3])], [value("y", [2, 1, 3, 2])], {})


main(sys.argv[1])
