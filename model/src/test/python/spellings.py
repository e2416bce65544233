"""Packs small graphs in spellings that exporters use and the ONNX project's own tests of operators do not: files of operator sets 7 and 8,
of TensorFlow, Paddle, old PyTorch, and of ONNX Runtime's optimizer; loops and sequences.

Run with a Python that has onnx and onnxruntime, from the root of the checkout:

    python model/src/test/python/spellings.py

Expected outputs are ONNX Runtime's. The format is that of node_tests.py.
"""

import gzip
import io
import os
import struct

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from node_tests import block, tensors, text

OUT = "model/src/test/resources/io/github/jvig/model/onnx/lowering/spellings.gz"
FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
TYPES = {"tensor(float)": FLOAT, "tensor(int64)": INT64, "tensor(int32)": TensorProto.INT32, "tensor(uint8)": TensorProto.UINT8,
         "tensor(int8)": TensorProto.INT8}
MICROSOFT = "com.microsoft"
random = np.random.default_rng(0)
packed = io.BytesIO()
count = 0

node = helper.make_node


def array(name, values, kind=np.float32):
    return numpy_helper.from_array(np.asarray(values, kind), name)


def ints(name, *values):
    return array(name, values, np.int64)


def one(name, value):
    return array(name, value, np.int64)


def weights(name, *shape):
    return array(name, random.standard_normal(shape) * .4)


def constant(name, values, kind=np.float32):
    return node("Constant", [], [name], value=array("", values, kind))


def info(name, kind=FLOAT, shape=None):
    return helper.make_tensor_value_info(name, kind, shape)


def graph(name, nodes, inputs, outputs, constants=()):
    return helper.make_graph(nodes, name, inputs, outputs, constants)


def case(name, nodes, constants=(), shapes=((1, 4, 6, 5),), opset=13, outputs=("y",), domains=(), listed=False, tolerance=1e-5,
         optimized=True):
    """Inputs are x, x1, ...; the name's first word goes where an ONNX test has its operator."""
    global count
    names = ["x"] + [f"x{i}" for i in range(1, len(shapes))]
    inputs = [info(n, FLOAT, s) for n, s in zip(names, shapes)]
    if listed:
        inputs += [info(c.name, c.data_type, list(c.dims)) for c in constants]
    model = helper.make_model(graph(name, nodes, inputs, [info(o, TensorProto.UNDEFINED) for o in outputs], list(constants)),
                              opset_imports=[helper.make_opsetid("", opset)] + [helper.make_opsetid(d, 1) for d in domains],
                              ir_version=3 if listed else 8)
    for output in model.graph.output:
        output.ClearField("type")
    values = [random.standard_normal(s).astype(np.float32) for s in shapes]
    options = onnxruntime.SessionOptions()
    if not optimized:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    for output, known in zip(model.graph.output, session.get_outputs()):
        output.type.tensor_type.elem_type = TYPES[known.type]
    results = session.run(None, dict(zip(names, values)))
    packed.write(text(name) + text(name.split()[0]) + struct.pack(">ff", tolerance, tolerance) + block(model.SerializeToString())
                 + tensors(values) + tensors(results))
    count += 1


