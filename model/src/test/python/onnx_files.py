"""Makes small ONNX files for the tests of the reader and the importer: python onnx_files.py FOLDER

Each NAME.onnx has a NAME.expected.onnx beside it, whose initializers are inputs and outputs of one run, computed by ONNX Runtime (by
ONNX's reference where a file says so). Needs onnx and onnxruntime.
"""
import os
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

BIG = (1 << 40) + 1


def save(folder, name, model, inputs, reference=False, results=None):
    model.producer_name = 'onnx_files.py'
    model.ir_version = 8
    data = model.SerializeToString()
    if results is not None:
        outputs = results
    elif reference:
        outputs = ReferenceEvaluator(model).run(None, inputs)
    else:
        session = onnxruntime.InferenceSession(data, providers=['CPUExecutionProvider'])
        outputs = session.run(None, inputs)
    values = [numpy_helper.from_array(np.asarray(v), k) for k, v in inputs.items()]
    values += [numpy_helper.from_array(np.asarray(v), o.name) for v, o in zip(outputs, model.graph.output)]
    expected = helper.make_model(helper.make_graph(
        [helper.make_node('Identity', [values[0].name], ['unused'])], 'expected', [],
        [helper.make_tensor_value_info('unused', TensorProto.FLOAT, None)], values))
    expected.ir_version = 8
    del expected.opset_import[:]
    expected.opset_import.extend([helper.make_opsetid('', 18)])
    with open(os.path.join(folder, name + '.onnx'), 'wb') as file:
        file.write(data)
    with open(os.path.join(folder, name + '.expected.onnx'), 'wb') as file:
        file.write(expected.SerializeToString())
    print(name, len(data), 'bytes,', len(outputs), 'outputs')


def i(*values):
    return np.array(values, np.int64)


def f(*values):
    return np.array(values, np.float32)


