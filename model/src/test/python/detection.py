"""Expected values for the tests of detectors: resources/io/github/jvig/model/vision/detection.json.

Run with a Python that has torch, torchvision, onnx and onnxruntime: python detection.py ../resources/io/github/jvig/model/vision
The boxes that stay come from ONNX Runtime's NonMaxSuppression, SSD's boxes from torchvision, the rest from PyTorch's functions.
"""
import json
import sys

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper


def torchvision_detection():
    """torchvision's Python parts, also where its compiled operators don't fit the installed PyTorch."""
    try:
        from torchvision.models.detection import _utils, anchor_utils, image_list
    except RuntimeError:
        for name in [n for n in sys.modules if n.startswith("torchvision")]:
            del sys.modules[name]
        library = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            library.define(name + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        globals()["library"] = library
        from torchvision.models.detection import _utils, anchor_utils, image_list
    return _utils, anchor_utils, image_list


def rounded(tensor):
    return [float(f"{v:.9g}") for v in np.asarray(tensor, dtype=np.float64).reshape(-1)]


def kept(boxes, scores, classes, iou, per_class):
    """Numbers of the boxes that ONNX Runtime keeps, the best first."""
    rows = scores.shape[0]
    columns = int(classes.max()) + 1 if per_class else 1
    table = np.full((1, columns, rows), -1, np.float32)
    for i in range(rows):
        table[0, classes[i] if per_class else 0, i] = scores[i]
    # Its boxes are [y1, x1, y2, x2].
    corners = boxes[None, :, [1, 0, 3, 2]].astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("NonMaxSuppression", ["boxes", "scores", "max", "iou", "least"], ["selected"])], "nms",
        [helper.make_tensor_value_info("boxes", TensorProto.FLOAT, [1, rows, 4]),
         helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, columns, rows])],
        [helper.make_tensor_value_info("selected", TensorProto.INT64, [None, 3])],
        [helper.make_tensor("max", TensorProto.INT64, [1], [rows]),
         helper.make_tensor("iou", TensorProto.FLOAT, [1], [iou]),
         helper.make_tensor("least", TensorProto.FLOAT, [1], [0.0])])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    selected = session.run(None, {"boxes": corners, "scores": table})[0][:, 2]
    return sorted((int(i) for i in selected), key=lambda i: -scores[i])