def old_operator_sets():
    case("Upsample 7 nearest", [node("Upsample", ["x"], ["y"], mode="nearest", scales=[1., 1., 2., 3.])], opset=7)
    case("Upsample 8 linear", [node("Upsample", ["x"], ["y"], mode="linear", scales=[1., 1., 2., 2.])], opset=8)
    norm = [weights("scale", 4), weights("bias", 4), weights("mean", 4), array("variance", random.random(4) + .5)]
    case("BatchNormalization 7", [node("BatchNormalization", ["x", "scale", "bias", "mean", "variance"], ["y"], spatial=1)], norm,
         opset=7)
    case("BatchNormalization 7 of rows",
         [node("BatchNormalization", ["x", "scale", "bias", "mean", "variance"], ["y"], spatial=0)], norm, [(3, 4)], opset=7)
    case("Slice 9 to the end", [node("Slice", ["x"], ["y"], axes=[2, 3], starts=[1, -4], ends=[2**63 - 1, -1])], opset=9)
    case("TopK 9", [node("TopK", ["x"], ["y", "i"], k=3, axis=1)], outputs=["y", "i"], opset=9)
    case("Dropout 7 with a mask that nothing reads", [node("Dropout", ["x"], ["d", "mask"], ratio=.5), node("Relu", ["d"], ["y"])],
         opset=7)
    case("Net 7 with its constants listed as inputs",
         [node("Sub", ["x", "mean"], ["s"]), node("Mul", ["s", "factor"], ["m"]),
          node("Conv", ["m", "w", "b"], ["c"], pads=[1, 1, 1, 1], kernel_shape=[3, 3]), node("PRelu", ["c", "slope"], ["p"]),
          node("LRN", ["p"], ["l"], size=3, alpha=1e-2, beta=.75, bias=1.), node("Concat", ["l", "p"], ["k"], axis=1),
          node("GlobalAveragePool", ["k"], ["g"]), node("Reshape", ["g", "rows"], ["r"]),
          node("Gemm", ["r", "head", "headBias"], ["h"], transB=1), node("Softmax", ["h"], ["y"])],
         [array("mean", [.1]), array("factor", [.5]), weights("w", 6, 4, 3, 3), weights("b", 6), weights("slope", 6, 1, 1),
          ints("rows", 0, -1), weights("head", 5, 12), weights("headBias", 5)], opset=7, listed=True)


def pytorch_1():
    sides = []
    for axis, letter in ((2, "h"), (3, "w")):
        sides += [node("Shape", ["x"], [letter + "s"]), constant(letter + "i", axis, np.int64),
                  node("Gather", [letter + "s", letter + "i"], [letter], axis=0), node("Cast", [letter], [letter + "f"], to=1),
                  node("Mul", [letter + "f", "two"], [letter + "2"]), node("Floor", [letter + "2"], [letter + "3"]),
                  node("Unsqueeze", [letter + "3"], [letter + "u"], axes=[0])]
    case("Upsample 9 by sizes computed of the shape",
         [constant("two", 2.)] + sides
         + [node("Concat", ["hu", "wu"], ["hw"], axis=0), constant("ones", [1, 1]), node("Shape", ["x"], ["all"]),
            node("Slice", ["all"], ["last"], axes=[0], starts=[2], ends=[4]), node("Cast", ["last"], ["lastF"], to=1),
            node("Div", ["hw", "lastF"], ["ratio"]), node("Concat", ["ones", "ratio"], ["scales"], axis=0),
            node("Upsample", ["x", "scales"], ["y"], mode="nearest")], opset=9)
    case("Pad 9 by attribute", [node("Pad", ["x"], ["p"], pads=[0, 0, 1, 2, 0, 0, 1, 0], mode="reflect"),
                                node("Conv", ["p", "w"], ["y"])], [weights("w", 4, 4, 3, 3)], opset=9)
    case("Pad that pads nothing", [node("Pad", ["x", "none"], ["p"]), node("Relu", ["p"], ["y"])], [ints("none", *[0] * 8)])


def loops():
    flags = [info("i", INT64, []), info("on", BOOL, [])]
    body = graph("body", [node("Identity", ["on"], ["onward"]), node("Conv", ["v", "w"], ["c"], pads=[1, 1, 1, 1]),
                          node("Relu", ["c"], ["r"]), node("Add", ["v", "r"], ["next"]),
                          node("ReduceMean", ["next"], ["mean"], axes=[2, 3], keepdims=0)],
                 flags + [info("v", FLOAT, (1, 4, 6, 5))], [info("onward", BOOL, []), info("next", FLOAT, (1, 4, 6, 5)),
                                                           info("mean", FLOAT, (1, 4))])
    case("Loop a known number of times", [node("Loop", ["n", "yes", "x"], ["y", "means"], body=body)],
         [one("n", 3), array("yes", True, bool), weights("w", 4, 4, 3, 3)], outputs=["y", "means"])
    body = graph("body", [constant("one", 1, np.int64), node("Add", ["k", "one"], ["next"]), constant("four", 4, np.int64),
                          node("Less", ["next", "four"], ["onward"]), node("Cast", ["k"], ["factor"], to=1),
                          node("Mul", ["v", "factor"], ["scaled"])],
                 flags + [info("k", INT64, []), info("v")], [info("onward", BOOL, []), info("next", INT64, []), info("scaled")])
    case("Loop until a known counter is high", [node("Loop", ["", "yes", "first", "x"], ["last", "y"], body=body)],
         [array("yes", True, bool), one("first", 1)])
    body = graph("body", [node("Mul", ["s", "decay"], ["m"]), node("Add", ["m", "part"], ["next"]), node("Tanh", ["next"], ["out"])],
                 [info("s"), info("part")], [info("next"), info("out")])
    for name, more in (("", {}), (" backwards along an axis",
                                  dict(scan_input_axes=[1], scan_input_directions=[1], scan_output_axes=[-1],
                                       scan_output_directions=[1]))):
        case("Scan" + name, [node("Scan", ["zeros", "x"], ["last", "y"], body=body, num_scan_inputs=1, **more)],
             [array("zeros", np.zeros((6, 5) if not more else (4, 5))), array("decay", .5)],
             [(4, 6, 5)], outputs=["last", "y"])


