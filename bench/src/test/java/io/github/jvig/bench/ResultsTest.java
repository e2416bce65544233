package io.github.jvig.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
    @TempDir
    Path folder;

    record Row(String name, int threads, long flop, double peakGflops) {}

    private static final List<Row> ROWS = List.of(new Row("a, \"b\"", 2, 1L << 40, 1234.56789),
            new Row("c", 1, 0, Double.NaN));

    @Test
    void csvHasAColumnForEachComponent() {
        assertEquals("""
                name,threads,flop,peak_gflops
                "a, ""b""\",2,1099511627776,1234.57
                c,1,0,
                """, Results.csv(ROWS));
    }

    @Test
    void jsonHasTheMachineAndTheRows() throws IOException {
        String json = Results.json(new BenchMachine("cpu", 2, "os", "25.0.1+8, VM", "vector512", "2026-01-02"), ROWS)
                .replaceAll("\\s", "");
        assertEquals("{\"machine\":{\"processor\":\"cpu\",\"cores\":2,\"system\":\"os\",\"java\":\"25.0.1+8,VM\","
                + "\"kernels\":\"vector512\",\"date\":\"2026-01-02\"},\"rows\":[{\"name\":\"a,\\\"b\\\"\",\"threads\":2,"
                + "\"flop\":1099511627776,\"peak_gflops\":1234.57},"
                + "{\"name\":\"c\",\"threads\":1,\"flop\":0,\"peak_gflops\":null}]}", json);
    }

    @Test
    void quantilesLieBetweenValues() {
        Quantiles q = new Quantiles(new double[]{4, 1, 3, 2});
        assertEquals(2.5, q.median());
        assertEquals(1.75, q.at(0.25));
        assertEquals(1, q.at(0));
        assertEquals(4, q.at(1));
        assertEquals(7, new Quantiles(new double[]{7}).at(0.75));
        assertThrows(IllegalArgumentException.class, () -> new Quantiles(new double[0]));
    }

    @Test
    void threadsDoubleUpToAllCores() {
        assertEquals(List.of(1), DefaultSuite.threads(1));
        assertEquals(List.of(1, 2), DefaultSuite.threads(2));
        assertEquals(List.of(1, 2, 4, 6), DefaultSuite.threads(6));
        assertEquals(List.of(1, 2, 4, 8), DefaultSuite.threads(8));
    }
}
