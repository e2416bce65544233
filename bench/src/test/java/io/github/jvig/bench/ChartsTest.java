package io.github.jvig.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that each chart is drawn, not how it looks. */
class ChartsTest {
    @TempDir
    Path folder;

    private static Comparison.Row row(String model, int side, int threads, double jvigMs, double ortMs) {
        return new Comparison.Row(model, side, side, 1, threads, 5, jvigMs, ortMs, ortMs / jvigMs, 1, 2, 1, 1, 1, 1, 1,
                1, 0);
    }

    @Test
    void everyChartIsDrawn() throws Exception {
        System.setProperty("java.awt.headless", "true");
        Charts charts = new Charts(folder, new BenchMachine("a processor", 2, "os", "25", "vector512", "2026-01-02"));
        List<Comparison.Row> rows = List.of(row("a", 224, 1, 10, 15), row("a", 224, 2, 5, 8), row("b", 224, 1, 20, 35),
                row("b", 224, 2, 10, 18));
        List<LayerRow> layers = new ArrayList<>();
        for (BenchLayer layer : LayerList.read("mobilevig_ti")) {
            if (layer.flops() > 0) {
                layers.add(LayerRow.of("mobilevig_ti", layer, "hot", 1e8 / layer.flops(), 0, 200));
                layers.add(LayerRow.of("mobilevig_ti", layer, "cold", 8e7 / layer.flops(), 0, 200));
            }
        }
        charts.latency(rows);
        charts.threads(rows);
        charts.sizes(List.of(row("a", 128, 1, 4, 6), row("a", 224, 1, 10, 15)));
        charts.layers(layers);
        charts.roofline(layers, List.of(new Probes.Row("fma", "registers", 0, 1, 200, "GFLOP/s"),
                new Probes.Row("read", "L2", 1, 1, 150, "GB/s"), new Probes.Row("read", "memory", 1, 1, 30, "GB/s")));
        for (String name : List.of("latency", "threads", "sizes", "layers", "roofline")) {
            BufferedImage image = ImageIO.read(folder.resolve(name + ".png").toFile());
            assertEquals(1200, image.getWidth(), name);
            int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
            Set<Integer> colors = Arrays.stream(pixels).boxed().collect(Collectors.toSet());
            assertTrue(colors.contains(0xFF0072B2), name + " has no series");
        }
    }

    @Test
    void aLayersRatesFitItsWork() throws Exception {
        BenchLayer layer = LayerList.read("mobilevig_ti").getFirst();
        LayerRow row = LayerRow.of("mobilevig_ti", layer, "hot", 4, 1, 200);
        assertEquals(250, row.micros());
        assertEquals(0.25, row.error());
        assertEquals(layer.flops() * 4000 / 1e9, row.gflops(), 1e-9);
        assertEquals(layer.bytes() * 4000 / 1e9, row.gbytes(), 1e-9);
        assertEquals(row.gflops() / 200, row.peakShare(), 1e-12);
        assertEquals("conv2d", row.kind());
    }
}