def sequences():
    case("SplitToSequence of parts", [node("SplitToSequence", ["x", "size"], ["s"], axis=1), node("SequenceAt", ["s", "second"], ["a"]),
                                      node("SequenceAt", ["s", "last"], ["b"]), node("Mul", ["a", "b"], ["y"])],
         [one("size", 2), one("second", 0), one("last", -1)])
    case("SplitToSequence of single ones", [node("SplitToSequence", ["x"], ["s"], axis=1, keepdims=0),
                                            node("SequenceAt", ["s", "third"], ["y"])], [one("third", 2)])
    case("ConcatFromSequence", [node("Relu", ["x"], ["r"]), node("SequenceConstruct", ["x", "r"], ["s"]),
                                node("ConcatFromSequence", ["s"], ["y"], axis=1),
                                node("ConcatFromSequence", ["s"], ["z"], axis=-1, new_axis=1)], outputs=["y", "z"])
    case("SequenceInsert", [node("SequenceEmpty", [], ["s0"]), node("SequenceInsert", ["s0", "x"], ["s1"]), node("Relu", ["x"], ["r"]),
                            node("SequenceInsert", ["s1", "r", "front"], ["s2"]), node("SequenceInsert", ["s2", "x"], ["s3"]),
                            node("SequenceErase", ["s3", "front"], ["s4"]), node("SequenceLength", ["s3"], ["n"]),
                            node("ConcatFromSequence", ["s4"], ["c"], axis=2), node("Cast", ["n"], ["factor"], to=1),
                            node("Mul", ["c", "factor"], ["y"])], [one("front", 0)])
    body = graph("body", [node("Identity", ["on"], ["onward"]), node("Cast", ["i"], ["f"], to=1), node("Mul", ["x", "f"], ["m"]),
                          node("SequenceInsert", ["s", "m"], ["next"])],
                 [info("i", INT64, []), info("on", BOOL, []), helper.make_tensor_sequence_value_info("s", FLOAT, None)],
                 [info("onward", BOOL, []), helper.make_tensor_sequence_value_info("next", FLOAT, None)])
    case("SequenceInsert in a loop", [node("SequenceEmpty", [], ["s0"]), node("Loop", ["n", "yes", "s0"], ["all"], body=body),
                                      node("ConcatFromSequence", ["all"], ["y"], axis=0)], [one("n", 3), array("yes", True, bool)])


def videos():
    video = [(1, 4, 6, 8, 7)]
    case("Conv over time and space", [node("Conv", ["x", "w", "b"], ["y"], pads=[1, 1, 0, 1, 1, 2], strides=[2, 1, 2])],
         [weights("w", 16, 4, 3, 3, 3), weights("b", 16)], video)
    case("Conv over time", [node("Conv", ["x", "w", "b"], ["y"], pads=[2, 0, 0, 2, 0, 0], dilations=[2, 1, 1])],
         [weights("w", 6, 4, 3, 1, 1), weights("b", 6)], video)
    case("Conv over space of a video", [node("Conv", ["x", "w"], ["y"], auto_pad="SAME_UPPER", strides=[1, 2, 2])],
         [weights("w", 6, 4, 1, 3, 3)], video)
    case("Conv of a video in groups", [node("Conv", ["x", "w"], ["c"], pads=[1, 1, 1, 1, 1, 1], group=4), node("Relu", ["c"], ["r"]),
                                       node("Conv", ["r", "v"], ["d"], pads=[0, 0, 0, 1, 0, 0]), node("Add", ["c", "d"], ["y"])],
         [weights("w", 4, 1, 3, 3, 3), weights("v", 4, 4, 2, 1, 1)], video)


