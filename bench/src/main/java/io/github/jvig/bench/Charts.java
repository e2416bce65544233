package io.github.jvig.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.HorizontalBarChart;
import org.knowm.xchart.HorizontalBarChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws results as PNG charts. Each names the machine and the date. */
final class Charts {
    private static final int WIDTH = 1200;
    private static final int HEIGHT = 700;
    private static final int FOOTER = 28;
    private static final BasicStroke LINE = new BasicStroke(2.5f);
    private static final BasicStroke DASHED = new BasicStroke(2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f,
            new float[]{8, 6}, 0);
    private static final Color GREY = new Color(0x90, 0x90, 0x90);
    /** The palette of Okabe and Ito, which color-blind readers can distinguish. */
    private static final List<Color> COLORS = List.of(new Color(0x0072B2), new Color(0xE69F00), new Color(0x009E73),
            new Color(0xCC79A7), new Color(0x56B4E9), new Color(0xD55E00));

    private final Path folder;
    private final BenchMachine machine;

    /** Draws into an existing folder. */
    Charts(Path folder, BenchMachine machine) {
        this.folder = folder;
        this.machine = machine;
    }

    /** Milliseconds per image for each net at one size, one bar for each runtime and number of threads. */
    void latency(List<Comparison.Row> rows) throws IOException {
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT)
                .title("Latency of one image at each net's native size, JViG and ONNX Runtime")
                .yAxisTitle("milliseconds")
                .build();
        style(chart, chart.getStyler());
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNW);
        chart.getStyler().setAvailableSpaceFill(0.85).setLabelsVisible(true).setLabelsPosition(1.05)
                .setLabelsFont(font(12)).setLabelsFontColorAutomaticEnabled(false).setLabelsFontColor(Color.BLACK);
        chart.getStyler().setYAxisDecimalPattern("0.#").setXAxisLabelRotation(12);
        List<String> nets = rows.stream().map(Comparison.Row::model).distinct().toList();
        int color = 0;
        for (int threads : rows.stream().map(Comparison.Row::threads).distinct().sorted().toList()) {
            List<Double> jvig = new ArrayList<>();
            List<Double> ort = new ArrayList<>();
            for (String net : nets) {
                Comparison.Row row = rows.stream().filter(r -> r.model().equals(net) && r.threads() == threads)
                        .findFirst().orElseThrow();
                jvig.add(tenth(row.jvigMs()));
                ort.add(tenth(row.ortMs()));
            }
            Color base = COLORS.get(color++ % COLORS.size());
            chart.addSeries("JViG, " + threads(threads), nets, jvig).setFillColor(base);
            chart.addSeries("ONNX Runtime, " + threads(threads), nets, ort).setFillColor(lighter(base));
        }
        save(chart, "latency");
    }

    /** GFLOP/s over arithmetic intensity for layers with hot caches, and the rooflines of one thread. */
    void roofline(List<LayerRow> layers, List<Probes.Row> probes) throws IOException {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT)
                .title("Layers of " + layers.getFirst().net() + " under the roofline, one thread, hot caches")
                .xAxisTitle("FLOP per byte moved").yAxisTitle("GFLOP/s").build();
        style(chart, chart.getStyler());
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        double peak = figure(probes, r -> r.probe().equals("fma"));
        double left = 0.25;
        double right = 200;
        chart.getStyler().setXAxisMin(left).setXAxisMax(right);
        int shade = 0x30;
        for (String where : List.of("L1", "L2", "L3", "memory")) {
            double bandwidth = figure(probes, r -> r.probe().equals("read") && r.where().equals(where));
            if (Double.isNaN(bandwidth)) {
                continue;
            }
            double ridge = Math.clamp(peak / bandwidth, left, right);
            XYSeries roof = chart.addSeries(format("%s, %.0f GB/s", where, bandwidth), new double[]{left, ridge},
                    new double[]{left * bandwidth, ridge * bandwidth});
            roof.setMarker(SeriesMarkers.NONE).setLineStyle(DASHED).setLineColor(new Color(shade, shade, shade));
            shade += 0x30;
        }
        XYSeries top = chart.addSeries(format("FMA peak, %.0f GFLOP/s", peak), new double[]{left, right},
                new double[]{peak, peak});
        top.setMarker(SeriesMarkers.NONE).setLineStyle(LINE).setLineColor(Color.BLACK);
        Map<String, List<LayerRow>> kinds = new LinkedHashMap<>();
        layers.stream().filter(l -> l.cache().equals("hot"))
                .forEach(l -> kinds.computeIfAbsent(l.kind(), _ -> new ArrayList<>()).add(l));
        int color = 0;
        for (Map.Entry<String, List<LayerRow>> kind : kinds.entrySet()) {
            XYSeries dots = chart.addSeries(kind.getKey(), kind.getValue().stream().map(LayerRow::intensity).toList(),
                    kind.getValue().stream().map(LayerRow::gflops).toList());
            dots.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter).setMarker(SeriesMarkers.CIRCLE)
                    .setMarkerColor(COLORS.get(color++));
        }
        chart.getStyler().setMarkerSize(11);
        save(chart, "roofline");
    }

    /** Share of the FMA peak in percent for each layer in the net's order, with hot and cold caches. */
    void layers(List<LayerRow> layers) throws IOException {
        List<String> names = layers.stream().filter(l -> l.cache().equals("hot")).map(LayerRow::operation).toList();
        HorizontalBarChart chart = new HorizontalBarChartBuilder().width(WIDTH).height(120 + 42 * names.size())
                .title("Share of the FMA peak by layer, " + layers.getFirst().net() + ", one thread")
                .xAxisTitle("percent of the FMA peak measured in the same run").build();
        style(chart, chart.getStyler());
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        chart.getStyler().setAvailableSpaceFill(0.8).setLabelsVisible(false);
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(100.0).setXAxisDecimalPattern("0");
        // A label for every layer: XChart omits labels that are closer than the hint for the x axis, even on the y axis.
        chart.getStyler().setXAxisTickMarkSpacingHint(35);
        for (String cache : List.of("hot", "cold")) {
            List<Double> shares = layers.stream().filter(l -> l.cache().equals(cache))
                    .map(l -> tenth(100 * l.peakShare())).toList();
            chart.addSeries(cache + " caches", shares, names)
                    .setFillColor(cache.equals("hot") ? COLORS.get(1) : COLORS.get(0));
        }
        save(chart, "layers");
    }

    /** Speed-up over one thread by number of threads, for both runtimes and each net. */
    void threads(List<Comparison.Row> rows) throws IOException {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT)
                .title("Speed-up by number of threads, one image").xAxisTitle("threads")
                .yAxisTitle("speed-up over one thread").build();
        style(chart, chart.getStyler());
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        chart.getStyler().setXAxisDecimalPattern("0").setYAxisDecimalPattern("0.0");
        double maxThreads = rows.stream().mapToInt(Comparison.Row::threads).max().orElseThrow();
        chart.getStyler().setXAxisMin(1.0).setXAxisMax(maxThreads).setYAxisMin(0.0).setYAxisMax(maxThreads);
        chart.getStyler().setXAxisTickLabelsFormattingFunction(x -> x == Math.rint(x) ? format("%.0f", x) : "");
        line(chart, "linear", Map.of(1.0, 1.0, maxThreads, maxThreads), GREY, DASHED);
        int color = 0;
        for (String net : rows.stream().map(Comparison.Row::model).distinct().toList()) {
            Map<Double, Double> jvig = new TreeMap<>();
            Map<Double, Double> ort = new TreeMap<>();
            Comparison.Row one = rows.stream().filter(r -> r.model().equals(net) && r.threads() == 1).findFirst()
                    .orElseThrow();
            rows.stream().filter(r -> r.model().equals(net)).forEach(r -> {
                jvig.put((double) r.threads(), one.jvigMs() / r.jvigMs());
                ort.put((double) r.threads(), one.ortMs() / r.ortMs());
            });
            Color base = COLORS.get(color++ % COLORS.size());
            line(chart, "JViG, " + net, jvig, base, LINE);
            line(chart, "ONNX Runtime, " + net, ort, base, DASHED);
        }
        save(chart, "threads");
    }

    /** Milliseconds over the side length of a square input, for both runtimes. */
    void sizes(List<Comparison.Row> rows) throws IOException {
        Comparison.Row any = rows.getFirst();
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT)
                .title("Latency by input size, " + any.model() + ", " + threads(any.threads()))
                .xAxisTitle("height and width of the input, pixels").yAxisTitle("milliseconds").build();
        style(chart, chart.getStyler());
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNW);
        chart.getStyler().setXAxisDecimalPattern("0").setYAxisDecimalPattern("0.#").setYAxisMin(0.0);
        Map<Double, Double> jvig = new TreeMap<>();
        Map<Double, Double> ort = new TreeMap<>();
        rows.forEach(r -> jvig.put((double) r.height(), r.jvigMs()));
        rows.forEach(r -> ort.put((double) r.height(), r.ortMs()));
        line(chart, "JViG", jvig, COLORS.get(0), LINE).setMarker(SeriesMarkers.CIRCLE).setMarkerColor(COLORS.get(0));
        line(chart, "ONNX Runtime", ort, COLORS.get(1), LINE).setMarker(SeriesMarkers.DIAMOND)
                .setMarkerColor(COLORS.get(1));
        save(chart, "sizes");
    }

    private static XYSeries line(XYChart chart, String name, Map<Double, Double> points, Color color,
            BasicStroke stroke) {
        Map<Double, Double> ordered = new TreeMap<>(points);
        XYSeries series = chart.addSeries(name, List.copyOf(ordered.keySet()), List.copyOf(ordered.values()));
        series.setMarker(SeriesMarkers.NONE).setLineColor(color).setLineStyle(stroke);
        return series;
    }

    /** The figure for one thread, NaN if there is none. */
    private static double figure(List<Probes.Row> probes, Predicate<Probes.Row> which) {
        return probes.stream().filter(r -> r.threads() == 1).filter(which).mapToDouble(Probes.Row::figure).findFirst()
                .orElse(Double.NaN);
    }

    private static String threads(int n) {
        return n == 1 ? "1 thread" : n + " threads";
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    private static double tenth(double value) {
        return Math.round(10 * value) / 10.0;
    }

    private static Color lighter(Color c) {
        return new Color((c.getRed() + 255) / 2, (c.getGreen() + 255) / 2, (c.getBlue() + 255) / 2);
    }

    private static Font font(int size) {
        return new Font(Font.SANS_SERIF, Font.PLAIN, size);
    }

    private static void style(Chart<?, ?> chart, AxesChartStyler styler) {
        styler.setChartBackgroundColor(Color.WHITE).setPlotBorderVisible(false).setChartTitleBoxVisible(false)
                .setChartTitleFont(font(15)).setLegendFont(font(13)).setLegendBorderColor(Color.WHITE)
                .setLocale(Locale.ROOT);
        styler.setAxisTitleFont(font(14)).setAxisTickLabelsFont(font(12));
    }

    /** Writes the chart, with a footer that names the machine. */
    private void save(Chart<?, ?> chart, String name) throws IOException {
        BufferedImage body = BitmapEncoder.getBufferedImage(chart);
        BufferedImage image = new BufferedImage(body.getWidth(), body.getHeight() + FOOTER,
                BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.drawImage(body, 0, 0, null);
        graphics.setColor(Color.DARK_GRAY);
        graphics.setFont(font(13));
        graphics.drawString(machine.line(), FOOTER / 2, image.getHeight() - FOOTER / 2);
        graphics.dispose();
        ImageIO.write(image, "png", folder.resolve(name + ".png").toFile());
    }
}
