"""Times nets in PyTorch on its first GPU, or on the processor where there is none: a line of JSON for each net, batch, type and mode.

    python device_torch.py --model M,... --batch N,... [--size HxW] --seconds S

Nets are timm's by name. MobileViG, which timm does not have, is defined here. Weights are random. Images lie on the device before a run and
results stay there; a time is the median on the host's clock of one run with a synchronization behind it.
"""
import argparse
import json
import sys
import time

try:
    import torch
    from torch import nn
except ImportError as e:
    sys.exit(f"PyTorch is not installed for {sys.executable}: {e}")

# Channels and blocks of the four stages, and blocks with graph convolutions in the last stage.
MOBILEVIG = {
    "mobilevig_ti": ((42, 84, 168, 256), (2, 2, 6), 2),
    "mobilevig_s": ((42, 84, 176, 256), (3, 3, 9), 3),
    "mobilevig_m": ((42, 84, 224, 400), (3, 3, 9), 3),
    "mobilevig_b": ((42, 84, 240, 464), (5, 5, 15), 5),
}


def conv_bn(i, o, k=1, s=1, groups=1, act=True):
    layers = [nn.Conv2d(i, o, k, s, k // 2, groups=groups), nn.BatchNorm2d(o)]
    return nn.Sequential(*layers, nn.GELU()) if act else nn.Sequential(*layers)


class Residual(nn.Module):
    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        return x + self.body(x)


class Inverted(nn.Module):
    """An inverted residual block with an expansion of four."""

    def __init__(self, c):
        super().__init__()
        self.body = nn.Sequential(conv_bn(c, 4 * c), conv_bn(4 * c, 4 * c, 3, groups=4 * c), conv_bn(4 * c, c, act=False))

    def forward(self, x):
        return x + self.body(x)


class MaxRelative(nn.Module):
    """The largest difference from every second pixel of the row and of the column, next to the pixel itself."""

    def forward(self, x):
        largest = torch.zeros_like(x)
        for axis in (2, 3):
            for shift in range(2, x.shape[axis], 2):
                largest = torch.maximum(largest, torch.roll(x, -shift, axis) - x)
        return torch.cat((x, largest), 1)


def mobilevig(channels, blocks, last):
    def graph(c):
        return Residual(nn.Sequential(conv_bn(c, c, act=False), MaxRelative(), conv_bn(2 * c, c),
                                      conv_bn(c, c, act=False)))

    def feed_forward(c):
        return Residual(nn.Sequential(conv_bn(c, 4 * c), conv_bn(4 * c, c, act=False)))

    layers = [conv_bn(3, channels[0] // 2, 3, 2), conv_bn(channels[0] // 2, channels[0], 3, 2)]
    for stage, c in enumerate(channels):
        if stage:
            layers.append(conv_bn(channels[stage - 1], c, 3, 2, act=False))
        if stage < 3:
            layers += [Inverted(c) for _ in range(blocks[stage])]
        else:
            layers += [block for _ in range(last) for block in (graph(c), feed_forward(c))]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), conv_bn(channels[-1], 768), nn.Conv2d(768, 1000, 1), nn.Flatten())


def net(name):
    if name in MOBILEVIG:
        return mobilevig(*MOBILEVIG[name])
    try:
        import timm
    except ImportError:
        return None
    return timm.create_model(name) if timm.is_model(name) else None


def median(run, sync, seconds):
    for _ in range(3):
        run()
    sync()
    times = []
    end = time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        run()
        sync()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--batch", default="1")
    parser.add_argument("--size")
    parser.add_argument("--seconds", type=float, default=3)
    options = parser.parse_args()
    gpu = torch.cuda.is_available()
    where = "cuda" if gpu else "cpu"
    label = f"{torch.cuda.get_device_name(0) if gpu else 'processor'}, PyTorch {torch.__version__}"
    sync = torch.cuda.synchronize if gpu else (lambda: None)
    # TF32 rounds products to ten bits; float32 here means float32.
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    for name in options.model.split(","):
        for kind in (torch.float32, torch.float16) if gpu else (torch.float32,):
            module = net(name)
            if module is None:
                print(f"PyTorch has no {name}", flush=True)
                break
            module = module.eval().to(where, kind, memory_format=torch.channels_last)
            size = tuple(int(n) for n in options.size.split("x")) if options.size else \
                getattr(module, "default_cfg", {}).get("input_size", (3, 224, 224))[1:]
            for mode in ("eager", "compile") if gpu else ("eager",):
                for batch in (int(n) for n in options.batch.split(",")):
                    images = torch.rand(batch, 3, *size, device=where, dtype=kind).to(memory_format=torch.channels_last)
                    try:
                        with torch.inference_mode():
                            run = torch.compile(module, mode="max-autotune-no-cudagraphs" if batch > 1 else "reduce-overhead") \
                                if mode == "compile" else module
                            millis = 1e3 * median(lambda: run(images), sync, options.seconds)
                    except Exception as e:
                        print(f"{name} {mode}: {str(e).splitlines()[0] if str(e) else type(e).__name__}", flush=True)
                        continue
                    print(json.dumps({"model": name, "batch": batch, "device": label, "type": str(kind).split(".")[-1],
                                      "mode": mode, "millis": millis}), flush=True)


if __name__ == "__main__":
    main()
