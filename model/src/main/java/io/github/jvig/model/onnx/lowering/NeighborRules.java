package io.github.jvig.model.onnx.lowering;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.kernels.MaxRelative;
import io.github.jvig.model.graph.MaxRelativeOp;
import io.github.jvig.model.graph.Neighbors;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.tensor.Dim;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The max-relative feature beside its map, as MobileViG's authors have it (a maximum of differences with rolled maps, one after the other)
 * and as it is exported from here (a difference with the least or the greatest of the rolled maps). A roll is two slices of an axis that
 * have changed places, or a slice of the map laid twice in a row.
 */
final class NeighborRules {
    private NeighborRules() {
    }

    static void addTo(Map<String, Operators.Rule> rules) {
        MapRules.add(rules, "Concat", NeighborRules::concat);
    }

    /** Differences with rolled maps of which the maximum is taken; a shift of nothing for a zero. */
    private record Relative(Set<MaxRelative.Shift> shifts, boolean neighborFirst, boolean selfFirst) {}

    private static boolean concat(Lowering lowering, OnnxNode node) {
        if (node.inputs().size() != 2) {
            return false;
        }
        int axis = (int) node.integer("axis", 1);
        if (axis == 1) {
            return relative(lowering, node, node.inputs().get(0), node.inputs().get(1))
                    .map(view -> MapElementRules.put(lowering, node, Optional.of(view))).orElse(false);
        }
        // Side by side on an axis of their own: channels of both in turn.
        Terms terms = new Terms(lowering);
        Optional<OnnxNode> self = terms.by(node.inputs().get(0), "Unsqueeze");
        Optional<OnnxNode> most = terms.by(node.inputs().get(1), "Unsqueeze");
        if (axis != 2 || self.isEmpty() || most.isEmpty()
                || !(lowering.input(node, 0) instanceof View five) || five.axes().size() != 5
                || !five.axes().get(2).isEmpty()) {
            return false;
        }
        Optional<View> both = relative(lowering, node, self.get().inputs().getFirst(),
                most.get().inputs().getFirst());
        both.ifPresent(view -> {
            List<List<Dim>> axes = new ArrayList<>(view.axes());
            int channels = view.layout().channels() / 2;
            axes.set(1, List.of(new Dim(channels, 1)));
            axes.add(2, List.of(new Dim(2, channels)));
            lowering.put(node, view.withAxes(axes));
        });
        return both.isPresent();
    }

    /** The map and its feature, channels of one behind those of the other. */
    private static Optional<View> relative(Lowering lowering, OnnxNode node, String x, String feature) {
        if (!(lowering.value(x) instanceof View view) || !view.isWholeMap()) {
            return Optional.empty();
        }
        Optional<Relative> found = new Finder(lowering, x, view).relative(feature);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Set<MaxRelative.Shift> shifts = new HashSet<>(found.get().shifts);
        boolean withZero = shifts.remove(new MaxRelative.Shift(0, 0));
        if (!withZero || shifts.isEmpty()) {
            return Optional.empty();
        }
        MapLayout layout = view.layout();
        int most = Math.max(layout.height(), layout.width());
        for (Neighbors neighbors : Neighbors.values()) {
            for (int k = 1; k < most; k++) {
                MaxRelativeOp op = new MaxRelativeOp(neighbors, k);
                MaxRelative spec = op.spec(List.of(layout));
                boolean selfFirst = spec.difference() == MaxRelative.Difference.SELF_MINUS_NEIGHBOR;
                if (shifts.equals(Set.copyOf(spec.shifts()))
                        && (selfFirst ? !found.get().neighborFirst : !found.get().selfFirst)) {
                    return Optional.of(lowering.map(node.name(), op, List.of(view.node())));
                }
            }
        }
        return Optional.empty();
    }

    private record Finder(Lowering lowering, String x, View map) {
        private Optional<OnnxNode> by(String name, String type) {
            return new Terms(lowering).by(name, type);
        }