def optimized():
    rows = [(2, 5, 8)]

    def own(kind, inputs=("x",), constants=(), shapes=((2, 5, 8),), outputs=("y",), **attributes):
        named = ", ".join(f"{k}={v}" for k, v in attributes.items())
        case(f"{MICROSOFT}.{kind} {named}", [node(kind, list(inputs), list(outputs), domain=MICROSOFT, **attributes)], constants, shapes,
             17, [o for o in outputs if o], [MICROSOFT])

    own("Gelu")
    own("FastGelu", ["x", "b"], [weights("b", 8)])
    own("BiasGelu", ["x", "b"], [weights("b", 8)])
    own("QuickGelu", alpha=1.702)
    own("FusedConv", ["x", "w", "b"], [weights("w", 6, 4, 3, 3), weights("b", 6)], [(1, 4, 6, 5)], activation="Relu", pads=[1, 1, 1, 1])
    own("FusedConv", ["x", "w", "", "x1"], [weights("w", 4, 4, 1, 1)], [(1, 4, 6, 5), (1, 4, 6, 5)], activation="Relu")
    own("FusedConv", ["x", "w", "b"], [weights("w", 6, 4, 3, 3), weights("b", 6)], [(1, 4, 6, 5)], activation="LeakyRelu",
        activation_params=[.2])
    own("FusedConv", ["x", "w", "b"], [weights("w", 6, 4, 3, 3), weights("b", 6)], [(1, 4, 6, 5)], activation="Clip",
        activation_params=[0., 1.])
    own("FusedGemm", ["x", "w", "b"], [weights("w", 3, 8), weights("b", 3)], [(4, 8)], activation="LeakyRelu", activation_alpha=.1,
        transB=1)
    own("FusedMatMul", ["x", "x1"], shapes=[(2, 3, 8), (2, 5, 8)], alpha=.5, transB=1)
    own("SkipLayerNormalization", ["x", "x1", "g", "b", "c"], [weights("g", 8), weights("b", 8), weights("c", 8)], rows * 2,
        ["y", "", "", "sum"], epsilon=1e-5)
    own("SkipSimplifiedLayerNormalization", ["x", "x1", "g"], [weights("g", 8)], rows * 2, epsilon=1e-5)
    own("MultiHeadAttention", ["x", "x1", "x2"], shapes=rows * 3, num_heads=2)
    own("MultiHeadAttention", ["x", "x1", "x2", "b"], [weights("b", 24)], rows * 3, num_heads=4, scale=.3)
    own("Attention", ["x", "w", "b"], [weights("w", 8, 24), weights("b", 24)], num_heads=2)


def softmax_of_old_sets():
    for axis, shape in ((-1, (2, 10)), (-1, (1, 3, 4, 5)), (-2, (2, 3, 4)), (2, (1, 4, 6, 5)), (0, (3, 4))):
        case(f"Softmax 11 along {axis} of {shape}", [node("Softmax", ["x"], ["y"], axis=axis)], shapes=[shape], opset=11)
    case("Softmax 9 of a classifier", [node("Flatten", ["x"], ["f"]), node("MatMul", ["f", "w"], ["m"]), node("Softmax", ["m"], ["y"], axis=-1)],
         [weights("w", 120, 10)], opset=9)
    case("LogSoftmax 11 along -1", [node("LogSoftmax", ["x"], ["y"], axis=-1)], shapes=[(3, 4)], opset=11)


def branches():
    yes = graph("yes", [node("Conv", ["x", "w"], ["c"], pads=[1, 1, 1, 1])], [], [info("c")])
    no = graph("no", [node("Neg", ["x"], ["n"])], [], [info("n")])
    for sign in ("Greater", "Less"):
        case(f"If of a {sign} that is computed",
             [node("ReduceMean", ["x"], ["m"], keepdims=0), node(sign, ["m", "zero"], ["b"]),
              node("If", ["b"], ["y"], then_branch=yes, else_branch=no)], [array("zero", 0), weights("w", 4, 4, 3, 3)])