def folding(folder):
    a = i(7, -7, BIG, -BIG, 0, 5).reshape(2, 3)
    b = i(3, -3, 2)
    x = np.array([1.5, -2.5, 0.5, 3.25, -0.75, 2], np.float32).reshape(2, 3)
    y = f(2, -0.5, 4)
    t = np.arange(24, dtype=np.int64).reshape(2, 3, 4) + (1 << 33)
    yes = np.array([[True, False, True], [False, True, False]])
    one = np.array([True])
    cases = [
        *[(op, [a, b], {}) for op in ('Add', 'Sub', 'Mul', 'Div', 'Mod', 'Max', 'Min', 'Equal', 'Less', 'LessOrEqual', 'Greater',
                                      'GreaterOrEqual')],
        ('Mod', [a, b], dict(fmod=1)), ('Mod', [x, y], dict(fmod=1)),
        ('Pow', [i(3, -2, 10), i(3, 5, 12)], {}), ('Pow', [x, f(2)], {}), ('Pow', [i(2, 3), f(3, 2)], {}),
        *[(op, [x, y], {}) for op in ('Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Less', 'GreaterOrEqual')],
        *[(op, [yes, one], {}) for op in ('And', 'Or', 'Xor')], ('Not', [yes], {}),
        *[(op, [a], {}) for op in ('Neg', 'Abs', 'Sign')],
        *[(op, [x], {}) for op in ('Neg', 'Abs', 'Sign', 'Floor', 'Ceil', 'Round', 'Exp', 'Reciprocal', 'Sigmoid', 'Tanh', 'Sin', 'Cos')],
        ('Sqrt', [f(0.25, 2, 9)], {}), ('Log', [f(1, 2, 0.1)], {}),
        ('Where', [yes, a, i(1, 2, 3)], {}), ('Where', [one, x, f(0)], {}),
        ('Clip', [a, np.array(-5, np.int64), np.array(6, np.int64)], {}),
        ('Cast', [x], dict(to=TensorProto.INT64)), ('Cast', [x], dict(to=TensorProto.BOOL)),
        ('Cast', [i(300, -1, 127)], dict(to=TensorProto.INT8)), ('Cast', [i(300, -1, 127)], dict(to=TensorProto.UINT8)),
        ('Cast', [i(BIG, 5)], dict(to=TensorProto.INT32)), ('Cast', [f(0.1, 1e-7, 3.14159)], dict(to=TensorProto.FLOAT16)),
        ('Cast', [f(0.1, 1e-7, 3.14159)], dict(to=TensorProto.BFLOAT16)), ('Cast', [yes], dict(to=TensorProto.FLOAT)),
        ('CastLike', [x, b], {}), ('CastLike', [a, y], {}),
        ('Concat', [t, t[:, :1]], dict(axis=1)), ('Concat', [a, np.zeros((2, 0), np.int64), a[:, :1]], dict(axis=-1)),
        ('Gather', [t, i(2, -1)], dict(axis=1)), ('Gather', [t, np.array(1, np.int64)], dict(axis=2)),
        ('Gather', [t, i(0, 1, 1, 0).reshape(2, 2)], {}),
        ('GatherElements', [a, i(0, -1, 1, 1).reshape(2, 2)], dict(axis=1)),
        ('GatherElements', [a, i(1, 0, 1).reshape(1, 3)], {}),
        ('GatherND', [t, i(0, 1, 1, -1).reshape(2, 2)], {}), ('GatherND', [t, i(2, 0).reshape(2, 1)], dict(batch_dims=1)),
        ('ScatterElements', [a, i(1, 2).reshape(1, 2), i(9, 8).reshape(1, 2)], dict(axis=1)),
        ('ScatterElements', [a, i(1, 1).reshape(1, 2), i(9, 8).reshape(1, 2)], dict(axis=1, reduction='add')),
        ('ScatterND', [t, i(1, 0).reshape(1, 2), t[0, :1] * 2], {}),
        ('ScatterND', [x, i(0, 1, 0, 1).reshape(2, 2), f(4, 5)], dict(reduction='mul')),
        ('Slice', [t, i(-1, 0), i(-100, 4), i(1, 2), i(-1, 3)], {}), ('Slice', [t, i(1), i(1 << 62)], {}),
        ('Slice', [t, i(3), i(1), i(2)], {}),
        ('Split', [t, i(1, 2)], dict(axis=1), 2), ('Split', [t], dict(axis=1, num_outputs=2), 2),
        ('Expand', [b, i(2, 1, 3)], {}), ('Tile', [a, i(2, 2)], {}), ('Transpose', [t], dict(perm=[2, 0, 1])), ('Transpose', [t], {}),
        ('Reshape', [t, i(0, -1, 2)], {}), ('Flatten', [t], dict(axis=-1)), ('Flatten', [t], dict(axis=0)),
        ('Squeeze', [t[:1, :, :1], i(0, -1)], {}), ('Squeeze', [t[:1]], {}), ('Unsqueeze', [a, i(0, -1)], {}),
        ('Pad', [a, i(1, 0, 0, 2), np.array(BIG, np.int64)], {}), ('Pad', [x, i(0, 2, 1, 1)], dict(mode='edge')),
        ('Pad', [x, i(1, 2, 1, 2)], dict(mode='reflect')), ('Pad', [a, i(-1, 1)], {}, 1, {3: i(1)}),
        ('Trilu', [t], dict(upper=0)), ('Trilu', [t, np.array(1, np.int64)], {}),
        ('ReduceSum', [t, i(1)], {}), ('ReduceSum', [t, i(0, -1)], dict(keepdims=0)), ('ReduceSum', [t], {}),
        ('ReduceSum', [t], dict(noop_with_empty_axes=1)), ('ReduceProd', [a[:1], i(1)], {}), ('ReduceMax', [t, i(2)], {}),
        ('ReduceMin', [t, i(0)], {}), ('ReduceMean', [x, i(1)], {}), ('ReduceSum', [x], dict(keepdims=0)), ('ReduceL1', [x, i(0)], {}),
        ('ReduceSumSquare', [x, i(1)], {}), ('ReduceMax', [x], {}),
        ('ArgMax', [a], dict(axis=1)), ('ArgMin', [x], dict(axis=0, keepdims=0)),
        ('ArgMax', [np.array([[1, 3, 3]], np.float32)], dict(axis=1, select_last_index=1)),
        ('TopK', [a, i(2)], {}, 2), ('TopK', [x, i(2)], dict(axis=0, largest=0), 2),
        ('CumSum', [a, np.array(1, np.int64)], {}), ('CumSum', [x, np.array(0, np.int64)], dict(exclusive=1, reverse=1)),
        ('Range', [np.array(3, np.int64), np.array(-8, np.int64), np.array(-3, np.int64)], {}),
        ('Range', [np.array(0, np.float32), np.array(1, np.float32), np.array(0.25, np.float32)], {}),
        ('ConstantOfShape', [i(2, 3)], dict(value=numpy_helper.from_array(i(BIG)))), ('ConstantOfShape', [i(2)], {}),
        ('EyeLike', [a], dict(k=1)), ('OneHot', [i(1, -1, 9), np.array(3, np.int64), i(0, BIG)], dict(axis=0)),
        ('OneHot', [i(1, 2), np.array(3, np.int64), f(-1, 1)], {}), ('NonZero', [a], {}), ('NonZero', [yes], {}),
        ('Shape', [t], dict(start=-2)), ('Shape', [t], dict(end=-1)), ('Size', [t], {}), ('Identity', [a], {}),
        ('Constant', [], dict(value_int=5)), ('Constant', [], dict(value_ints=[5, BIG])), ('Constant', [], dict(value_float=0.5)),
        ('Constant', [], dict(value_floats=[0.5, 2.0])), ('Sum', [x, y, x], {}),
    ]
    nodes, constants, outputs = [], [], []
    for n, case in enumerate(cases):
        op, arrays, attributes = case[:3]
        count = case[3] if len(case) > 3 else 1
        names = []
        for k, array in enumerate(arrays):
            names.append(f'{n}.{k}')
            constants.append(numpy_helper.from_array(array, names[-1]))
        for k, array in (case[4] if len(case) > 4 else {}).items():
            names += [''] * (k - len(names)) + [f'{n}.{k}']
            constants.append(numpy_helper.from_array(array, names[-1]))
        made = [f'{n}:{op}' + (f':{k}' if k else '') for k in range(count)]
        nodes.append(helper.make_node(op, names, made, f'{n}:{op}', **attributes))
        if attributes.get('to') == TensorProto.BFLOAT16:
            # NumPy has no such type.
            nodes.append(helper.make_node('Cast', made, [made[0] + ':float'], made[0] + ':float', to=TensorProto.FLOAT))
            made = [made[0] + ':float']
        if op == 'Slice' and arrays[1][0] >= arrays[2][0] > 0:
            # What has no elements is no output.
            nodes.append(helper.make_node('Shape', made, [made[0] + ':shape'], made[0] + ':shape'))
            made = [made[0] + ':shape']
        outputs += made
    model(folder, 'folding', nodes, constants, outputs, 18)