def main(folder):
    utils, anchors, images = torchvision_detection()
    random = np.random.default_rng(7)
    result = {}

    corner = random.uniform(0, 60, (60, 2))
    boxes = np.concatenate([corner, corner + random.uniform(10, 40, (60, 2))], 1).round(3)
    scores = (random.permutation(60) + 1) / 64
    classes = random.integers(0, 3, 60)
    result["nms"] = {
        "boxes": rounded(boxes), "scores": rounded(scores), "classes": [int(c) for c in classes],
        "kept": {f"{iou} {per_class}": kept(boxes, scores.astype(np.float32), classes, iou, per_class)
                 for iou in (0.3, 0.5, 0.7) for per_class in (True, False)}}

    def ssd(generator, size, grids, locations):
        features = [torch.zeros(1, 1, g, g) for g in grids]
        image = images.ImageList(torch.zeros(1, 3, size, size), [(size, size)])
        default = generator(image, features)[0]
        coder = utils.BoxCoder(weights=(10.0, 10.0, 5.0, 5.0))
        codes = torch.tensor(random.normal(0, 1, (default.shape[0], 4)), dtype=torch.float32)
        decoded = coder.decode_single(codes, default)
        return {"count": default.shape[0], "size": size,
                "rows": [{"number": i, "codes": rounded(codes[i]), "box": rounded(decoded[i])} for i in locations]}

    result["ssdlite320"] = ssd(anchors.DefaultBoxGenerator([[2, 3]] * 6, min_ratio=0.2, max_ratio=0.95), 320,
                               [20, 10, 5, 3, 2, 1], [0, 1, 2, 3, 4, 5, 127, 2405, 3000, 3200, 3233])
    result["ssd300"] = ssd(
        anchors.DefaultBoxGenerator([[2], [2, 3], [2, 3], [2, 3], [2], [2]],
                                    scales=[0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05],
                                    steps=[8, 16, 32, 64, 100, 300]), 300,
        [38, 19, 10, 5, 3, 1], [0, 1, 2, 3, 160, 5776, 5781, 8000, 8700, 8728, 8731])

    # A YOLOv8 head: softmax over 16 bins, distances from the middles of the cells.
    bins, classes_, height, width, stride = 16, 3, 3, 2, 8
    raw = torch.tensor(random.normal(0, 2, (4 * bins + classes_, height, width)), dtype=torch.float32)
    mean = (F.softmax(raw[:4 * bins].double().view(4, bins, height, width), 1)
            * torch.arange(bins).double().view(1, -1, 1, 1)).sum(1)
    rows, columns = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
    left, top, right, bottom = (columns - mean[0]) * stride, (rows - mean[1]) * stride, \
        (columns + mean[2]) * stride, (rows + mean[3]) * stride
    score, best = torch.sigmoid(raw[4 * bins:].double()).max(0)
    result["dfl"] = {"bins": bins, "classes": classes_, "height": height, "width": width, "stride": stride,
                     "values": rounded(raw), "score": rounded(score), "best": best.reshape(-1).tolist(),
                     "boxes": rounded(torch.stack([left, top, right, bottom], -1))}

    # CenterNet: a cell is a peak where 3x3 max pooling leaves it as it is.
    heat = torch.rand(1, 2, 6, 7, generator=torch.Generator().manual_seed(3))
    peaks = heat * (F.max_pool2d(heat, 3, 1, 1) == heat)
    values, indices = peaks.view(-1).topk(5)
    sizes, offsets = torch.rand(2, 2, 6, 7, generator=torch.Generator().manual_seed(4))
    found = []
    for value, index in zip(values, indices):
        c, y, x = int(index) // 42, int(index) % 42 // 7, int(index) % 7
        cx, cy = x + float(offsets[0, y, x]), y + float(offsets[1, y, x])
        w, h = float(sizes[0, y, x]), float(sizes[1, y, x])
        found.append([c, float(value), 4 * (cx - w / 2), 4 * (cy - h / 2), 4 * w, 4 * h])
    result["centernet"] = {"heat": rounded(heat), "sizes": rounded(sizes), "offsets": rounded(offsets),
                           "found": [rounded(f) for f in found]}

    logits = torch.tensor(random.normal(0, 1, (1, 4, 5, 6)), dtype=torch.float32)
    resized = F.interpolate(logits, size=(11, 17), mode="bilinear", align_corners=False)
    shrunk = F.interpolate(logits, size=(3, 4), mode="bilinear", align_corners=False)
    result["segments"] = {"logits": rounded(logits), "larger": resized.argmax(1).reshape(-1).tolist(),
                          "smaller": shrunk.argmax(1).reshape(-1).tolist()}

    # A letterbox: bilinear without antialiasing, margins of 114.
    picture = torch.tensor(random.integers(0, 256, (3, 20, 31)), dtype=torch.uint8)
    scale = min(32 / 20, 24 / 31)
    inside = F.interpolate(picture[None].double(), size=(round(20 * scale), round(31 * scale)), mode="bilinear",
                           align_corners=False)[0]
    top, left = round((32 - inside.shape[1]) / 2 - 0.1), round((24 - inside.shape[2]) / 2 - 0.1)
    boxed = torch.full((3, 32, 24), 114.0, dtype=torch.float64)
    boxed[:, top:top + inside.shape[1], left:left + inside.shape[2]] = inside
    result["letterbox"] = {"picture": picture.reshape(-1).tolist(), "top": top, "left": left,
                           "input": [round(v, 4) for v in rounded(boxed)]}

    with open(f"{folder}/detection.json", "w") as file:
        file.write("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in result.items()) + "\n}\n")


main(sys.argv[1])