def bits():
    for kind in ("BitwiseAnd", "BitwiseOr", "BitwiseXor"):
        case(kind, [node("Mul", ["x", "hundred"], ["m"]), node("Cast", ["m"], ["i"], to=INT64), node(kind, ["i", "mask"], ["y"])],
             [array("hundred", 100), ints("mask", 5, -3, 0x55, 1, 12)], opset=18)


def deformed():
    offsets = [node("Conv", ["x", "ow", "ob"], ["o"], pads=[1, 1, 1, 1]), node("Conv", ["x", "mw"], ["ml"], pads=[1, 1, 1, 1]),
               node("Sigmoid", ["ml"], ["m"])]
    case("DeformConv", offsets + [node("DeformConv", ["x", "w", "o", "b", "m"], ["y"], pads=[1, 1, 1, 1], kernel_shape=[3, 3])],
         [weights("ow", 18, 4, 3, 3), weights("ob", 18), weights("mw", 9, 4, 3, 3), weights("w", 6, 4, 3, 3), weights("b", 6)], opset=19)
    case("DeformConv of groups",
         [node("Conv", ["x", "ow"], ["o"], pads=[1, 0, 0, 1], strides=[2, 1]),
          node("DeformConv", ["x", "w", "o"], ["y"], group=2, offset_group=4, strides=[2, 1], pads=[1, 0, 0, 1], kernel_shape=[3, 2])],
         [weights("ow", 48, 4, 3, 2), weights("w", 6, 2, 3, 2)], [(2, 4, 6, 5)], opset=19)


def whole(name, low, high, *shape, kind=np.int8):
    return array(name, random.integers(low, high + 1, shape), kind)


