"""Writes the small ONNX nets of MapRulesTest: random weights, one net for each family of operators or patterns.

    python map_nets.py model/src/test/resources/onnx/maps

Needs torch and onnx. Beside NAME.onnx lie NAME.in, the input, and NAME.out, what PyTorch computes in double: raw little-endian floats.
"""
import copy
import math
import os
import sys
import warnings

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Mbconv(nn.Module):
    """Inverted bottleneck with squeeze-excitation, ReLU6, hard-swish and a shortcut."""

    def __init__(self):
        super().__init__()
        self.expand = nn.Sequential(nn.Conv2d(8, 24, 1, bias=False), nn.BatchNorm2d(24), nn.ReLU6())
        self.depthwise = nn.Sequential(nn.Conv2d(24, 24, 5, 1, 2, groups=24), nn.BatchNorm2d(24), nn.Hardswish())
        self.reduce, self.grow = nn.Conv2d(24, 6, 1), nn.Conv2d(6, 24, 1)
        self.project = nn.Conv2d(24, 8, 1)

    def forward(self, x):
        y = self.depthwise(self.expand(x))
        y = y * F.hardsigmoid(self.grow(F.relu(self.reduce(y.mean((2, 3), keepdim=True)))))
        return x + self.project(y)


class Shuffle(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(8, 8, 1), nn.Conv2d(16, 16, 1)

    def forward(self, x):
        left, right = x.chunk(2, 1)
        y = torch.cat((left, F.relu(self.a(right))), 1)
        y = y.view(-1, 2, 8, *x.shape[2:]).transpose(1, 2).flatten(1, 2)
        return self.b(y)


class AttentionBias(nn.Module):
    """Heads of 8 channels, values of 16, a bias for each head, query and key."""

    def __init__(self):
        super().__init__()
        self.qkv, self.out = nn.Conv2d(12, 3 * 32, 1), nn.Conv2d(48, 12, 1)
        self.bias = nn.Parameter(torch.randn(3, 20, 20))

    def forward(self, x):
        q, k, v = self.qkv(x).flatten(2).view(-1, 3, 32, 20).split((8, 8, 16), 2)
        scores = q.transpose(-2, -1) @ k * 8 ** -.5 + self.bias
        y = v @ scores.softmax(-1).transpose(-2, -1)
        return self.out(y.reshape(-1, 48, 4, 5))


class Windows(nn.Module):
    """Windows of 4x2 adjacent pixels with biases by offset, then pixels spread 2 rows and 4 columns apart."""

    def __init__(self):
        super().__init__()
        self.norm, self.qkv, self.out = nn.LayerNorm(16), nn.Linear(16, 48), nn.Linear(16, 16)
        self.qkv2 = nn.Linear(16, 48)
        self.bias = nn.Parameter(torch.randn(2, 8, 8))

    def attend(self, x, linear, bias):
        q, k, v = linear(x).reshape(x.shape[0], -1, 3, 2, 8).permute(2, 0, 3, 1, 4)
        scores = (q * 8 ** -.5) @ k.transpose(-2, -1)
        return (scores if bias is None else scores + bias).softmax(-1) @ v

    def forward(self, x):
        x = x.permute(0, 2, 3, 1)
        y = self.norm(x).view(1, 2, 4, 4, 2, 16).transpose(2, 3).reshape(8, 8, 16)
        y = self.attend(y, self.qkv, self.bias).transpose(1, 2).reshape(1, 2, 4, 4, 2, 16)
        x = x + self.out(y.transpose(2, 3).reshape(1, 8, 8, 16))
        y = x.view(1, 4, 2, 2, 4, 16).permute(0, 2, 4, 1, 3, 5).reshape(8, 8, 16)
        y = self.attend(y, self.qkv2, None).transpose(1, 2).reshape(1, 2, 4, 4, 2, 16)
        return x + y.permute(0, 3, 1, 4, 2, 5).reshape(1, 8, 8, 16)


class ShiftedWindows(nn.Module):
    """Windows of 4x2 pixels of a map that is rolled, with biases by offset, and a mask that differs from window to window (Swin)."""

    def __init__(self):
        super().__init__()
        self.qkv, self.out = nn.Linear(16, 48), nn.Linear(16, 16)
        self.bias = nn.Parameter(torch.randn(2, 8, 8))
        parts = torch.zeros(8, 8)
        parts[6:] += 1
        parts[:, 7:] += 2
        parts = parts.view(2, 4, 4, 2).transpose(1, 2).reshape(8, 8)
        self.register_buffer('mask', (parts[:, :, None] != parts[:, None, :]).float() * -100)

    def forward(self, x):
        x = x.permute(0, 2, 3, 1)
        y = F.pad(torch.roll(x, (-2, -1), (1, 2)), (0, 0, 0, 0, 0, 0))
        y = y.view(1, 2, 4, 4, 2, 16).transpose(2, 3).reshape(8, 8, 16)
        q, k, v = self.qkv(y).reshape(8, 8, 3, 2, 8).permute(2, 0, 3, 1, 4)
        scores = (q * 8 ** -.5) @ k.transpose(-2, -1) + self.bias
        scores = (scores.view(1, 8, 2, 8, 8) + self.mask[None, :, None]).view(8, 2, 8, 8)
        y = (scores.softmax(-1) @ v).transpose(1, 2).reshape(8, 8, 16)
        y = self.out(y).view(1, 2, 4, 4, 2, 16).transpose(2, 3).reshape(1, 8, 8, 16)
        return x + torch.roll(y, (2, 1), (1, 2))


class SharedKeys(nn.Module):
    """One key and one value for all heads, on a smaller map (MobileNetV4)."""

    def __init__(self):
        super().__init__()
        self.q, self.k, self.v = nn.Conv2d(8, 16, 1), nn.Conv2d(8, 4, 2, 2), nn.Conv2d(8, 6, 2, 2)
        self.out = nn.Conv2d(24, 8, 1)

    def forward(self, x):
        q = self.q(x).view(-1, 4, 4, 48).transpose(2, 3)
        k = self.k(x).view(-1, 1, 4, 12)
        v = self.v(x).view(-1, 1, 6, 12).transpose(2, 3)
        y = ((q @ k) / 2).softmax(-1) @ v
        return self.out(y.transpose(2, 3).reshape(-1, 24, *x.shape[2:]))


class CrossCovariance(nn.Module):
    """Channels of a head attend to each other (EdgeNeXt)."""

    def __init__(self):
        super().__init__()
        self.qkv, self.out = nn.Linear(12, 36), nn.Linear(12, 12)
        self.temperature = nn.Parameter(torch.rand(3, 1, 1) + .5)

    def forward(self, x):
        tokens = x.flatten(2).transpose(1, 2)
        q, k, v = self.qkv(tokens).view(1, -1, 3, 3, 4).permute(2, 0, 3, 4, 1)
        q, k = F.normalize(q, dim=-1), F.normalize(k, dim=-1)
        y = (q @ k.transpose(-2, -1) * self.temperature).softmax(-1) @ v
        y = self.out(y.permute(0, 3, 1, 2).reshape(1, -1, 12))
        return x + y.transpose(1, 2).view(x.shape)


class Separable(nn.Module):
    """MobileViTv2's attention among the pixels at one place of patches of 2x2."""

    def __init__(self):
        super().__init__()
        self.norm, self.qkv, self.out = nn.GroupNorm(1, 8), nn.Conv2d(8, 17, 1), nn.Conv2d(8, 8, 1)

    def forward(self, x):
        b, c, h, w = x.shape
        x = x.reshape(b, c, h // 2, 2, w // 2, 2).permute(0, 1, 3, 5, 2, 4).reshape(b, c, 4, -1)
        q, k, v = self.qkv(self.norm(x)).split((1, 8, 8), 1)
        x = x + self.out(F.relu(v) * (k * q.softmax(-1)).sum(-1, keepdim=True).expand_as(v))
        return x.reshape(b, c, 2, 2, h // 2, w // 2).permute(0, 1, 4, 2, 5, 3).reshape(b, c, h, w)


class Activations(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(6, 6, 1) for _ in range(8))

    def forward(self, x):
        c = [conv(x) for conv in self.convs]
        return (c[0] * .5 * (1 + torch.erf(c[0] / math.sqrt(2))) + .5 * (c[1] * (1 + torch.erf(c[1] * .5 ** .5)))
                + .5 * c[2] * (1 + torch.tanh(math.sqrt(2 / math.pi) * (c[2] + .044715 * c[2] ** 3)))
                + c[3] * torch.sigmoid(c[3]) + c[4] * F.relu6(c[4] + 3) / 6 + c[5] * (F.relu6(c[5] + 3) / 6)
                + F.gelu(c[6]) + F.relu6(c[7] + 3) / 6)


class Norms(nn.Module):
    """Layer norms and an RMS norm over channels, written out and not."""

    def __init__(self):
        super().__init__()
        self.w, self.b = nn.Parameter(torch.rand(10) + .5), nn.Parameter(torch.randn(10))
        self.norm = nn.LayerNorm(10, 1e-6)

    def forward(self, x):
        mean = x.mean(1, keepdim=True)
        y = (x - mean) / torch.sqrt((x - mean).pow(2).mean(1, keepdim=True) + 1e-6)
        y = y * self.w[:, None, None] + self.b[:, None, None]
        z = y / torch.sqrt((y * y).mean(1, keepdim=True) + 1e-5) * self.w[:, None, None]
        return z + self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Groups(nn.Module):
    def __init__(self):
        super().__init__()
        self.norms = nn.ModuleList([nn.GroupNorm(1, 12), nn.GroupNorm(4, 12), nn.InstanceNorm2d(12, affine=True)])

    def forward(self, x):
        for norm in self.norms:
            x = x + norm(x)
        return x


class MaxRelative(nn.Module):
    """MobileViG's graph convolution, and its features interleaved."""

    def __init__(self):
        super().__init__()
        self.nn, self.mixed = nn.Conv2d(16, 8, 1), nn.Conv2d(16, 8, 1)

    def relative(self, x):
        most = x - x
        for i in range(2, x.shape[2], 2):
            most = torch.max(most, x - torch.cat([x[:, :, -i:, :], x[:, :, :-i, :]], 2))
        for i in range(2, x.shape[3], 2):
            most = torch.max(most, x - torch.cat([x[:, :, :, -i:], x[:, :, :, :-i]], 3))
        return most

    def forward(self, x):
        x = F.gelu(self.nn(torch.cat([x, self.relative(x)], 1)))
        both = torch.cat([x.unsqueeze(2), self.relative(x).unsqueeze(2)], 2)
        return self.mixed(both.reshape(1, 16, *x.shape[2:]))


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.down, self.fuse = nn.Conv2d(6, 12, 3, 2, 1), nn.Conv2d(18, 8, 1)

    def forward(self, x):
        y = self.down(x)
        y = F.interpolate(y, scale_factor=2, mode='nearest')
        y = F.relu(self.fuse(torch.cat((y, x), 1)))
        return F.interpolate(y, size=(15, 18), mode='bilinear', align_corners=False)


class Transposed(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.ConvTranspose2d(6, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 6, 3, 2, 1, 1),
                                    nn.ConvTranspose2d(6, 6, 3, 1, 1, groups=6), nn.ConvTranspose2d(6, 4, 3, 2))

    def forward(self, x):
        return self.layers(x)


class Blocks(nn.Module):
    """Pixel shuffle and its inverse, Swin's merging of patches."""

    def __init__(self):
        super().__init__()
        self.a, self.merge = nn.Conv2d(3, 12, 3, 1, 1), nn.Linear(12, 6)

    def forward(self, x):
        y = F.pixel_unshuffle(F.pixel_shuffle(self.a(x), 2), 4).view(1, 48, 3, 3)
        z = x.permute(0, 2, 3, 1).reshape(1, 3, 2, 3, 2, 3).permute(0, 1, 3, 4, 2, 5).flatten(3)
        return y[:, :6] + self.merge(z).permute(0, 3, 1, 2)[:, :, :3, :3]


class Pools(nn.Module):
    def __init__(self):
        super().__init__()
        self.slopes = nn.PReLU(8)
        self.head, self.tokens = nn.Linear(8 * 9, 10), nn.Linear(8, 10)

    def forward(self, x):
        x = F.max_pool2d(x, 3, 2, ceil_mode=True)
        x = self.slopes(F.avg_pool2d(x, 3, 1, 1) - F.avg_pool2d(x, 3, 1, 1, count_include_pad=False) + x)
        y = self.tokens(x.flatten(2).transpose(1, 2)).mean(1) + self.tokens(x.amax((2, 3)))
        return y + self.head(F.max_pool2d(x, 2).flatten(1))


NETS = {
    'mbconv': (Mbconv, (8, 9, 7)), 'shuffle': (Shuffle, (16, 5, 6)), 'attention_bias': (AttentionBias, (12, 4, 5)),
    'windows': (Windows, (16, 8, 8)), 'shifted_windows': (ShiftedWindows, (16, 8, 8)),
    'shared_keys': (SharedKeys, (8, 6, 8)), 'activations': (Activations, (6, 5, 7)),
    'cross_covariance': (CrossCovariance, (12, 4, 6)),
    'separable': (Separable, (8, 6, 8)),
    'norms': (Norms, (10, 5, 6)), 'groups': (Groups, (12, 5, 6)), 'max_relative': (MaxRelative, (8, 7, 6)),
    'decoder': (Decoder, (6, 10, 12)), 'transposed': (Transposed, (6, 4, 5)), 'blocks': (Blocks, (3, 6, 6)),
    'pools': (Pools, (8, 14, 12)),
}


def main(folder):
    warnings.filterwarnings('ignore')
    os.makedirs(folder, exist_ok=True)
    for name, (make, shape) in NETS.items():
        torch.manual_seed(len(name))
        net = make()
        with torch.no_grad():
            for module in net.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.running_mean.normal_()
                    module.running_var.uniform_(.5, 2)
                if isinstance(module, (nn.BatchNorm2d, nn.LayerNorm, nn.GroupNorm, nn.InstanceNorm2d)):
                    module.weight.uniform_(.5, 1.5)
                    module.bias.normal_()
        net.eval()
        x = torch.randn(1, *shape)
        with torch.no_grad():
            exact = copy.deepcopy(net).double()(x.double())
            torch.onnx.export(net, (x,), os.path.join(folder, name + '.onnx'), dynamo=False, opset_version=17,
                              input_names=['input'], output_names=['output'])
        x.numpy().astype('<f4').tofile(os.path.join(folder, name + '.in'))
        exact.numpy().astype('<f4').tofile(os.path.join(folder, name + '.out'))
        print(name, list(exact.shape), np.round(float(exact.std()), 3),
              os.path.getsize(os.path.join(folder, name + '.onnx')))


main(sys.argv[1])
