"""Exports nets as ONNX with PyTorch's exporters, runs them in ONNX Runtime and in JViG, and compares.

    python onnx_survey.py export FOLDER NET... [--exporter legacy|dynamo] [--nets module.py]
    python onnx_survey.py check FOLDER [NET...] --classpath CLASSPATH [--java java] [--seconds 2]

Needs torch, torchvision, timm, onnx and onnxruntime. A net is a name that timm or torchvision knows, or an entry of NETS in the module
given: name -> dict(build=function that returns (net, inputs)). Weights are random; batch norms get the statistics of a random picture, so
that values neither vanish nor grow from layer to layer, which would hide errors.

For each net and exporter FOLDER then has NET.EXPORTER.onnx, .in (the inputs), .f64 (the outputs of PyTorch in double) and .ort (those of
ONNX Runtime), all raw little-endian floats one tensor behind the other. check calls io.github.jvig.bench.OnnxCheck, which writes .jvig,
and prints for each file: the largest difference from PyTorch in double, as a share of the outputs' deviation, for ONNX Runtime and JViG, how long a run takes on one thread at best (in the seconds given, of which most are the JIT compiler's), and
how much of the multiply-accumulates runs on operations of maps. A net passes within 1e-4 or four times ONNX Runtime's own error.
"""
import argparse
import contextlib
import copy
import glob
import importlib.util
import io
import os
import subprocess
import sys
import warnings

import numpy as np


def build(name, nets):
    import torch
    torch.manual_seed(0)
    if name in nets:
        return nets[name]['build']()
    import timm
    if timm.is_model(name):
        net = timm.create_model(name, pretrained=False)
        return net, (torch.randn(1, *net.default_cfg['input_size']),)
    import torchvision
    return torchvision.models.get_model(name, weights=None), (torch.randn(1, 3, 224, 224),)


def calibrate(net, inputs):
    """Random factors where they start at zero or one, and batch norms with the statistics of what they see."""
    import torch
    from torch import nn
    norms = [m for m in net.modules() if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d))]
    net.eval()
    with torch.no_grad():
        for name, p in net.named_parameters():
            if p.dim() == 1 or p.abs().max() < 1e-3:
                if name.endswith('bias'):
                    p.normal_(0, .1)
                else:
                    p.uniform_(.5, 1.5)
        for m in norms:
            m.momentum = 1.
            m.train()
        torch.manual_seed(1)
        try:
            net(*[torch.cat([x, torch.randn_like(x), torch.randn_like(x)]) for x in inputs])
        except Exception as e:  # A net for one picture only, or that wants more: default statistics will do.
            print('  not calibrated:', str(e)[:100])
            for m in norms:
                m.reset_running_stats()
    net.eval()


def flat(y):
    if isinstance(y, dict):
        y = list(y.values())
    if isinstance(y, (list, tuple)):
        return [t for e in y for t in flat(e)]
    return [y]


def raw(file, tensors):
    np.concatenate([np.asarray(t, dtype='<f4').ravel() for t in tensors]).tofile(file)


def export(folder, name, exporters, nets):
    import torch
    import onnxruntime
    net, inputs = build(name, nets)
    calibrate(net, inputs)
    with torch.no_grad():
        try:
            exact = flat(copy.deepcopy(net).double()(*[x.double() for x in inputs]))
        except Exception as e:  # A net that makes tensors in single precision itself: ONNX Runtime's outputs will do.
            print('  not in double:', str(e)[:100])
            exact = None
    for exporter in exporters:
        stem = os.path.join(folder, f'{name}.{exporter}')
        options = dict(dynamo=True, opset_version=18, verbose=False) if exporter == 'dynamo' else dict(
            dynamo=False, opset_version=17)
        try:
            with torch.no_grad(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                program = torch.onnx.export(net, inputs, None if exporter == 'dynamo' else stem + '.onnx',
                                            input_names=['input'], **options)
                if exporter == 'dynamo':
                    program.save(stem + '.onnx', external_data=False)
        except Exception as e:
            print(f'{name} {exporter}: not exported: {type(e).__name__}: {str(e)[:200]}', flush=True)
            continue
        session = onnxruntime.InferenceSession(stem + '.onnx', providers=['CPUExecutionProvider'])
        result = session.run(None, {i.name: x.numpy() for i, x in zip(session.get_inputs(), inputs)})
        raw(stem + '.in', [x.numpy() for x in inputs])
        if exact is not None:
            raw(stem + '.f64', [t.float().numpy() for t in exact])
        raw(stem + '.ort', result)
        print(f'{name} {exporter}: {len(session.get_outputs())} outputs', flush=True)


def check(folder, names, java, classpath, seconds):
    files = sorted(glob.glob(os.path.join(folder, '*.onnx')))
    files = [f for f in files if not names or os.path.basename(f).split('.')[0] in names]
    done = subprocess.run([java, '--add-modules', 'jdk.incubator.vector', '-cp', classpath,
                           'io.github.jvig.bench.OnnxCheck', str(seconds)] + files, stdout=subprocess.PIPE, text=True)
    said = dict(line.split('\t', 1) for line in done.stdout.splitlines() if '\t' in line)
    passed = 0
    for f in files:
        stem = f[:-len('.onnx')]
        base = os.path.basename(stem)
        if not os.path.exists(stem + '.jvig') or said.get(f, '').startswith('refused'):
            print(f'FAIL {base}: {said.get(f, "no result")}')
            continue
        ort, jvig = np.fromfile(stem + '.ort', '<f4'), np.fromfile(stem + '.jvig', '<f4')
        exact = np.fromfile(stem + '.f64', '<f4') if os.path.exists(stem + '.f64') else ort
        if jvig.size != exact.size:
            print(f'FAIL {base}: {jvig.size} outputs, not {exact.size}')
            continue
        std = exact.std()
        error, own = np.abs(jvig - exact).max() / std, np.abs(ort - exact).max() / std
        ok = error <= max(1e-4, 4 * own)
        passed += ok
        print(f'{"ok  " if ok else "FAIL"} {base}: error {error:.1e} (ONNX Runtime {own:.1e}) of std {std:.2g}; {said.get(f, "")}')
    print(f'{passed} of {len(files)} files')


def main():
    warnings.filterwarnings('ignore')
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('what', choices=['export', 'check'])
    parser.add_argument('folder')
    parser.add_argument('names', nargs='*')
    parser.add_argument('--exporter', choices=['legacy', 'dynamo'])
    parser.add_argument('--nets')
    parser.add_argument('--java', default='java')
    parser.add_argument('--classpath')
    parser.add_argument('--seconds', type=float, default=2)
    a = parser.parse_intermixed_args()
    if a.what == 'check':
        check(a.folder, a.names, a.java, a.classpath, a.seconds)
        return
    nets = {}
    if a.nets:
        spec = importlib.util.spec_from_file_location('nets', a.nets)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        nets = module.NETS
    os.makedirs(a.folder, exist_ok=True)
    for name in a.names:
        try:
            export(a.folder, name, [a.exporter] if a.exporter else ['legacy', 'dynamo'], nets)
        except Exception as e:
            print(f'{name}: {type(e).__name__}: {str(e)[:300]}', flush=True)


if __name__ == '__main__':
    main()