def quantized():
    """Of real numbers some may be one step off, where a sum lies half way between two. Whole numbers are compared exactly."""
    u8, i8 = np.uint8, np.int8
    point = [array("s", .03), array("z", 117, u8)]
    case("QuantizeLinear", [node("QuantizeLinear", ["x", "s", "z"], ["y"])], point)
    case("QuantizeLinear without a zero point", [node("QuantizeLinear", ["x", "s"], ["y"])], point[:1])
    case("QuantizeLinear of channels", [node("QuantizeLinear", ["x", "c", "p"], ["q"], axis=1), node("DequantizeLinear", ["q", "c", "p"],
                                                                                                     ["y"], axis=1)],
         [array("c", [.01, .02, .03, .04]), whole("p", -20, 20, 4)])
    case("QuantizeLinear read twice in another type",
         [node("QuantizeLinear", ["x", "s", "z"], ["q"]), node("DequantizeLinear", ["q", "s", "z"], ["a"]),
          node("DequantizeLinear", ["q", "t", "z"], ["b"]), node("Add", ["a", "b"], ["y"])], point + [array("t", .05)])
    net = [array("ws", random.random(6) * .01 + .01), array("wz", np.zeros(6), i8), array("s2", .08), array("z2", 3, i8)]
    case("Conv between QuantizeLinear and DequantizeLinear",
         [node("QuantizeLinear", ["x", "s", "z"], ["q"]), node("DequantizeLinear", ["q", "s", "z"], ["d"]),
          node("DequantizeLinear", ["w", "ws", "wz"], ["wd"], axis=0), node("DequantizeLinear", ["b", "bs"], ["bd"], axis=0),
          node("Conv", ["d", "wd", "bd"], ["c"], pads=[1, 1, 1, 1]), node("Relu", ["c"], ["r"]),
          node("QuantizeLinear", ["r", "s2", "z2"], ["rq"]), node("DequantizeLinear", ["rq", "s2", "z2"], ["rd"]),
          node("MaxPool", ["rd"], ["y"], kernel_shape=[2, 2])],
         point + net + [whole("w", -90, 90, 6, 4, 3, 3), array("b", random.integers(-900, 900, 6), np.int32),
                        array("bs", random.random(6) * 1e-3)], tolerance=.0801)
    byte = [array("z4", 130, u8)]
    case("QLinearConv", [node("QuantizeLinear", ["x", "s", "z"], ["q"]),
                         node("QLinearConv", ["q", "s", "z", "w", "ws", "wz", "s2", "z4", "b"], ["y"], pads=[1, 1, 1, 1], strides=[2, 2])],
         point + net + byte + [whole("w", -90, 90, 6, 4, 3, 3), array("b", random.integers(-900, 900, 6), np.int32)])
    case("QLinearMatMul", [node("QuantizeLinear", ["x", "s", "z"], ["q"]),
                           node("QLinearMatMul", ["q", "s", "z", "w", "ws", "wz", "s2", "z2"], ["y"])],
         point + [whole("w", -90, 90, 5, 7), array("ws", .02), array("wz", 5, i8), array("s2", .2), array("z2", 90, u8)])
    case("MatMulInteger of a DynamicQuantizeLinear",
         [node("DynamicQuantizeLinear", ["x"], ["q", "s", "z"]), node("MatMulInteger", ["q", "w", "z", "wz"], ["i"]),
          node("Cast", ["i"], ["f"], to=FLOAT), node("Mul", ["f", "s"], ["y"])], [whole("w", -90, 90, 5, 7), whole("wz", -9, 9, 7)],
         tolerance=1e-4)
    case("ConvInteger of a DynamicQuantizeLinear",
         [node("DynamicQuantizeLinear", ["x"], ["q", "s", "z"]), node("ConvInteger", ["q", "w", "z"], ["i"], pads=[1, 1, 1, 1]),
          node("Cast", ["i"], ["f"], to=FLOAT), node("Mul", ["f", "s"], ["y"])], [whole("w", 0, 255, 6, 4, 3, 3, kind=u8)],
         tolerance=1e-4)
    one, two = ["q", "s", "z"], ["r", "s2", "z3"]
    start = [node("QuantizeLinear", ["x", "s", "z"], ["q"]), node("QuantizeLinear", ["x", "s2", "z3"], ["r"])]
    constants = point + [array("s2", .05), array("z3", 50, u8)]
    for kind, inputs, more in (("QLinearAdd", one + two + two[1:], {}), ("QLinearMul", one + two + two[1:], {}),
                               ("QLinearConcat", two[1:] + one + two, dict(axis=1)), ("QLinearSigmoid", one + two[1:], {}),
                               ("QLinearLeakyRelu", one + two[1:], dict(alpha=.2)),
                               ("QLinearGlobalAveragePool", one + two[1:], {})):
        case(f"{MICROSOFT}.{kind}", start + [node(kind, inputs, ["y"], domain=MICROSOFT, **more)], constants, domains=[MICROSOFT])
    case(f"{MICROSOFT}.QLinearAveragePool",
         start + [node("QLinearAveragePool", one + two[1:], ["p"], domain=MICROSOFT, kernel_shape=[2, 2]),
                  node("DequantizeLinear", ["p", "s2", "z3"], ["y"])], constants, domains=[MICROSOFT], tolerance=.0501)
    case(f"{MICROSOFT}.QGemm", [node("QuantizeLinear", ["x", "s", "z"], ["q"]),
                                node("QGemm", ["q", "s", "z", "w", "ws", "wz", "b", "s2", "z4"], ["y"], transB=1, domain=MICROSOFT)],
         point + net + byte + [whole("w", -90, 90, 6, 5), array("b", random.integers(-900, 900, 6), np.int32)], [(3, 5)], domains=[MICROSOFT])
    case(f"{MICROSOFT}.DynamicQuantizeMatMul", [node("DynamicQuantizeMatMul", ["x", "w", "ws", "wz", "b"], ["y"], domain=MICROSOFT)],
         [whole("w", -90, 90, 5, 7), array("ws", [.02]), array("wz", [5], i8), weights("b", 7)], [(3, 5)], domains=[MICROSOFT],
         tolerance=1e-4)


