"""Makes pictures.zip, the corner cases of every picture format with PIL's answers, for PictureCasesTest.

    python pictures.py model/src/test/resources/io/github/jvig/model/image/pictures.zip

Needs Pillow 12 and NumPy. The zip holds the files and index.tsv: name, width, height and CRC-32 of the bytes of
Image.open(file).convert("RGB"), after ImageOps.exif_transpose for names that begin with exif; "-" where PIL refuses the file.
"""
import io
import struct
import sys
import warnings
import zipfile
import zlib

import numpy as np
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

warnings.simplefilter("ignore")
rng = np.random.default_rng(1)
inner = io.BytesIO()
out = zipfile.ZipFile(inner, "w")
index = []


def add(name, data):
    entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
    out.writestr(entry, data)


def put(name, data):
    add(name, data)
    try:
        image = Image.open(io.BytesIO(data))
        if name.startswith("exif"):
            image = ImageOps.exif_transpose(image)
        image = image.convert("RGB")
        index.append(f"{name}\t{image.width}\t{image.height}\t{zlib.crc32(image.tobytes())}")
    except Exception:
        index.append(f"{name}\t-\t-\t-")


def save(name, image, kind, **options):
    data = io.BytesIO()
    image.save(data, kind, **options)
    put(name, data.getvalue())


