package io.github.jvig.model.onnx.lowering;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.kernels.MapLayout;
import io.github.jvig.model.graph.InputOp;
import io.github.jvig.model.graph.Node;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import io.github.jvig.model.tensor.Dim;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Views against tables of the buffer's elements, which are put in order element by element. */
class ViewTest {
    /** A tensor whose elements are places in a buffer, row-major. */
    private record Table(List<Integer> shape, int[] places) {
        int at(int[] index) {
            int at = 0;
            for (int i = 0; i < index.length; i++) {
                at = at * shape.get(i) + index[i];
            }
            return places[at];
        }

        /** A table of another shape, each of whose elements comes from a place of this. */
        Table from(List<Integer> newShape, java.util.function.UnaryOperator<int[]> source) {
            int[] result = new int[newShape.stream().reduce(1, (a, b) -> a * b)];
            for (int i = 0; i < result.length; i++) {
                int[] index = new int[newShape.size()];
                int rest = i;
                for (int k = index.length - 1; k >= 0; k--) {
                    index[k] = rest % newShape.get(k);
                    rest /= newShape.get(k);
                }
                result[i] = at(source.apply(index));
            }
            return new Table(newShape, result);
        }
    }

    private static int[] places(View view) {
        List<Integer> places = List.of(view.offset());
        for (Dim dim : view.dims()) {
            places = places.stream()
                    .flatMap(p -> IntStream.range(0, dim.extent()).mapToObj(i -> p + i * dim.stride())).toList();
        }
        return places.stream().mapToInt(i -> i).toArray();
    }

    private static void assertSame(String what, Table expected, View view) {
        assertEquals(expected.shape(), view.shape(), what);
        assertArrayEquals(expected.places(), places(view), what);
    }

    private final Random random = new Random(7);
    private int cut;
    private int refused;

    private int number(int from, int to) {
        return from + random.nextInt(to - from + 1);
    }

    private View start() {
        if (random.nextBoolean()) {
            MapLayout layout = MapLayout.of(number(1, 6), number(1, 6), number(1, 12));
            return View.map(new Node("x", new InputOp(layout.channels()), List.of()), layout);
        }
        List<Integer> shape = IntStream.range(0, number(1, 4)).mapToObj(i -> number(1, 8)).toList();
        int elements = shape.stream().reduce(1, (a, b) -> a * b);
        return View.tensor(Kind.FLOAT, new Node("x", new InputOp(elements), List.of()), shape);
    }

    /** Sizes whose product is that of others: their prime factors in order, put together in another way. */
    private List<Integer> regrouped(List<Integer> shape) {
        List<Integer> factors = new ArrayList<>();
        for (int size : shape) {
            int rest = size;
            for (int p = 2; rest > 1; p++) {
                while (rest % p == 0) {
                    factors.add(p);
                    rest /= p;
                }
            }
        }
        if (random.nextInt(4) == 0) {
            Collections.shuffle(factors, random);
        }
        List<Integer> sizes = new ArrayList<>(List.of(1));
        for (int factor : factors) {
            if (random.nextInt(3) == 0) {
                sizes.add(factor);
            } else {
                sizes.set(sizes.size() - 1, sizes.getLast() * factor);
            }
        }
        return sizes;
    }

    @Test
    void viewsAreTheElementsThatTheyAreSaidToBe() {
        for (int round = 0; round < 4000; round++) {
            View view = start();
            Table table = new Table(view.shape(), places(view));
            StringBuilder what = new StringBuilder("round " + round + ": " + view.shape());
            for (int i = number(1, 6); i > 0 && table.places().length < 3000; i--) {
                switch (random.nextInt(5)) {
                    case 0 -> {
                        List<Integer> order = new ArrayList<>(
                                IntStream.range(0, table.shape().size()).boxed().toList());
                        Collections.shuffle(order, random);
                        what.append(" transposed ").append(order);
                        Table before = table;
                        table = table.from(order.stream().map(before.shape()::get).toList(), index -> {
                            int[] source = new int[index.length];
                            for (int k = 0; k < index.length; k++) {
                                source[order.get(k)] = index[k];
                            }
                            return source;
                        });
                        view = view.transposed(order);
                    }
                    case 1 -> {
                        List<Integer> shape = regrouped(table.shape());
                        Optional<View> reshaped = view.reshaped(shape);
                        if (reshaped.isPresent()) {
                            what.append(" reshaped ").append(shape);
                            table = new Table(shape, table.places());
                            view = reshaped.get();
                        }
                    }
                    case 2 -> {
                        int axis = random.nextInt(table.shape().size());
                        int size = table.shape().get(axis);
                        int first = random.nextInt(size);
                        int step = number(-3, 3);
                        int most = step == 0 ? 3 : step > 0 ? (size - 1 - first) / step + 1 : first / -step + 1;
                        int count = random.nextBoolean() ? most : number(1, most);
                        Optional<View> sliced = view.sliced(axis, first, step, count);
                        if (sliced.isPresent()) {
                            what.append(" sliced ").append(List.of(axis, first, step, count));
                            List<Integer> shape = new ArrayList<>(table.shape());
                            shape.set(axis, count);
                            table = table.from(shape, index -> {
                                int[] source = index.clone();
                                source[axis] = first + step * index[axis];
                                return source;
                            });
                            view = sliced.get();
                            cut++;
                        } else {
                            refused++;
                        }
                    }
                    case 3 -> {
                        List<Integer> times = table.shape().stream().map(s -> number(1, 2)).toList();
                        what.append(" tiled ").append(times);
                        Table before = table;
                        table = table.from(
                                IntStream.range(0, times.size()).mapToObj(k -> before.shape().get(k) * times.get(k))
                                        .toList(),
                                index -> IntStream.range(0, index.length).map(k -> index[k] % before.shape().get(k))
                                        .toArray());
                        view = view.tiled(times);
                    }
                    default -> {
                        List<Integer> shape = new ArrayList<>(
                                table.shape().stream().map(s -> s == 1 ? Integer.valueOf(number(1, 3)) : s).toList());
                        int more = random.nextInt(2);
                        if (more == 1) {
                            shape.addFirst(2);
                        }
                        what.append(" broadcast ").append(shape);
                        Table before = table;
                        table = table.from(shape, index -> IntStream.range(0, index.length - more)
                                .map(k -> before.shape().get(k) == 1 ? 0 : index[k + more]).toArray());
                        view = view.broadcast(shape);
                    }
                }
                assertSame(what.toString(), table, view);
            }
        }
        assertTrue(cut > 10 * refused && refused > 10, cut + " slices, " + refused + " refused");
    }
}