def places_between_pixels():
    def resize(name, nodes_in, constants, **more):
        case(f"Resize {name}", [node("Resize", ["x"] + nodes_in, ["y"], **more)], constants, [(2, 1, 6, 10)], opset=19)

    # A size that double precision would round down, and places that it would round to the other pixel.
    resize("by a scale of 0.7", ["", "s"], [array("s", [1, 1, 2, .7])], mode="linear")
    resize("by a scale of 0.7, cubic", ["", "s"], [array("s", [1, 1, 1.3, .7])], mode="cubic")
    resize("to the same size", ["", "s"], [array("s", [1, 1, 1.1, 1.05])], mode="nearest", nearest_mode="ceil")
    for mode in "round_prefer_floor", "round_prefer_ceil", "floor", "ceil":
        for places in "half_pixel", "asymmetric", "half_pixel_symmetric", "align_corners", "pytorch_half_pixel":
            resize(f"nearest {places} {mode}", ["", "s"], [array("s", [1, 1, 1.5, 2.4])], mode="nearest", nearest_mode=mode,
                   coordinate_transformation_mode=places)
            resize(f"nearest {places} {mode} to sizes", ["", "", "s"], [ints("s", 2, 1, 14, 26)], mode="nearest", nearest_mode=mode,
                   coordinate_transformation_mode=places)
    for padding in "zeros", "border", "reflection":
        for aligned in 0, 1:
            case(f"GridSample cubic {padding} {aligned}", [node("GridSample", ["x", "x1"], ["y"], mode="bicubic", padding_mode=padding,
                                                               align_corners=aligned)], (), [(2, 1, 6, 5), (2, 4, 5, 2)], opset=16, tolerance=1e-4)


    case("GridSample nearest, mirrored between two pixels", [constant("g", [[[[-1.7, .1], [1.6, -.3], [-1.5, 1.5]]]]),
                                                            node("GridSample", ["x", "g"], ["y"], mode="nearest", padding_mode="reflection")],
         (), [(1, 1, 9, 10)], opset=16)
    for name, more in (("of a size", {}), ("of a size, the larger half behind", dict(auto_pad="SAME_UPPER")),
                       ("of a size, the larger half before", dict(auto_pad="SAME_LOWER"))):
        for shape, wanted in (((1, 4, 6, 5), [13, 11]), ((1, 4, 6, 5), [12, 10]), ((2, 4, 6, 5), [12, 10])):
            case(f"ConvTranspose {name} {shape[0]} {wanted}", [node("ConvTranspose", ["x", "w"], ["y"], strides=[2, 2], output_shape=wanted, **more)],
                 [weights("w", 4, 3, 3, 3)], [shape])


def taps_beside_the_map():
    # Taps of a dilated window that read nothing but zeros: on one side or both, along one axis or both, before a stride, and all of them.
    for pads, dilations, strides in (([9, 2, 9, 2], [9, 2], [1, 1]), ([9, 8, 9, 8], [9, 8], [1, 1]), ([9, 4, 5, 4], [9, 4], [1, 1]),
                                     ([3, 7, 9, 7], [7, 7], [1, 1]), ([8, 4, 8, 4], [8, 4], [2, 3]), ([1, 1, 9, 9], [5, 5], [1, 1]),
                                     ([30, 1, 0, 1], [3, 1], [20, 1])):
        case(f"Conv beside the map {pads} {dilations} {strides}",
             [node("Conv", ["x", "w", "b"], ["y"], pads=pads, dilations=dilations, strides=strides)], [weights("w", 3, 4, 3, 3), weights("b", 3)])


def windows_beyond_the_map():
    for name, more, shape in (("AveragePool", dict(count_include_pad=1), (1, 4, 6, 5)), ("AveragePool", {}, (2, 4, 6, 5)),
                              ("AveragePool", dict(pads=[1, 0, 0, 2]), (1, 4, 6, 5)), ("MaxPool", dict(pads=[1, 0, 0, 2]), (1, 4, 6, 5)),
                              ("AveragePool", dict(pads=[1, 0, 0, 2], count_include_pad=1), (1, 4, 6, 5)),
                              ("AveragePool", dict(pads=[1, 0, 0, 2], count_include_pad=1), (2, 4, 6, 5)), ("MaxPool", {}, (2, 4, 6, 5))):
        case(f"{name} of one window beyond the map {more} {shape[0]}",
             [node(name, ["x"], ["y"], kernel_shape=[24, 9], strides=[24, 9], ceil_mode=1, **more)], (), [shape], opset=17)


def volumes():
    for mode in "linear", "nearest":
        for padding in "zeros", "border", "reflection":
            case(f"GridSample of volumes {mode} {padding}", [node("GridSample", ["x", "x1"], ["y"], mode=mode, padding_mode=padding,
                                                                 align_corners=int(padding == "border"))],
                 (), [(2, 2, 3, 4, 5), (2, 2, 2, 3, 3)], opset=20)