def picture(w, h, channels=3):
    y, x = np.mgrid[0:h, 0:w]
    base = np.stack([(x * 7 + y * 3) % 256, (y * 11 + x * x // 3) % 256, (x * y // 2) % 256, (x * 5 + 40) % 256], -1)
    return np.clip(base[..., :channels] + rng.integers(-30, 30, (h, w, channels)), 0, 255).astype(np.uint8)


def random(n):
    return rng.integers(0, 256, n, dtype=np.uint8).tobytes()


def jpeg():
    for w, h in [(1, 1), (2, 2), (3, 1), (1, 5), (9, 7), (17, 33)]:
        for mode, channels in (("L", 1), ("RGB", 3), ("CMYK", 4)):
            a = picture(w, h, channels)
            image = Image.fromarray(a[..., 0] if mode == "L" else a, mode)
            for progressive in (False, True):
                for sampling in (0, 1, 2) if mode != "L" else (0,):
                    save(f"{mode}_{w}x{h}_p{progressive:d}_s{sampling}.jpg", image, "JPEG", quality=70, subsampling=sampling,
                         progressive=progressive)
        image = Image.fromarray(picture(w, h))
        save(f"restart_{w}x{h}.jpg", image, "JPEG", restart_marker_blocks=2, subsampling=2)
        save(f"rgb_{w}x{h}.jpg", image, "JPEG", keep_rgb=True)


def webp():
    for w, h in [(1, 1), (2, 1), (1, 3), (5, 7), (17, 5), (33, 31)]:
        for colors in (1, 2, 3, 4, 5, 16, 17, 110, 256):
            for alpha in (False, True):
                palette = rng.integers(0, 256, (colors, 4)).astype(np.uint8)
                palette[:, 3] = palette[:, 3] if alpha else 255
                if alpha and colors > 1:
                    palette[0] = 0
                a = palette[rng.integers(0, colors, (h, w))]
                for method in (0, 6):
                    save(f"p{colors}_{w}x{h}_a{alpha:d}_m{method}.webp", Image.fromarray(a), "WEBP", lossless=True, method=method,
                         quality=100 if method else 20, exact=bool(method))
        for channels in (3, 4):
            save(f"photo{channels}_{w}x{h}.webp", Image.fromarray(picture(w, h, channels)), "WEBP", lossless=True)
            y, x = np.mgrid[0:h, 0:w]
            smooth = np.stack([x * 3 % 256, y * 3 % 256, (x + y) % 256, 255 - x % 256], -1).astype(np.uint8)[..., :channels]
            save(f"smooth{channels}_{w}x{h}.webp", Image.fromarray(np.ascontiguousarray(smooth)), "WEBP", lossless=True, method=6)
    frames = [Image.fromarray(picture(20, 15, 4)) for _ in range(3)]
    save("animated.webp", frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png():
    kinds = [(1, 0), (2, 0), (4, 0), (8, 0), (8, 2), (16, 2), (1, 3), (2, 3), (4, 3), (8, 3), (8, 4), (16, 4), (8, 6), (16, 6)]
    for w, h in [(1, 1), (1, 3), (5, 7), (17, 5)]:
        for bits, color in kinds:
            for interlaced in (0, 1):
                channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[color]
                passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
                raw = b""
                for x0, y0, dx, dy in passes if interlaced else [(0, 0, 1, 1)]:
                    columns, rows = -(-(w - x0) // dx), -(-(h - y0) // dy)
                    for _ in range(rows if columns > 0 else 0):
                        raw += bytes([int(rng.integers(0, 5))]) + random((columns * channels * bits + 7) // 8)
                data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, bits, color, 0, 0, interlaced))
                if color == 3:
                    data += chunk(b"PLTE", random(3 << bits))
                if color in (0, 2, 3):
                    data += chunk(b"tRNS", {0: b"\0\1", 2: b"\0\1\0\2\0\3", 3: b"\0\x80"}[color])
                put(f"c{color}_b{bits}_i{interlaced}_{w}x{h}.png", data + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


def lzw(indices, bits):
    data, acc, n = bytearray(), 0, 0
    clear = 1 << bits
    size, following, table, current = bits + 1, clear + 2, {(i,): i for i in range(clear)}, ()

    def emit(code):
        nonlocal acc, n
        acc |= code << n
        n += size
        while n >= 8:
            data.append(acc & 255)
            acc >>= 8
            n -= 8

    emit(clear)
    for pixel in indices:
        longer = current + (pixel,)
        if longer in table:
            current = longer
            continue
        emit(table[current])
        if following < 4096:
            table[longer] = following
            if following == 1 << size and size < 12:
                size += 1
            following += 1
        else:
            emit(clear)
            size, following, table = bits + 1, clear + 2, {(i,): i for i in range(clear)}
        current = (pixel,)
    emit(table[current])
    emit(clear + 1)
    if n:
        data.append(acc & 255)
    blocks = [bytes(data[i:i + 255]) for i in range(0, len(data), 255)]
    return bytes([bits]) + b"".join(bytes([len(b)]) + b for b in blocks) + b"\0"


def gif():
    for w, h in [(1, 1), (5, 7), (60, 70)]:
        for bits in (1, 2, 4, 8):
            for interlaced in (0, 1):
                for screen, local in ((1, 0), (0, 1), (0, 0)) if bits < 8 else ((interlaced, 1 - interlaced),):
                    inset = bits == 4
                    data = b"GIF89a" + struct.pack("<HHBBB", w + 3 * inset, h + 2 * inset, 0x80 | bits - 1 if screen else 0, 1, 0)
                    data += random(3 << bits) if screen else b""
                    data += b"\x21\xf9\x04" + bytes([9, 0, 0, 1, 0]) if local else b""
                    data += b"," + struct.pack("<HHHHB", inset, inset, w, h, (0x80 | bits - 1 if local else 0) | interlaced * 0x40)
                    data += random(3 << bits) if local else b""
                    pixels = (np.arange(w * h) // 7 * 3 % (1 << bits)).tolist()
                    put(f"b{bits}_i{interlaced}_{screen}{local}_{w}x{h}.gif", data + lzw(pixels, max(2, bits)) + b";")
    frames = [Image.fromarray(picture(20, 15)).quantize(50) for _ in range(3)]
    for disposal in range(4):
        save(f"animated{disposal}.gif", frames[0], "GIF", save_all=True, append_images=frames[1:], disposal=disposal, transparency=3)


def bmp_file(w, h, bits, compression, data, header=40, masks=b"", palette=b"", colors=0):
    if header == 12:
        head = struct.pack("<IHHHH", 12, w, h, 1, bits)
    else:
        inside = masks if header > 40 else b""
        head = struct.pack("<IiiHHIIIIII", header, w, h, 1, bits, compression, len(data), 0, 0, colors, 0) + inside
        head += bytes(header - len(head)) + (masks if header == 40 else b"")
    offset = 14 + len(head) + len(palette)
    return b"BM" + struct.pack("<IHHI", offset + len(data), 0, 0, offset) + head + palette + data


def bmp():
    for w, h in [(1, 1), (1, 3), (5, 7), (17, 5)]:
        for sign in (1, -1):
            for header in (12, 40, 52, 56, 64, 108, 124):
                for bits in (1, 4, 8, 16, 24, 32):
                    if (header == 12 and sign < 0) or (bits == 8 and w * h > 3):
                        continue
                    palette = random((3 if header == 12 else 4) << bits) if bits <= 8 else b""
                    put(f"h{header}_b{bits}_{w}x{sign * h}.bmp",
                        bmp_file(w, sign * h, bits, 0, random((w * bits + 31) // 32 * 4 * h), header, palette=palette))
            for bits, masks in ((16, (0xf800, 0x7e0, 0x1f, 0)), (16, (0x7c00, 0x3e0, 0x1f, 0)), (32, (0xff0000, 0xff00, 0xff, 0)),
                                (32, (0xff, 0xff00, 0xff0000, 0xff000000)), (32, (0xff000000, 0xff0000, 0xff00, 0xff)),
                                (32, (0, 0, 0, 0)), (24, (0xff0000, 0xff00, 0xff, 0))):
                packed = struct.pack("<IIII", *masks)
                put(f"f{bits}_{masks[0]:x}_{w}x{sign * h}.bmp",
                    bmp_file(w, sign * h, bits, 3, random((w * bits + 31) // 32 * 4 * h), 56, masks=packed))
        for four in (False, True):
            for kind in range(3):
                data = b""
                for _ in range(h):
                    x = 0
                    while x < w:
                        n = int(rng.integers(1, w - x + 1))
                        if kind == 1 and n >= 4:
                            n -= n % 2
                            run = random(n // 2 if four else n)
                            data += bytes([0, n]) + run + (b"\0" if len(run) % 2 else b"")
                        elif kind == 2 and n > 2:
                            data += bytes([0, 2, n, 0])
                        else:
                            data += bytes([n]) + random(1)
                        x += n
                    data += b"\0\0"
                put(f"runs{four:d}{kind}_{w}x{h}.bmp", bmp_file(w, h, 4 if four else 8, 2 if four else 1, data + b"\0\1",
                                                                palette=random(4 * (16 if four else 256))))


def tiff():
    for w, h in [(1, 1), (5, 7), (17, 21)]:
        for compression in (None, "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
            for mode, channels in (("1", 1), ("L", 1), ("P", 3), ("RGB", 3), ("RGBA", 4), ("CMYK", 4), ("LA", 2)):
                a = picture(w, h, channels)
                image = Image.fromarray(a[..., 0] if channels == 1 else a, None if mode in ("1", "P") else mode)
                image = image.convert("1") if mode == "1" else image.quantize(40) if mode == "P" else image
                if compression != "jpeg" or mode in ("L", "RGB"):
                    save(f"{mode}_{compression}_{w}x{h}.tif", image, "TIFF", compression=compression,
                         tiffinfo={278: 16} if h > 20 else {})
            if compression in ("tiff_lzw", "tiff_adobe_deflate"):
                save(f"predicted_{compression}_{w}x{h}.tif", Image.fromarray(picture(w, h)), "TIFF", compression=compression,
                     tiffinfo={317: 2})
    for orientation in range(1, 9):
        save(f"turned{orientation}.tif", Image.fromarray(picture(9, 5)), "TIFF", tiffinfo={274: orientation})


def exif():
    base = Image.fromarray(picture(9, 5))
    formats = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 13: "I"}
    for order in "<>":
        for kind, code in formats.items():
            for orientation in range(10):
                value = (struct.pack(order + code, orientation) + bytes(4))[:4]
                block = b"Exif\0\0" + (b"II*\0" if order == "<" else b"MM\0*")
                block += struct.pack(order + "IHHHI", 8, 1, 0x112, kind, 1) + value + bytes(4)
                for name, extension in (("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")):
                    if orientation == 6 or (kind == 3 and name == "JPEG"):
                        options = {"lossless": True} if name == "WEBP" else {}
                        save(f"exif{'lb'[order == '>']}{kind}_{orientation}.{extension}", base, name, exif=block, **options)
    texts = (b'<d tiff:Orientation="6"/>', b"<a><tiff:Orientation>8</tiff:Orientation></a>", b"<a tiff:Orientation='6'/>")
    for i, text in enumerate(texts):
        save(f"exif_xmp{i}.jpg", base, "JPEG", xmp=text)
        save(f"exif_xmp{i}.webp", base, "WEBP", xmp=text, lossless=True)
        for packed in (False, True):
            info = PngInfo()
            info.add_itxt("XML:com.adobe.xmp", text.decode(), zip=packed)
            save(f"exif_xmp{i}{packed:d}.png", base, "PNG", pnginfo=info)


class BoolEncoder:
    """The arithmetic coder of VP8 (RFC 6386, section 7.3)."""

    def __init__(self):
        self.out, self.range, self.bottom, self.count = bytearray(), 255, 0, 24

    def bit(self, probability, bit):
        split = 1 + (((self.range - 1) * probability) >> 8)
        self.bottom, self.range = (self.bottom + split, self.range - split) if bit else (self.bottom, split)
        while self.range < 128:
            self.range <<= 1
            if self.bottom & 1 << 31:
                i = len(self.out) - 1
                while self.out[i] == 255:
                    self.out[i] = 0
                    i -= 1
                self.out[i] += 1
            self.bottom = self.bottom << 1 & 0xffffffff
            self.count -= 1
            if self.count == 0:
                self.out.append(self.bottom >> 24)
                self.bottom &= (1 << 24) - 1
                self.count = 8

    def number(self, value, bits):
        for i in reversed(range(bits)):
            self.bit(128, value >> i & 1)

    def optional(self, limit, bits):
        flag = below(2)
        self.bit(128, flag)
        if flag:
            self.number(below(limit), bits)
            self.bit(128, below(2))


def below(n):
    return int(rng.integers(0, n))


def vp8(w, h):
    """A key frame with every part of the header at random; any bits behind it are modes and coefficients."""
    e = BoolEncoder()
    e.number(0, 2)
    segments, has_map, update = below(2), below(2), below(2)
    e.bit(128, segments)
    if segments:
        e.bit(128, has_map)
        e.bit(128, update)
        if update:
            e.bit(128, below(2))
            for _ in range(4):
                e.optional(30, 7)
            for _ in range(4):
                e.optional(64, 6)
        for _ in range(3 if has_map else 0):
            e.bit(128, 1)
            e.number(below(256), 8)
    e.bit(128, below(2))
    e.number(below(64), 6)
    e.number(below(8), 3)
    deltas = below(2)
    e.bit(128, deltas)
    if deltas:
        e.bit(128, 1)
        for _ in range(8):
            e.optional(64, 6)
    log_partitions = below(4)
    e.number(log_partitions, 2)
    e.number(below(20), 7)
    for _ in range(5):
        e.optional(16, 4)
    e.bit(128, 0)
    blocks = -(-w // 16) * -(-h // 16)
    for _ in range(4000):
        e.bit(128, below(2))
    modes = bytes(e.out) + random(blocks * 20)
    parts = [random(blocks * 300 // (1 << log_partitions) + 100) for _ in range(1 << log_partitions)]
    sizes = b"".join(struct.pack("<I", len(part))[:3] for part in parts[:-1])
    frame = struct.pack("<I", len(modes) << 5 | 16)[:3] + b"\x9d\x01\x2a" + struct.pack("<HH", w, h) + modes + sizes + b"".join(parts)
    frame += bytes(len(frame) % 2)
    return b"RIFF" + struct.pack("<I", len(frame) + 12) + b"WEBPVP8 " + struct.pack("<I", len(frame)) + frame


def lossy():
    for i, (w, h) in enumerate([(1, 1), (2, 1), (1, 3), (15, 16), (16, 17), (33, 31), (64, 20), (70, 70)]):
        for quality in (0, 50, 100):
            channels = 3 + (i + quality) % 2
            save(f"lossy{channels}_{w}x{h}_q{quality}.webp", Image.fromarray(picture(w, h, channels)), "WEBP", quality=quality,
                 method=(i + quality) % 7, alpha_quality=quality)
    for w, h in [(1, 1), (16, 16), (17, 5), (5, 17), (33, 15), (31, 33), (40, 25)]:
        for i in range(3):
            put(f"lossy_random{i}_{w}x{h}.webp", vp8(w, h))
    frames = [Image.fromarray(picture(20, 15, 4)) for _ in range(3)]
    save("lossy_animated.webp", frames[0], "WEBP", save_all=True, append_images=frames[1:])
    data = vp8(16, 16)
    for i in (-1, -200, 40, 21, 30, 24):
        put(f"lossy_cut{i}.webp", data[:i])
    for at in (20, 23, 26, 27):
        put(f"lossy_header{at}.webp", data[:at] + bytes([data[at] ^ 0x11]) + data[at + 1:])


def fax():
    for w, h in [(1, 1), (9, 7), (40, 25), (65, 33), (2600, 5)]:
        y, x = np.mgrid[0:h, 0:w]
        for kind, a in enumerate((np.cumsum(rng.integers(0, 30, (h, w)) == 0, axis=1) % 2, (x // 5 + y // 9) % 2, x * 0,
                                  (x - w / 2) ** 2 + (y - h / 2) ** 2 < (min(w, h) / 2.3) ** 2)):
            image = Image.fromarray(np.where(a, 255, 0).astype(np.uint8)).convert("1")
            for compression, options in (("tiff_ccitt", 0), ("group3", 0), ("group3", 1), ("group3", 5), ("group4", 0)):
                info = {292: options} if compression == "group3" else {}
                info |= [{278: 4}, {266: 2}, {262: 1}, {}][(kind + options) % 4]
                data = io.BytesIO()
                image.save(data, "TIFF", compression=compression, tiffinfo=info)
                # libtiff reads the last row of some strips of modified Huffman wrong.
                if Image.open(data).tobytes() == image.tobytes():
                    put(f"fax{kind}_{compression}{options}_{w}x{h}.tif", data.getvalue())
    for w, h in [(1, 1), (9, 7)]:
        for mode in ("1", "L", "P", "RGB", "RGBA"):
            save(f"big_{mode}_{w}x{h}.tif", Image.fromarray(picture(w, h)).convert(mode), "TIFF", big_tiff=True)


def tiff_file(w, h, samples, photometric, compression, data, counts=None, bits=8):
    """One strip, with the tags that are needed and no more."""
    tags = [(256, 4, w), (257, 4, h), (258, 3, bits), (259, 3, compression), (262, 3, photometric), (273, 4, 0), (277, 3, samples),
            (278, 4, h), (279, 4, len(data) if counts is None else counts)]
    per_sample = struct.pack("<H", bits) * samples if samples > 2 else b""
    start = 8 + 2 + 12 * len(tags) + 4
    directory = struct.pack("<H", len(tags))
    for tag, kind, value in tags:
        count = samples if tag == 258 else 1
        value = start + len(per_sample) if tag == 273 else value
        body = struct.pack("<I" if kind == 4 else "<HH", *([value] if kind == 4 else [value, value if count == 2 else 0]))
        directory += struct.pack("<HHI", tag, kind, count) + (struct.pack("<I", start) if count > 2 else body)
    return b"II*\0" + struct.pack("<I", 8) + directory + bytes(4) + per_sample + data


def old_lzw(data):
    """LZW as TIFF had it before version 5: lowest bit first, and a code's length grows in time."""
    out, acc, n, size, following, table, current = bytearray(), 256, 9, 9, 258, {bytes([i]): i for i in range(256)}, b""

    def emit(code):
        nonlocal acc, n
        acc |= code << n
        n += size

    for value in data:
        longer = current + bytes([value])
        if longer in table:
            current = longer
            continue
        emit(table[current])
        table[longer] = following
        following += 1
        if following == (1 << size) + 1:
            size += 1
        current = bytes([value])
    emit(table[current])
    emit(257)
    return acc.to_bytes((n + 7) // 8, "little")


def later():
    """What was read wrong or refused when the kinds above were all right."""
    def coded(image, **options):
        data = io.BytesIO()
        image.save(data, "JPEG", **options)
        return data.getvalue()

    # JPEG in TIFF: the tags say what the components are.
    gray, ink = coded(Image.fromarray(picture(37, 21, 1)[..., 0])), coded(Image.fromarray(picture(37, 21, 4), "CMYK"))
    put("jpeg_white_is_zero.tif", tiff_file(37, 21, 1, 0, 7, gray))
    put("jpeg_black_is_zero.tif", tiff_file(37, 21, 1, 1, 7, gray))
    put("jpeg_ink.tif", tiff_file(37, 21, 4, 5, 7, ink))
    for mode in ("LA", "RGBA", "CMYK"):
        save(f"jpeg_{mode}.tif", Image.fromarray(picture(37, 21)).convert(mode), "TIFF", compression="jpeg")
    plain = random(20 * 15)
    for counts in (0, 99999):
        put(f"count{counts}.tif", tiff_file(20, 15, 1, 1, 1, plain, counts))
    put("cut.tif", tiff_file(20, 15, 1, 1, 1, plain[:-1]))
    for w, h in ((20, 15), (30, 30)):
        put(f"lzw_old_{w}x{h}.tif", tiff_file(w, h, 3, 2, 5, old_lzw(picture(w, h).tobytes())))
    # Pixels whose number is beyond the palette.
    for bits, w, h in ((2, 5, 7), (3, 20, 15), (6, 9, 9)):
        data = b"GIF89a" + struct.pack("<HHBBB", w, h, 0x80 | bits - 1, 0, 0) + random(3 << bits)
        data += b"," + struct.pack("<HHHHB", 0, 0, w, h, 0) + lzw(list(random(w * h)), 8)
        put(f"beyond{bits}.gif", data + b";")
        put(f"no_end{bits}.gif", data[:-1])
        put(f"no_screen{bits}.gif", data[:6] + bytes(4) + data[10:])
        put(f"beyond{bits}.bmp", bmp_file(w, h, 8, 0, random((w + 3) // 4 * 4 * h), palette=random(4 << bits), colors=1 << bits))
    bitmap = bmp_file(9, 5, 24, 0, random(28 * 5))
    put("no_padding.bmp", bitmap[:-1])
    put("cut.bmp", bitmap[:-2])
    # A PNG without the checksum of its data, and with a wrong one.
    packed = zlib.compress(b"".join(b"\0" + random(27) for _ in range(5)))
    for name, data in (("none", packed[:-4]), ("wrong", packed[:-1] + bytes([packed[-1] ^ 1])), ("cut", packed[:-9])):
        put(f"checksum_{name}.png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 5, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", data) + chunk(b"IEND", b""))
    # Components with the same name, in the frame and in the scan.
    data = bytearray(coded(Image.fromarray(picture(33, 17))))
    frame, scan = data.index(b"\xff\xc0"), data.index(b"\xff\xda")
    for i, name in enumerate(b"YCC"):
        data[frame + 10 + 3 * i] = data[scan + 5 + 2 * i] = name
    put("same_names.jpg", bytes(data))
    # Orientations in several blocks, in parts of one, and behind the pixels.
    blocks = [b"II*\0" + struct.pack("<IHHHII", 8, 1, 0x112, 3, 1, o) + bytes(4) for o in (6, 8)]
    turned = coded(Image.fromarray(picture(9, 5)))

    def segments(*parts):
        return b"".join(b"\xff\xe1" + struct.pack(">H", len(part) + 8) + b"Exif\0\0" + part for part in parts)

    put("exif_several.jpg", turned[:2] + segments(*blocks) + turned[2:])
    put("exif_parts.jpg", turned[:2] + segments(blocks[0][:15], blocks[0][15:]) + turned[2:])
    put("exif_behind.jpg", turned[:-2] + segments(blocks[0]) + turned[-2:])
    plain = io.BytesIO()
    Image.fromarray(picture(9, 5)).save(plain, "PNG")
    plain = plain.getvalue()
    data = io.BytesIO()
    Image.fromarray(picture(9, 5)).save(data, "WEBP", lossless=True, exif=b"Exif\0\0" + blocks[0])
    data = data.getvalue()
    data += b"EXIF" + struct.pack("<I", len(blocks[1])) + blocks[1]
    put("exif_several.webp", data[:4] + struct.pack("<I", len(data) - 8) + data[8:])
    put("exif_several.png", plain[:33] + b"".join(chunk(b"eXIf", block) for block in blocks) + plain[33:])


for make in (jpeg, webp, png, gif, bmp, tiff, exif, lossy, fax, later):
    make()
add("index.tsv", "\n".join(index) + "\n")
out.close()
# Many small files pack better as one.
with zipfile.ZipFile(sys.argv[1], "w") as outer:
    entry = zipfile.ZipInfo("pictures.zip", (2020, 1, 1, 0, 0, 0))
    outer.writestr(entry, inner.getvalue(), zipfile.ZIP_DEFLATED, 9)
