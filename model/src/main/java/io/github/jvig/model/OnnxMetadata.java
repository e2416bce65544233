package io.github.jvig.model;

import io.github.jvig.model.image.Interpolation;
import io.github.jvig.model.text.Literal;
import io.github.jvig.model.vision.Labels;
import io.github.jvig.model.vision.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What an ONNX file says about images and classes. Keys of the file's metadata, each as JSON or as a Python literal; what can't be read is
 * passed over, since the net runs without it:
 * <ul>
 * <li>class names: {@code names} (Ultralytics: {@code {0: 'person', ...}}), {@code labels}, {@code classes}, {@code class_names},
 * {@code label_names}: a dict by number, a list, or a name a line;
 * <li>the size of the input where the file leaves it free: {@code imgsz} ({@code [640, 640]} or {@code 640}), {@code input_size}
 * ({@code [3, 224, 224]});
 * <li>normalization: {@code mean} and {@code std}, three numbers or one, for values of 0 to 1; {@code crop_pct}; {@code interpolation},
 * {@code bilinear} or {@code bicubic};
 * <li>{@code pretrained_cfg}: timm's dict with any of these keys; keys of the file itself come first;
 * <li>{@code task} with {@code imgsz} or {@code stride}: a file of Ultralytics.
 * </ul>
 * For files of Ultralytics and for detectors, whose first output has three axes, values are 0 to 1, nothing is cut off, and images are
 * resized bilinearly, unless the keys say something else.
 * Else images are preprocessed as most ImageNet nets are: bicubic, a crop of 0.875, ImageNet's mean and deviation.
 */
final class OnnxMetadata {
    private static final double CROP = 0.875;

    private final Map<String, String> texts;
    private final Map<?, ?> config;

    OnnxMetadata(Map<String, String> texts) {
        this.texts = texts;
        this.config = Literal.parse(texts.getOrDefault("pretrained_cfg", "")).filter(v -> v instanceof Map)
                .map(v -> (Map<?, ?>) v).orElse(Map.of());
    }

    /** A value of the file, or of timm's dict. */
    private Optional<Object> value(String key) {
        String text = texts.get(key);
        Object value = text == null ? config.get(key) : Literal.parse(text).orElse(text);
        return Optional.ofNullable(value).filter(v -> v != Literal.NONE);
    }

    private List<Double> numbers(String key) {
        Object value = value(key).orElse(List.of());
        List<?> list = value instanceof List<?> l ? l : List.of(value);
        return list.stream().allMatch(v -> v instanceof Double d && Double.isFinite(d))
                ? list.stream().map(v -> (Double) v).toList()
                : List.of();
    }

    private boolean isUltralytics() {
        return texts.containsKey("task") && (texts.containsKey("imgsz") || texts.containsKey("stride"));
    }

    /** The height that the net was trained for. */
    OptionalInt height() {
        return side(2);
    }

    /** The width that the net was trained for. */
    OptionalInt width() {
        return side(1);
    }

    /** @param fromEnd 1 for the last number of a list */
    private OptionalInt side(int fromEnd) {
        return Stream.of("imgsz", "input_size").map(this::numbers).filter(n -> !n.isEmpty())
                .mapToInt(n -> n.get(Math.max(0, n.size() - fromEnd)).intValue()).filter(n -> n > 0).findFirst();
    }

    private Optional<Preprocessing.Rgb> channels(String key) {
        List<Double> n = numbers(key);
        return switch (n.size()) {
            case 1 -> Optional.of(Preprocessing.Rgb.of(n.getFirst().floatValue()));
            case 3 -> Optional.of(new Preprocessing.Rgb(n.get(0).floatValue(), n.get(1).floatValue(),
                    n.get(2).floatValue()));
            default -> Optional.empty();
        };
    }

    private static boolean isDeviation(Preprocessing.Rgb rgb) {
        return Math.min(rgb.red(), Math.min(rgb.green(), rgb.blue())) > 0;
    }

    /**
     * @param size     height and width of the input, in pixels
     * @param detector whether the net lists boxes
     */
    Preprocessing preprocessing(int size, boolean detector) {
        boolean plain = detector || isUltralytics();
        Preprocessing usual = Preprocessing.imagenet(size, plain ? 1 : CROP,
                plain ? Interpolation.BILINEAR : Interpolation.BICUBIC);
        List<Double> crop = numbers("crop_pct");
        double fraction = crop.size() == 1 && crop.getFirst() > 0 && crop.getFirst() <= 1
                ? crop.getFirst()
                : usual.cropFraction();
        Interpolation interpolation = value("interpolation").flatMap(OnnxMetadata::interpolation)
                .orElse(usual.interpolation());
        return new Preprocessing(size, fraction, interpolation,
                channels("mean").orElse(plain ? Preprocessing.Rgb.of(0) : usual.mean()),
                channels("std").filter(OnnxMetadata::isDeviation)
                        .orElse(plain ? Preprocessing.Rgb.of(1) : usual.std()),
                Preprocessing.Colors.RGB);
    }

    private static Optional<Interpolation> interpolation(Object name) {
        return Stream.of(Interpolation.values()).filter(i -> i.name().equalsIgnoreCase(name.toString())).findFirst();
    }

    /** The names of the classes. */
    Optional<Labels> labels(String source) {
        return Stream.of("names", "labels", "classes", "class_names", "label_names").map(this::names)
                .filter(names -> !names.isEmpty()).findFirst()
                .map(names -> Labels.of("the class names in " + source, names));
    }

    private List<String> names(String key) {
        Object value = value(key).orElse(List.of());
        List<?> list = switch (value) {
            case List<?> l -> l;
            case Map<?, ?> map -> inOrder(map);
            case String text -> text.strip().lines().toList();
            default -> List.of();
        };
        List<String> names = new ArrayList<>();
        for (Object name : list) {
            if (!(name instanceof String text) || text.isBlank()
                    || text.chars().anyMatch(Character::isISOControl)) {
                return List.of();
            }
            names.add(text.strip());
        }
        return names;
    }

    /** The values for the keys 0, 1, 2 and so on, as numbers or as text; none where there are other keys. */
    private static List<Object> inOrder(Map<?, ?> map) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < map.size(); i++) {
            Object value = map.get((double) i);
            value = value == null ? map.get(Integer.toString(i)) : value;
            if (value == null) {
                return List.of();
            }
            values.add(value);
        }
        return values;
    }
}