def few_bits():
    def few(name, kind, shape):
        low = -8 if kind == TensorProto.INT4 else 0
        return helper.make_tensor(name, kind, shape, random.integers(low, low + 16, int(np.prod(shape))).tolist())

    # Optimized, ONNX Runtime rounds what is multiplied with 4 bits.
    for kind in TensorProto.INT4, TensorProto.UINT4:
        name = TensorProto.DataType.Name(kind)
        case(f"DequantizeLinear of {name}", [node("DequantizeLinear", ["w", "s", "z"], ["d"], axis=1), node("MatMul", ["x", "d"], ["y"])],
             [few("w", kind, [5, 3]), array("s", [.1, .2, .3]), few("z", kind, [3])], [(2, 5)], opset=21, optimized=False)
        bytes_of = few("w", kind, [6, 3])
        data = bytes(v & 255 for v in bytes_of.int32_data)
        bytes_of.ClearField("int32_data")
        bytes_of.raw_data = data
        case(f"DequantizeLinear of {name} in blocks", [node("DequantizeLinear", ["w", "s", "z"], ["d"], axis=0, block_size=2),
                                                       node("MatMul", ["x", "d"], ["y"])],
             [bytes_of, array("s", random.uniform(.1, .3, (3, 3))), few("z", kind, [3, 3])], [(2, 6)], opset=21, optimized=False)
        case(f"Cast of {name}", [node("Cast", ["w"], ["d"], to=FLOAT), node("Add", ["x", "d"], ["y"])], [few("w", kind, [5])], [(2, 5)], opset=21)
    for bits in 4, 8, 2:
        blocks = array("B", random.integers(0, 256, (5, 3, 16 * bits // 8)), np.uint8)
        scales = array("s", random.uniform(.01, .03, 15))
        zeros = array("z", random.integers(0, 256, 5 * -(-3 * bits // 8)), np.uint8)
        for more in ([], [zeros]) if bits == 4 else ([zeros],):
            case(f"{MICROSOFT}.MatMulNBits of {bits} bits" + (" with zero points" if more else ""),
                 [node("MatMulNBits", ["x", "B", "s"] + ["z"] * len(more), ["y"], domain=MICROSOFT, K=40, N=5, bits=bits, block_size=16)],
                 [blocks, scales] + more, [(2, 3, 40)], domains=[MICROSOFT], tolerance=1e-4)


def newest_operator_sets():
    for opset in 25, 26:
        case(f"Net {opset}", [node("Conv", ["x", "w"], ["c"], pads=[1, 1, 1, 1]), node("Relu", ["c"], ["r"]), node("ReduceMean", ["r", "a"], ["m"]),
                              node("Reshape", ["m", "s"], ["y"])], [weights("w", 3, 4, 3, 3), ints("a", 2, 3), ints("s", 1, 3)], opset=opset)


def more_of_microsoft():
    def own(name, kind, inputs, constants=(), shapes=((1, 4, 6, 5),), **attributes):
        case(f"{MICROSOFT}.{kind} {name}", [node(kind, inputs, ["y"], domain=MICROSOFT, **attributes)], constants, shapes, 17,
             domains=[MICROSOFT])

    own("of before", "Pad", ["x", "p"], [ints("p", 0, 0, 1, 2, 0, 0, 3, 1)])
    own("of before", "Trilu", ["x"], upper=0)
    own("of before", "GridSample", ["x", "x1"], shapes=[(1, 4, 6, 5), (1, 3, 2, 2)], mode="bilinear", align_corners=1)
    own("with a bias of the scores", "MultiHeadAttention", ["x", "x1", "x2", "b", "", "p"], [weights("b", 24), weights("p", 1, 2, 5, 5)],
        [(2, 5, 8)] * 3, num_heads=2)
    own("with a bias of the scores", "Attention", ["x", "w", "b", "", "", "p"],
        [weights("w", 8, 24), weights("b", 24), weights("p", 2, 2, 5, 5)], [(2, 5, 8)], num_heads=2)


def main():
    old_operator_sets()
    pytorch_1()
    loops()
    sequences()
    videos()
    optimized()
    softmax_of_old_sets()
    branches()
    bits()
    deformed()
    quantized()
    places_between_pixels()
    taps_beside_the_map()
    windows_beyond_the_map()
    volumes()
    few_bits()
    newest_operator_sets()
    more_of_microsoft()
    with open(OUT, "wb") as file, gzip.GzipFile("", "wb", 9, file, 0) as compressed:
        compressed.write(packed.getvalue())
    print(count, "cases,", os.path.getsize(OUT), "bytes")


if __name__ == "__main__":
    main()
