package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.tensor.Dim;
import io.github.jvig.model.tensor.TensorFunction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a result lies: the layout of its buffer, and the digits of its axes in it from the buffer's start.
 *
 * @param layout of the buffer
 * @param axes   digits of each axis
 */
record Shaped(MapLayout layout, List<List<Dim>> axes) {
    /** A row-major tensor. */
    static Shaped tensor(List<Integer> shape) {
        return new Shaped(TensorFunction.tensor(Calc.elements(shape)),
                Dim.rowMajor(shape).stream().map(d -> Dim.merged(List.of(d))).toList());
    }

    /**
     * As a view of a feature map lies, so that what is computed of a map is a map again; some of its channels become all of a map with fewer.
     * Empty where the view is no map's.
     */
    static Optional<Shaped> like(View view) {
        MapLayout from = view.layout();
        if (from.pixels() == 1 || view.offset() >= from.channels()) {
            return Optional.empty();
        }
        List<Dim> channels = new ArrayList<>();
        int pixels = 1;
        int lanes = 1;
        for (Dim dim : view.dims()) {
            if (dim.stride() > 0 && dim.stride() % from.stride() == 0) {
                pixels *= dim.extent();
            } else if (dim.stride() > 0 && (long) dim.stride() * dim.extent() <= from.stride()) {
                channels.add(dim);
                lanes *= dim.extent();
            } else {
                return Optional.empty();
            }
        }
        if (pixels != from.pixels()) {
            return Optional.empty();
        }
        MapLayout to = from.withChannels(lanes);
        // The channels in their order, without those between.
        Map<Dim, Integer> strides = new IdentityHashMap<>();
        int stride = 1;
        for (Dim dim : channels.stream().sorted(Comparator.comparingInt(Dim::stride)).toList()) {
            strides.put(dim, stride);
            stride *= dim.extent();
        }
        return Optional.of(new Shaped(to, view.axes().stream().map(axis -> axis.stream()
                .map(dim -> new Dim(dim.extent(),
                        dim.stride() % from.stride() == 0
                                ? dim.stride() / from.stride() * to.stride()
                                : strides.get(dim)))
                .toList()).toList()));
    }

    /** Digits of the same axis in several arrangements, cut so that all have the same extents; empty where they can't be. */
    static Optional<List<List<Dim>>> cutAlike(List<List<Dim>> arrangements) {
        List<List<Dim>> rest = arrangements.stream().<List<Dim>>map(ArrayList::new).toList();
        List<List<Dim>> result = arrangements.stream().<List<Dim>>map(a -> new ArrayList<>()).toList();
        while (rest.stream().anyMatch(r -> !r.isEmpty())) {
            rest.forEach(r -> {
                while (!r.isEmpty() && r.getLast().extent() == 1) {
                    r.removeLast();
                }
            });
            if (rest.stream().allMatch(List::isEmpty)) {
                break;
            }
            int least = rest.stream().mapToInt(r -> r.isEmpty() ? 1 : r.getLast().extent()).min().orElseThrow();
            for (int k = 0; k < rest.size(); k++) {
                List<Dim> digits = rest.get(k);
                if (digits.isEmpty() || digits.getLast().extent() % least != 0) {
                    return Optional.empty();
                }
                Dim dim = digits.removeLast();
                result.get(k).addFirst(new Dim(least, dim.stride()));
                if (dim.extent() > least) {
                    digits.add(new Dim(dim.extent() / least, dim.stride() * least));
                }
            }
        }
        return Optional.of(result);
    }
}