        /** A maximum of differences, or one difference. */
        Optional<Relative> relative(String name) {
            Set<MaxRelative.Shift> shifts = new HashSet<>();
            boolean neighborFirst = false;
            boolean selfFirst = false;
            List<String> open = new ArrayList<>(List.of(name));
            while (!open.isEmpty()) {
                String at = open.removeLast();
                Optional<OnnxNode> max = by(at, "Max");
                if (max.isPresent()) {
                    open.addAll(max.get().inputs());
                    continue;
                }
                Optional<OnnxNode> difference = by(at, "Sub");
                if (difference.isEmpty()) {
                    return Optional.empty();
                }
                String a = difference.get().inputs().get(0);
                String b = difference.get().inputs().get(1);
                Optional<Set<MaxRelative.Shift>> rolls = a.equals(x)
                        ? all(b, "Min")
                        : b.equals(x) ? all(a, "Max") : Optional.empty();
                if (rolls.isEmpty()) {
                    return Optional.empty();
                }
                if (!a.equals(b)) {
                    selfFirst |= a.equals(x);
                    neighborFirst |= b.equals(x);
                }
                shifts.addAll(rolls.get());
            }
            return selfFirst && neighborFirst
                    ? Optional.empty()
                    : Optional.of(new Relative(shifts, neighborFirst, selfFirst));
        }

        /** The shifts of maps among which the least or the greatest is taken. */
        private Optional<Set<MaxRelative.Shift>> all(String name, String type) {
            Set<MaxRelative.Shift> shifts = new HashSet<>();
            List<String> open = new ArrayList<>(List.of(name));
            while (!open.isEmpty()) {
                String at = open.removeLast();
                Optional<OnnxNode> most = by(at, type);
                if (most.isPresent()) {
                    open.addAll(most.get().inputs());
                    continue;
                }
                Optional<MaxRelative.Shift> shift = roll(at);
                if (shift.isEmpty()) {
                    return Optional.empty();
                }
                shifts.add(shift.get());
            }
            return Optional.of(shifts);
        }

        private Optional<MaxRelative.Shift> roll(String name) {
            if (name.equals(x)) {
                return Optional.of(new MaxRelative.Shift(0, 0));
            }
            Optional<OnnxNode> slice = by(name, "Slice");
            if (slice.isPresent()) {
                return ofTwice(slice.get());
            }
            return by(name, "Concat").filter(n -> n.inputs().size() == 2).flatMap(this::ofSlices);
        }

        /** The last rows or columns, then the others. */
        private Optional<MaxRelative.Shift> ofSlices(OnnxNode concat) {
            int axis = (int) concat.integer("axis", 0);
            int side = axis < 0 ? axis + 4 : axis;
            if (side < 2 || side > 3 || !(lowering.value(concat.inputs().get(0)) instanceof View last)
                    || !(lowering.value(concat.inputs().get(1)) instanceof View others)
                    || last.node() != map.node() || others.node() != map.node() || last.shape().size() != 4) {
                return Optional.empty();
            }
            int size = map.shape().get(side);
            int by = last.shape().get(side);
            Optional<View> first = map.sliced(side, size - by, 1, by);
            Optional<View> second = map.sliced(side, 0, 1, size - by);
            return first.equals(Optional.of(last)) && second.equals(Optional.of(others))
                    ? Optional.of(shift(side, by))
                    : Optional.empty();
        }

        private static MaxRelative.Shift shift(int side, int by) {
            return side == 2 ? new MaxRelative.Shift(by, 0) : new MaxRelative.Shift(0, by);
        }

        /** A slice of the map, or of a rolled one, twice in a row. */
        private Optional<MaxRelative.Shift> ofTwice(OnnxNode slice) {
            Optional<OnnxNode> twice = by(slice.inputs().getFirst(), "Concat").filter(
                    n -> n.inputs().size() == 2 && n.inputs().get(0).equals(n.inputs().get(1)));
            if (twice.isEmpty() || !(lowering.value(twice.get().outputs().getFirst()) instanceof View all)
                    || !(lowering.value(slice.outputs().getFirst()) instanceof View part)) {
                return Optional.empty();
            }
            int axis = (int) twice.get().integer("axis", 0);
            int side = axis < 0 ? axis + 4 : axis;
            Optional<MaxRelative.Shift> before = roll(twice.get().inputs().getFirst());
            if (before.isEmpty() || side < 2 || side > 3) {
                return Optional.empty();
            }
            int size = map.shape().get(side);
            for (int from = 0; from <= size; from++) {
                if (all.sliced(side, from, 1, size).equals(Optional.of(part))) {
                    int by = (size - from) % size;
                    return Optional.of(side == 2
                            ? new MaxRelative.Shift((before.get().dy() + by) % size, before.get().dx())
                            : new MaxRelative.Shift(before.get().dy(), (before.get().dx() + by) % size));
                }
            }
            return Optional.empty();
        }
    }
}