def model(folder, name, nodes, constants, outputs, opset, inputs=(), functions=(), domains=(), reference=False, results=None):
    """A net of inputs (arrays by name)."""
    inputs = dict(inputs) or {'x': np.zeros((1, 1), np.float32)}
    graph = helper.make_graph(
        nodes, name,
        [helper.make_tensor_value_info(k, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape) for k, v in inputs.items()],
        [helper.make_tensor_value_info(o, TensorProto.UNDEFINED, None) for o in outputs], constants)
    for output in graph.output:
        output.ClearField('type')
    built = helper.make_model(graph, opset_imports=[helper.make_opsetid('', opset), *[helper.make_opsetid(d, 1) for d in domains]],
                              functions=list(functions))
    if not reference and results is None:
        built = onnx.shape_inference.infer_shapes(built)
    save(folder, name, built, inputs, reference, results)


def views(folder, name, opset, batch=1):
    """Views of what is computed at run time, in their newer or older forms."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((batch, 6, 4, 10)).astype(np.float32)
    nodes, constants = [], []

    def add(op, inputs, outputs, **attributes):
        names = []
        for k, value in enumerate(inputs):
            if isinstance(value, str):
                names.append(value)
            else:
                names.append(f'{outputs[0]}.{k}')
                constants.append(numpy_helper.from_array(value, names[-1]))
        nodes.append(helper.make_node(op, names, outputs, outputs[0], **attributes))

    def listed(op, value, out, extra=(), **lists):
        """Lists as inputs in newer files, as attributes in older ones."""
        if opset >= 13 or op == 'Slice' and opset >= 10 or op in ('Reshape', 'Expand', 'Tile'):
            add(op, [value, *[i(*v) for v in lists.values()]], out, **dict(extra))
        else:
            add(op, [value], out, **{k: list(v) for k, v in lists.items() if k != 'steps'}, **dict(extra))

    add('Relu', ['x'], ['r'])
    add('Reshape', ['r', i(0, 2, 3, -1)], ['reshape'])
    add('Reshape', ['r', i(-1)], ['all'])
    add('Transpose', ['reshape'], ['swap'], perm=[0, 2, 1, 3])
    add('Reshape', ['swap', i(batch, 6, 4, 10)], ['shuffle'])
    add('Transpose', ['r'], ['nhwc'], perm=[0, 2, 3, 1])
    add('Reshape', ['nhwc', i(batch, 40, 6)], ['tokens'])
    add('Reshape', ['nhwc', i(batch, -1)], ['flat'])
    add('Flatten', ['r'], ['flatten'], axis=2)
    listed('Unsqueeze', 'r', ['unsqueeze'], axes=(0, 3))
    listed('Squeeze', 'unsqueeze', ['squeeze'], axes=(0,))
    listed('Slice', 'r', ['slice'], starts=(1, -7), ends=(100, -1), axes=(1, 3), steps=(1, 1))
    if opset >= 10:
        listed('Slice', 'r', ['backwards'], starts=(-1, 5), ends=(-100, -100), axes=(3, 1), steps=(-2, -1))
        listed('Slice', 'tokens', ['every'], starts=(3,), ends=(1 << 40,), axes=(1,), steps=(20,))
    listed('Slice', 'tokens', ['across'], starts=(3,), ends=(17,), axes=(1,), steps=(1,))
    listed('Split', 'r', ['s0', 's1', 's2'], extra=dict(axis=1), split=(1, 2, 3))
    add('Split', ['r'], ['h0', 'h1'], axis=2, **(dict(num_outputs=2) if opset >= 18 else {}))
    if opset >= 18:
        add('Split', ['r'], ['u0', 'u1', 'u2', 'u3'], axis=3, num_outputs=4)
    add('Expand', ['s0', i(batch, 3, 1, 10)], ['expand'])
    add('Tile', ['s0', i(1, 2, 1, 3)], ['tile'])
    add('Gather', ['r', np.array(-2, np.int64)], ['gather'], axis=1)
    add('Gather', ['r', i(1, 3, 5)], ['gather_odd'], axis=1)
    add('Gather', ['r', i(3, 2, 1, 0).reshape(2, 2)], ['gather_back'], axis=2)
    add('Concat', ['s1', ], ['alone'], axis=1)
    add('Dropout', ['r'], ['dropout'])
    add('Cast', ['r'], ['cast'], to=TensorProto.DOUBLE)
    add('Identity', ['x'], ['same'])
    add('Identity', ['r'], ['again'])
    add('Shape', ['r'], ['shape'])
    outputs = [o for n in nodes for o in n.output]
    model(folder, name, nodes, constants, outputs, opset, dict(x=x))


def functions(folder):
    """Functions that call each other, with attributes by reference and by default, of a net that is not in order."""
    scale = helper.make_node('Constant', [], ['k'])
    reference = scale.attribute.add()
    reference.name, reference.ref_attr_name, reference.type = 'value_float', 'scale', onnx.AttributeProto.FLOAT
    inner = helper.make_function('jvig.test', 'Scaled', ['x'], ['y'], [scale, helper.make_node('Mul', ['x', 'k'], ['y'])],
                                 [helper.make_opsetid('', 18)], ['scale'])
    call = helper.make_node('Scaled', ['t'], ['y'], domain='jvig.test')
    reference = call.attribute.add()
    reference.name, reference.ref_attr_name, reference.type = 'scale', 'outer', onnx.AttributeProto.FLOAT
    outer = helper.make_function(
        'jvig.test', 'Twice', ['x', 'unused'], ['y', 'x2', 't'],
        [helper.make_node('Scaled', ['x'], ['t'], domain='jvig.test', scale=3.0), call, helper.make_node('Identity', ['x'], ['x2'])],
        [helper.make_opsetid('', 18), helper.make_opsetid('jvig.test', 1)], [], [helper.make_attribute('outer', 0.5)])
    nodes = [helper.make_node('Relu', ['x'], ['t']),
             helper.make_node('Twice', ['t'], ['a', '', 'b'], domain='jvig.test'),
             helper.make_node('Twice', ['a', 'x'], ['c', 'd'], domain='jvig.test', outer=-2.0),
             helper.make_node('Relu', ['c'], ['e'])]
    x = np.array([[1, -2, 3, 0.5]], np.float32).reshape(1, 1, 2, 2)
    t = np.maximum(x, 0)
    # By hand: neither ONNX Runtime nor ONNX's reference takes calls with fewer inputs and outputs than the function.
    results = [1.5 * t, 3 * t, -9 * t, 1.5 * t, np.maximum(-9 * t, 0)]
    model(folder, 'functions', nodes[::-1], [], ['a', 'b', 'c', 'd', 'e'], 18, dict(x=x), [inner, outer], ['jvig.test'], False, results)


def branches(folder):
    """If on conditions that folding finds, one inside the other; names of both branches are the same."""
    def graph(name, nodes, output, constants=()):
        return helper.make_graph(nodes, name, [], [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)], list(constants))

    deep = helper.make_node('If', ['narrow'], ['w'], 'deep', then_branch=graph('a', [helper.make_node('Relu', ['r'], ['v'])], 'v'),
                            else_branch=graph('b', [helper.make_node('NoSuch', ['r'], ['v'])], 'v'))
    top = helper.make_node('If', ['square'], ['y'], 'top',
                           then_branch=graph('c', [helper.make_node('Loop', ['r', 'r'], ['w'])], 'w'),
                           else_branch=graph('d', [deep, helper.make_node('Add', ['w', 'k'], ['u'])], 'u',
                                             [numpy_helper.from_array(f(0.5), 'k')]))
    nodes = [helper.make_node('Relu', ['x'], ['r']), helper.make_node('Shape', ['r'], ['s']),
             helper.make_node('Gather', ['s', 'two'], ['h']), helper.make_node('Gather', ['s', 'three'], ['q']),
             helper.make_node('Equal', ['h', 'q'], ['square']), helper.make_node('Less', ['h', 'q'], ['narrow']), top]
    constants = [numpy_helper.from_array(np.array(v, np.int64), k) for k, v in (('two', 2), ('three', 3))]
    x = np.arange(-3, 3, dtype=np.float32).reshape(1, 1, 2, 3)
    built = helper.make_model(helper.make_graph(
        nodes, 'branches', [helper.make_tensor_value_info('x', TensorProto.FLOAT, ['n', 1, 'h', 'w'])],
        [helper.make_tensor_value_info('y', TensorProto.FLOAT, None)], constants), opset_imports=[helper.make_opsetid('', 18)])
    built.ir_version = 8
    save(folder, 'branches', built, dict(x=x), results=[np.maximum(x, 0) + np.float32(0.5)])


def types(folder):
    """Every type of tensor that is read, as raw bytes and in its own field; sparse tensors too."""
    constants = []
    ml = {'bfloat16': TensorProto.BFLOAT16, 'float16': TensorProto.FLOAT16, 'float32': TensorProto.FLOAT, 'float64': TensorProto.DOUBLE,
          'int8': TensorProto.INT8, 'int16': TensorProto.INT16, 'int32': TensorProto.INT32, 'int64': TensorProto.INT64,
          'uint8': TensorProto.UINT8, 'uint16': TensorProto.UINT16, 'uint32': TensorProto.UINT32, 'uint64': TensorProto.UINT64,
          'bool': TensorProto.BOOL}
    values = {'float': [1.5, -0.25, 65504.0], 'bfloat': [1.5, -0.25, 3.0], 'uint': [0, 7, 255], 'int': [-128, 7, 127], 'bool': [1, 0, 1]}
    for kind, code in ml.items():
        numbers = values[kind.rstrip('0123456789')]
        if kind == 'uint64':
            numbers = [0, 7, (1 << 63) - 1]
        typed = helper.make_tensor(kind + '.typed', code, [3], numbers)
        raw = helper.make_tensor(kind + '.raw', code, [3], helper.tensor_dtype_to_np_dtype(code).type(0).tobytes() * 0
                                 or np.array(numbers).astype(helper.tensor_dtype_to_np_dtype(code)).tobytes(), raw=True)
        constants += [typed, raw]
    nodes = [helper.make_node('Identity', [c.name], [c.name + '.y']) for c in constants]
    model(folder, 'types', nodes, constants, [n.output[0] for n in nodes], 18, reference=True)


def found(folder):
    """Outputs of as many elements as there are above zero, none included; two rounds, where the second depends on a product in the first."""
    n = helper.make_node
    random = np.random.default_rng(3)

    def graph(name, nodes, outputs):
        return helper.make_graph(nodes, name, [], [helper.make_tensor_value_info(o, TensorProto.FLOAT, None) for o in outputs])

    body = helper.make_graph(
        [n('Identity', ['goes'], ['goes_on']), n('Concat', ['list', 'half'], ['longer'], axis=0)], 'body',
        [helper.make_tensor_value_info('step', TensorProto.INT64, []), helper.make_tensor_value_info('goes', TensorProto.BOOL, []),
         helper.make_tensor_value_info('list', TensorProto.FLOAT, [None])],
        [helper.make_tensor_value_info('goes_on', TensorProto.BOOL, []), helper.make_tensor_value_info('longer', TensorProto.FLOAT, [None])])
    nodes = [
        n('ReduceMax', ['x', 'one'], ['best'], keepdims=0), n('Greater', ['best', 'least'], ['mask']),
        n('NonZero', ['mask'], ['at']), n('Transpose', ['at'], ['rows'], perm=[1, 0]), n('GatherND', ['x', 'rows'], ['picked']),
        n('MatMul', ['picked', 'w'], ['product']), n('Softmax', ['product'], ['shares'], axis=-1),
        n('ReduceMax', ['shares', 'one'], ['share'], keepdims=0), n('Greater', ['share', 'half0'], ['sure']),
        n('Compress', ['shares', 'sure'], ['kept'], axis=0), n('ArgMax', ['kept'], ['class'], axis=1, keepdims=0),
        n('Unique', ['class'], ['classes', '', '', 'counts']),
        n('Shape', ['kept'], ['shape']), n('Gather', ['shape', 'zero'], ['many']), n('Min', ['many', 'three'], ['k']),
        n('Reshape', ['k', 'one'], ['k1']), n('ReduceMax', ['kept', 'one'], ['score'], keepdims=0), n('TopK', ['score', 'k1'], ['top', 'place']),
        n('Slice', ['picked', 'zero1', 'four', 'one'], ['boxes']), n('Unsqueeze', ['boxes', 'zero1'], ['boxes1']),
        n('Unsqueeze', ['share', 'zero_one'], ['share1']), n('NonMaxSuppression', ['boxes1', 'share1', 'three', 'overlap', 'half0'], ['apart']),
        n('If', ['few'], ['some'], then_branch=graph('then', [n('Identity', ['top'], ['a'])], ['a']),
          else_branch=graph('else', [n('Slice', ['top', 'zero1', 'one', 'zero1'], ['b'])], ['b'])),
        n('Less', ['k', 'three'], ['few']), n('Loop', ['k', '', 'half'], ['halves'], body=body)]
    nodes[-3], nodes[-2] = nodes[-2], nodes[-3]
    constants = dict(one=i(1), least=f(0.5), w=(random.standard_normal((100, 3)) / 9).astype(np.float32), half0=f(0.45), zero=np.array(0),
                     three=np.array(3), zero1=i(0), four=i(4), zero_one=i(0, 1), overlap=f(0.3), half=f(0.5))
    constants.update(least=np.float32(2.5).reshape(()), half0=np.float32(0.45).reshape(1))
    tensors = [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()]
    outputs = dict(picked=1, kept=1, classes=7, counts=7, place=7, apart=7, some=1, halves=1)
    built = helper.make_model(helper.make_graph(
        nodes, 'found', [helper.make_tensor_value_info('x', TensorProto.FLOAT, [200, 100])],
        [helper.make_tensor_value_info(o, t, None) for o, t in outputs.items()], tensors), opset_imports=[helper.make_opsetid('', 18)])
    x = random.standard_normal((200, 100)).astype(np.float32)
    save(folder, 'found', built, dict(x=x))


def main():
    folder = sys.argv[1]
    folding(folder)
    views(folder, 'views18', 18)
    views(folder, 'views11', 11)
    views(folder, 'views9', 9, batch=2)
    functions(folder)
    branches(folder)
    types(folder)
    found(folder)


if __name__ == '__main__':
    main()
