package io.github.jvig.model;

import io.github.jvig.model.cpu.KernelStore;
import io.github.jvig.model.graph.Graph;
import io.github.jvig.model.nets.Net;
import io.github.jvig.model.nets.Parameters;
import io.github.jvig.model.onnx.OnnxLibraries;
import io.github.jvig.model.onnx.file.OnnxException;
import io.github.jvig.model.onnx.file.OnnxModel;
import io.github.jvig.model.onnx.file.OnnxNode;
import io.github.jvig.model.onnx.file.OnnxReader;
import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.lowering.Derived;
import io.github.jvig.model.onnx.lowering.ImportedGraph;
import io.github.jvig.model.onnx.lowering.Importer;
import io.github.jvig.model.weights.Weights;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** The graphs of an ONNX file: one for each size, since the shapes of all its tensors may depend on it. */
final class OnnxGraphs implements GraphSource {
    /** Height and width where neither the file nor its metadata tells one. */
    private static final int USUAL_SIZE = 224;
    private static final String ENDING = ".onnx";

    private final OnnxModel file;
    private final int height;
    private final int width;
    private WeakReference<Derived> derived = new WeakReference<>(null);
    private WeakReference<KernelStore> kernels = new WeakReference<>(null);

    private OnnxGraphs(OnnxModel file, int height, int width) {
        this.file = file;
        this.height = height;
        this.width = width;
    }

    /** Reads a file. What it computes is looked at later, when sizes are known. */
    static Model load(Path path) throws IOException {
        try {
            return model(OnnxReader.read(path), path.getFileName().toString());
        } catch (NoClassDefFoundError e) {
            throw OnnxLibraries.missing(path + ": ONNX files can't be read", "import", e);
        }
    }

    private static Model model(OnnxModel file, String fileName) {
        OnnxMetadata metadata = new OnnxMetadata(file.metadata());
        int height = fixed(file, 0, metadata.height().orElse(USUAL_SIZE));
        int width = fixed(file, 1, metadata.width().orElse(USUAL_SIZE));
        OnnxGraphs graphs = new OnnxGraphs(file, height, width);
        String name = fileName.endsWith(ENDING) && fileName.length() > ENDING.length()
                ? fileName.substring(0, fileName.length() - ENDING.length())
                : fileName;
        ModelInfo.Builder info = ModelInfo.builder(name, new FileNet(file.source(), graphs::classes),
                metadata.preprocessing(Math.max(height, width), isDetector(file)));
        metadata.labels(file.source()).ifPresent(labels -> info.labels(() -> labels));
        return new Model(info.build(), graphs);
    }

    /** Whether the first output is a list of boxes and not logits or a map. */
    private static boolean isDetector(OnnxModel file) {
        List<OnnxModel.Dimension> dims = file.outputs().getFirst().dims();
        if (dims == null) {
            return false;
        }
        if (dims.size() != 2) {
            return dims.size() == 3;
        }
        // Boxes that the net has selected itself: torchvision's, or rows of seven numbers of which there are more than images.
        List<OnnxModel.Dimension> image = file.inputs().isEmpty() ? null : file.inputs().getFirst().dims();
        return file.outputs().size() >= 3 && dims.get(1).size() == 4
                || file.outputs().size() == 1 && dims.get(1).size() == 7 && dims.getFirst().isFree() && image != null
                        && !image.isEmpty() && !image.getFirst().isFree();
    }

    /** The rows (0) or columns (1) that the file fixes for its first input, if that is an image. */
    private static int fixed(OnnxModel file, int side, int otherwise) {
        return file.inputs().stream().findFirst().map(OnnxModel.Port::dims).filter(dims -> dims.size() == 4)
                .map(dims -> dims.get(rowAxis(file) + side).size()).filter(size -> size > 0).orElse(otherwise);
    }

    /**
     * What stands for the net in the description of an ONNX model: it knows the number of classes, and nothing can be built of it, since the
     * layers are in the file.
     */
    private static final class FileNet implements Net {
        private final String source;
        private final IntSupplier computed;
        private volatile int classes;

        FileNet(String source, IntSupplier computed) {
            this.source = source;
            this.computed = computed;
        }

        @Override
        public int classes() {
            if (classes == 0) {
                classes = computed.getAsInt();
            }
            return classes;
        }

        @Override
        public Net configuredFor(Weights weights) {
            throw new UnsupportedOperationException(source + " holds its own weights; it takes no others");
        }

        @Override
        public Graph build(Parameters parameters) {
            throw new UnsupportedOperationException(source + " holds its own weights; it takes no others");
        }
    }

    /** The classes as the file declares them, else as they are at its own size. */
    private int classes() {
        List<OnnxModel.Dimension> dims = file.outputs().getFirst().dims();
        int axis = dims == null ? 0 : Math.min(1, dims.size() - 1);
        if (dims != null && axis >= 0 && dims.get(axis).size() > 0) {
            return dims.get(axis).size();
        }
        return classes(at(SessionOptions.defaults()).outputs());
    }

