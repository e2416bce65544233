package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which row of a table is taken, and what a table says of itself. */
class KernelTableTest {
    private static final MapLayout MAP = MapLayout.of(4, 4, 16);
    private static final GlobalAveragePool POOL = new GlobalAveragePool(MAP);
    private static final MaxRelative GATHER = MaxRelative.svga(MAP, 2);

    private static KernelRow<GlobalAveragePool, String> row(String id) {
        return KernelRow.of(GlobalAveragePool.class, id, (_, _, _) -> "made by " + id);
    }

    private static KernelTable<String> table(int registers, List<KernelRow<?, String>> rows) {
        return new KernelTable<>("test", new Machine("test", registers, Caches.get()), rows);
    }

    @Test
    void theFirstRowThatIsPreferredIsTaken() {
        KernelTable<String> table = table(16, List.of(row("a").preferredWhen("32 registers",
                (_, machine) -> machine.registers() >= 32), row("b"), row("c")));
        assertEquals("made by b", table.kernel(POOL, null, null));
        assertEquals(List.of("b", "a", "c"), names(table));
        assertEquals(List.of("a", "b", "c"), names(table(32, table.rows())));
    }

    @Test
    void whereNoneIsPreferredTheFirstThatSupportsIt() {
        KernelTable<String> table = table(16, List.of(row("a").supporting("many pixels", s -> s.in().pixels() > 99),
                row("b").preferredWhen("never", (_, _) -> false), row("c").preferredWhen("never", (_, _) -> false)));
        assertEquals(List.of("b", "c"), names(table));
        assertEquals("made by b", table.kernel(POOL, null, null));
    }

    private static List<String> names(KernelTable<String> table) {
        return table.candidates(POOL, null, null).stream().map(KernelCandidate::name).toList();
    }

    @Test
    void furtherRowsAreTriedFirst() {
        KernelTable<String> table = table(16, List.of(row("a"))).withRowsFirst(List.of(row("mine")));
        assertEquals(List.of("mine", "a"), names(table));
    }

    @Test
    void whatHasNoRowIsRefused() {
        String message = assertThrows(UnsupportedOperationException.class,
                () -> table(16, List.of(row("a"))).kernel(GATHER, null, null)).getMessage();
        assertEquals("there is no test kernel for " + GATHER, message);
        assertEquals("two rows of the test kernels are called a", assertThrows(IllegalArgumentException.class,
                () -> table(16, List.of(row("a"), row("a")))).getMessage());
    }

    @Test
    void conditionsAreJoinedAndPrinted() {
        KernelTable<String> table = table(16, List.of(row("long-id").supporting("odd", _ -> true)
                .preferredWhen("always", (_, _) -> true), row("b")));
        assertEquals("GlobalAveragePool  long-id  odd; preferred: always\nGlobalAveragePool  b", table.toString());
    }

    /** Ids name the type, the operation as its specs do, the tile where there is one, and the instruction set. */
    @Test
    void idsOfTheBuiltInRowsSayWhatTheyCompute() {
        for (KernelProvider provider : ActivationsTest.providers()) {
            for (KernelRow<?, Kernel> row : builtIn(provider)) {
                String operation = row.spec().getSimpleName().replace("Conv2d", "Conv-2d").replace("L1", "-L1-")
                        .replaceAll("(?<=[a-z])(?=[A-Z])", "-").replace("--", "-").toLowerCase(Locale.ROOT)
                        .replace("pointwise-conv", "pointwise").replace("depthwise-conv", "depthwise")
                        .replace("conv-2d", "conv2d");
                assertTrue(row.kernel()
                        .matches("f32-" + operation
                                + "(-any|-grouped|-spread|-winograd|-rows|-columns|-\\dx\\ds\\d)?(-\\dx\\d+)?-(scalar|"
                                + provider.name() + ")"),
                        row.kernel() + " for " + operation);
            }
        }
    }

    @Test
    void bothProvidersHaveTheSameOperations() {
        List<KernelProvider> providers = ActivationsTest.providers();
        for (KernelProvider provider : providers) {
            assertEquals(operations(providers.getFirst()), operations(provider));
        }
        assertEquals(40, operations(providers.getFirst()).size());
    }

    private static Set<Class<?>> operations(KernelProvider provider) {
        return builtIn(provider).stream().map(KernelRow::spec).collect(Collectors.toSet());
    }

    /** Without the rows that tests bring. */
    private static List<KernelRow<?, Kernel>> builtIn(KernelProvider provider) {
        return provider.table().rows().stream().filter(row -> row.spec().getPackage() == Spec.class.getPackage())
                .toList();
    }
}
