"""Writes the checkpoints of src/test/resources/checkpoints/kinds: checkpoint_kinds.py FOLDER. Needs PyTorch and NumPy (written by PyTorch 2.13).

Each file that PyTorch can load holds the same two tensors, a.weight and a.bias, in another lawful way; the others are no state dicts.
"""
import argparse
import collections
import enum
import functools
import io
import os
import sys
import zipfile

import numpy as np
import torch

if len(sys.argv) != 2:
    sys.exit(__doc__)
out = sys.argv[1]
torch.manual_seed(1)
weights = {
    'a.weight': torch.tensor([[0.5, -1.0], [2.0, 3.0]]),
    'a.bias': torch.tensor([4.0, -5.0]),
    'a.num_batches_tracked': torch.tensor(7.0),  # a counter that was averaged, and so a float
}


class Mode(enum.Enum):
    A = 'a'


class Meter:
    def __init__(self):
        self.x = 1


class Outer:
    class Inner:
        pass

    def method(self):
        pass


Pair = collections.namedtuple('Pair', 'a b')


class Ordered(collections.OrderedDict):
    pass


def save(name, content, **options):
    torch.save(content, os.path.join(out, name + '.pth'), **options)


def save_legacy(name, content):
    save(name, content, _use_new_zipfile_serialization=False)


# Objects and tensor types beside the weights.
save('objects', {
    'model': weights, 'v': torch.__version__, 'p': functools.partial(print, 1), 'e': Mode.A, 'n': Pair(1, 2),
    'm': Meter(), 'g': np.random.default_rng(1), 'args': argparse.Namespace(a=1), 'np': np.float64(3),
})
save('odd', {
    **weights,
    'q': torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8),
    's': torch.eye(2).to_sparse(),
    'm': torch.ones(3, device='meta'),
    'f8': torch.ones(3).to(torch.float8_e4m3fn),
    'c': torch.ones(2, dtype=torch.complex64).conj(),
    'u': torch.ones(2).to(torch.uint16),
})
save('subclass', Ordered(weights))
# The state and what goes with it, one after the other, and several nets.
save('tuple', (3, weights, {'lr': 0.1}))
save('list', [weights, {'b.weight': torch.ones(2, 2)}])
# What is named by getattr: a function without a module of its own, a class in a class, a method of an object.
save('attributes', {'model': weights, 'function': torch.relu, 'class': Outer.Inner, 'object': Outer.Inner(), 'method': Outer().method})
# Deep in each other.
deep = weights
for key in 'fedcba':
    deep = {key: deep}
save('deep', deep)
# The legacy container with every protocol that PyTorch reads there; 2 is the usual one.
for protocol in (1, 3, 4, 5):
    save(f'protocol{protocol}_legacy', weights, pickle_protocol=protocol, _use_new_zipfile_serialization=False)

# A tensor whose storage has the other sign.
negative = torch.view_as_complex(torch.stack([torch.zeros(2), torch.tensor([-4.0, 5.0])], -1)).conj().imag
assert negative.is_neg() and negative.tolist() == [4.0, -5.0]
save('negative', {**weights, 'a.bias': negative})
save_legacy('negative_legacy', {**weights, 'a.bias': negative})

# Other keys and names.
save('average', {'params': {k: v + 1 for k, v in weights.items()}, 'params_ema': weights})
save('compiled', {'_orig_mod.module.' + k: v for k, v in weights.items()})

# Without checksums.
torch.serialization.set_crc32_options(False)
save('no_checksums', weights)
torch.serialization.set_crc32_options(True)

# No state dicts.
arrays = {k: v.numpy() for k, v in weights.items()}
save('arrays', arrays)
save('model_of_arrays', {'model': arrays, 'epoch': 3})
save('one_array', {**weights, 'a.bias': arrays['a.bias'], 'mean': np.ones(3)})
save('averages', {0: weights, 1: weights})
save('whole', torch.nn.Linear(2, 2))
# The legacy container holds the name of the class's source file; without the folders of this machine.
source = torch.serialization.get_source_lines_and_file
torch.serialization.get_source_lines_and_file = lambda of: (*source(of)[:2], os.path.basename(source(of)[2]))
save_legacy('whole_legacy', torch.nn.Linear(2, 2))
torch.serialization.get_source_lines_and_file = source
save('dict_of_whole', {'model': torch.nn.Linear(2, 2), 'epoch': 3})
script = io.BytesIO()
torch.jit.save(torch.jit.trace(torch.nn.Linear(2, 2), torch.ones(1, 2)), script)
# Without the records for debugging, which name the folders of this machine.
with zipfile.ZipFile(script) as read, zipfile.ZipFile(os.path.join(out, 'script.pt'), 'w') as written:
    for entry in read.infolist():
        if not entry.filename.endswith('.debug_pkl'):
            written.writestr(entry, read.read(entry))