    @Override
    public int classes(List<TensorInfo> outputs) {
        List<Integer> shape = outputs.getFirst().shape();
        // 1 also where the size is not known before it runs.
        return shape.isEmpty() ? 1 : Math.max(1, shape.get(Math.min(1, shape.size() - 1)));
    }

    @Override
    public ModelInfo compiled(ModelInfo info, int classes) {
        return info.with(new FileNet(file.source(), () -> classes));
    }

    @Override
    public Sized at(SessionOptions options) {
        if (options.features()) {
            throw new IllegalArgumentException(file.source()
                    + " marks no feature maps; what it gives beside its first output are its other outputs");
        }
        try {
            List<List<Integer>> shapes = Importer.shapes(file, options.inputs(), options.height().orElse(height),
                    options.width().orElse(width));
            checkSize(options, shapes);
            ImportedGraph imported = Importer.at(file, shapes, derived());
            return new Sized(imported.graph(), imported.height(), imported.width(), infos(imported.inputs()),
                    imported.rest().isEmpty() ? infos(imported.outputs()) : declared(imported.outputs()),
                    imported.rest().map(rest -> new Rest(rest, kernels())));
        } catch (OnnxException e) {
            throw new UnsupportedOperationException(e.getMessage(), e);
        }
    }

    /** What the sessions of this file share of what they keep for each other's runs; it goes with the last of them. */
    private synchronized Derived derived() {
        Derived there = derived.get();
        if (there == null) {
            there = new Derived(2 * file.weights());
            derived = new WeakReference<>(there);
        }
        return there;
    }

    private synchronized KernelStore kernels() {
        KernelStore there = kernels.get();
        if (there == null) {
            there = new KernelStore(2 * file.weights());
            kernels = new WeakReference<>(there);
        }
        return there;
    }

    /** A size that was asked for must not differ from one that the file fixes. */
    private void checkSize(SessionOptions options, List<List<Integer>> shapes) {
        List<Integer> image = shapes.isEmpty() ? List.of() : shapes.getFirst();
        if (options.height().isEmpty() || image.size() != 4) {
            return;
        }
        List<Integer> size = List.of(options.height().getAsInt(), options.width().orElse(0));
        int first = rowAxis(file);
        if (!image.subList(first, first + 2).equals(size)) {
            throw new IllegalArgumentException("the input " + file.inputs().getFirst().name() + " of " + file.source()
                    + " is " + image + "; it can't be run at " + size.get(0) + "x" + size.get(1));
        }
    }

    /** The axis of the rows of an image: 2, or 1 where the channels are last. */
    private static int rowAxis(OnnxModel file) {
        List<OnnxModel.Dimension> dims = file.inputs().getFirst().dims();
        return dims != null && dims.size() == 4 && isChannels(dims.get(3)) && !isChannels(dims.get(1)) ? 1 : 2;
    }

    private static boolean isChannels(OnnxModel.Dimension dim) {
        return dim.size() >= 1 && dim.size() <= 4;
    }

    private static List<TensorInfo> infos(List<ImportedGraph.Port> ports) {
        return ports.stream().map(port -> new TensorInfo(port.name(), kind(port.kind()), port.shape())).toList();
    }

    /** The model's outputs, some of which have sizes that depend on what is computed. */
    private List<TensorInfo> declared(List<ImportedGraph.Port> known) {
        List<TensorInfo> outputs = new ArrayList<>();
        for (OnnxModel.Port port : file.outputs()) {
            known.stream().filter(other -> other.name().equals(port.name())).findFirst().ifPresentOrElse(
                    sized -> outputs.addAll(infos(List.of(sized))), () -> outputs.add(new TensorInfo(port.name(),
                            kind(port.kind() == null ? OnnxTensor.Kind.FLOAT : port.kind()),
                            port.dims() == null
                                    ? List.of(TensorInfo.VARIABLE)
                                    : port.dims().stream().map(d -> d.size() < 1 ? TensorInfo.VARIABLE : d.size())
                                            .toList())));
        }
        return outputs;
    }

    private static TensorInfo.Kind kind(OnnxTensor.Kind kind) {
        return switch (kind) {
            case FLOAT -> TensorInfo.Kind.FLOAT;
            case INTEGER -> TensorInfo.Kind.INTEGER;
            case BOOLEAN -> TensorInfo.Kind.BOOLEAN;
        };
    }

    @Override
    public List<String> inputNames() {
        return file.inputs().stream().map(OnnxModel.Port::name).toList();
    }

    @Override
    public List<Integer> strides() {
        return List.of();
    }

    /** Whether what computes the first output is a softmax, perhaps reshaped. */
    @Override
    public boolean givesProbabilities() {
        String name = file.outputs().getFirst().name();
        for (OnnxNode node : file.nodes().reversed()) {
            if (node.outputs().contains(name)) {
                if (node.type().equals("Softmax")) {
                    return true;
                }
                if (!PASSING.contains(node.type()) || node.inputs().isEmpty()) {
                    return false;
                }
                name = node.inputs().getFirst();
            }
        }
        return false;
    }

    private static final List<String> PASSING = List.of("Identity", "Flatten", "Reshape", "Squeeze", "Cast");
}
