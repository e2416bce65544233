"""Packs the ONNX project's own tests of operators into one resource of the tests of the ONNX importer.

Run with a Python that has the package onnx, from the root of the checkout:

    python model/src/test/python/node_tests.py

The file is gzip over records, numbers big-endian: name, operator (both a 16-bit length and UTF-8), rtol, atol (32-bit floats), then a
32-bit length and bytes of the model, and for each of its inputs, then outputs, a 32-bit number of tensors, each a 32-bit length and bytes
of a TensorProto. Tests of one operator only and those of the same operators written out as functions (their names end in "expanded") are
taken, if all their values are tensors of numbers and none is large.
"""

import gzip
import io
import os
import struct
import warnings

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.backend.test.case.node import collect_testcases

OUT = "model/src/test/resources/io/github/jvig/model/onnx/lowering/node_tests.gz"
LARGEST = 1 << 14  # elements of a tensor

OPERATORS = """
Abs Acos Acosh Add And ArgMax ArgMin Asin Asinh Atan Atanh Attention AveragePool BatchNormalization Cast Ceil Celu Clip Concat Conv
ConvTranspose Cos Cosh CumProd CumSum DepthToSpace Div Einsum Elu Equal Erf Exp Expand Flatten Floor GRU Gather GatherElements GatherND
Gelu Gemm GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual GridSample GroupNormalization HardSigmoid HardSwish Hardmax Identity
InstanceNormalization IsInf IsNaN LRN LSTM LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax LpNormalization LpPool MatMul Max
MaxPool Mean MeanVarianceNormalization Min Mish Mod Mul Neg NonMaxSuppression NonZero Not OneHot Or PRelu Pad Pow RMSNormalization RNN Range
Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape
Resize RoiAlign Round ScatterElements ScatterND Selu Shape Shrink Sigmoid Sign Sin Sinh Size Slice Softmax Softplus Softsign SpaceToDepth
Split Sqrt Squeeze Sub Sum Swish Tan Tanh ThresholdedRelu Tile TopK Transpose Trilu Unsqueeze Upsample Where Xor ConstantOfShape
AffineGrid CenterCropPad Col2Im Compress Loop MaxUnpool ReverseSequence Scan BitwiseAnd BitwiseOr BitwiseXor ConvInteger DeformConv
DequantizeLinear DynamicQuantizeLinear MatMulInteger QLinearConv QLinearMatMul QuantizeLinear Unique
""".split()
NUMBERS = {np.dtype(t) for t in ("bool", "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
                                 "uint64")}


def text(value):
    data = value.encode()
    return struct.pack(">H", len(data)) + data


def block(data):
    return struct.pack(">i", len(data)) + data


def tensors(values):
    return struct.pack(">i", len(values)) + b"".join(block(numpy_helper.from_array(v).SerializeToString()) for v in values)


def wanted(case, operators):
    graph = case.model.graph
    values = [v for data_set in case.data_sets for part in data_set for v in part]
    return (all(isinstance(v, np.ndarray) or np.isscalar(v) for v in values)
            and all(np.asarray(v).dtype in NUMBERS and np.asarray(v).size <= LARGEST for v in values)
            and len(case.data_sets) == 1
            and operators is not None
            and all(n.domain in ("", "ai.onnx") for n in graph.node))


def main():
    warnings.simplefilter("ignore")
    cases = {case.name: case for case in collect_testcases(None)}
    out = io.BytesIO()
    count = 0
    for name in sorted(cases):
        case = cases[name]
        types = {n.op_type for n in case.model.graph.node}
        base = cases.get(name.replace("_expanded_ver18", "").replace("_expanded", "")) if "_expanded" in name else case
        if base is None or len({n.op_type for n in base.model.graph.node}) != 1:
            continue
        operator = next(iter({n.op_type for n in base.model.graph.node}))
        if operator not in OPERATORS or not wanted(case, types):
            continue
        inputs, outputs = case.data_sets[0]
        model = onnx.ModelProto()
        model.CopyFrom(case.model)
        out.write(text(name) + text(operator) + struct.pack(">ff", case.rtol, case.atol) + block(model.SerializeToString())
                  + tensors([np.asarray(v) for v in inputs]) + tensors([np.asarray(v) for v in outputs]))
        count += 1
    os.makedirs(os.path.dirname(OUT), exist_ok=True)
    with open(OUT, "wb") as file, gzip.GzipFile("", "wb", 9, file, 0) as packed:
        packed.write(out.getvalue())
    print(count, "tests,", os.path.getsize(OUT), "bytes")


if __name__ == "__main__":
    main()
