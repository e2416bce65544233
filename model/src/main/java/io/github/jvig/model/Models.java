package io.github.jvig.model;

import io.github.jvig.kernels.services.AddedServices;
import io.github.jvig.model.nets.Parameters;
import io.github.jvig.model.weights.StateDict;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The nets by name, those of JViG and those of every {@link ModelProvider}, and how to get one with its weights. */
public final class Models {
    /** Name of the net that is built in, weights and all. */
    public static final String DIGITS = "digits";

    private static final String PROVIDER = "model provider";
    private static final String DIGITS_WEIGHTS = "digits/digits_mobilevig.safetensors";

    private Models() {
    }

    /**
     * Every net that has a name.
     *
     * @return JViG's, then those of providers
     * @throws ServiceConfigurationError when a provider can't be loaded or fails, or two models have one name; it names who is at fault
     */
    public static List<ModelInfo> all() {
        List<ModelInfo> models = new ArrayList<>(new BuiltInModels().models());
        models.addAll(provided());
        return List.copyOf(models);
    }

    /** The nets of providers, which are asked each time. */
    private static List<ModelInfo> provided() {
        List<ModelInfo> models = new ArrayList<>();
        Map<String, ModelProvider> owners = new HashMap<>();
        ServiceLoader<ModelProvider> loader = ServiceLoader.load(ModelProvider.class, Models.class.getClassLoader());
        for (ModelProvider provider : AddedServices.all(loader, ModelProvider.class, PROVIDER)) {
            add(provider, models, owners);
        }
        return models;
    }

    private static void add(ModelProvider provider, List<ModelInfo> models, Map<String, ModelProvider> owners) {
        // A copy, since a list may hold null, or come later than its provider.
        List<ModelInfo> added = AddedServices.call(PROVIDER, provider.getClass(), () -> List.copyOf(provider.models()));
        for (ModelInfo info : added) {
            ModelProvider owner = owners.putIfAbsent(info.name(), provider);
            if (owner != null || BuiltInModels.has(info.name())) {
                throw new ServiceConfigurationError("two models have the name '" + info.name() + "', one of "
                        + (owner == null ? BuiltInModels.class.getName() : name(owner))
                        + " and one of " + name(provider) + "; rename one or take its provider off the class path");
            }
            models.add(info);
        }
    }

    private static String name(ModelProvider provider) {
        return provider.getClass().getName();
    }

    /**
     * The net of this name. A net whose published weights were evaluated in different ways is asked for with the tag of the weights, as in
     * {@code "mobilenetv3_large_100.miil_in21k_ft_in1k"}; without a tag it is evaluated as its first published weights were.
     *
     * @param name as {@link #all()} has it, or followed by a dot and the tag of one of its {@link ModelInfo#weights}
     * @return what the model is
     * @throws IllegalArgumentException  when there is none; it suggests the nearest name of {@link #all()}
     * @throws ServiceConfigurationError as {@link #all()}
     */
    public static ModelInfo info(String name) {
        List<ModelInfo> provided = provided();
        return find(provided, name).or(() -> tagged(provided, name)).orElseThrow(() -> {
            List<String> names = all().stream().map(ModelInfo::name).toList();
            return new IllegalArgumentException("there is no model '" + name + "'; did you mean '"
                    + Names.nearest(name, names) + "'?");
        });
    }

    private static Optional<ModelInfo> find(List<ModelInfo> provided, String name) {
        return BuiltInModels.find(name)
                .or(() -> provided.stream().filter(info -> info.name().equals(name)).findFirst());
    }

    /** A name and a tag, which may have dots, too. */
    private static Optional<ModelInfo> tagged(List<ModelInfo> provided, String name) {
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            String tag = name.substring(dot + 1);
            Optional<ModelInfo> tagged = find(provided, name.substring(0, dot)).flatMap(info -> info.forTag(tag));
            if (tagged.isPresent()) {
                return tagged;
            }
        }
        return Optional.empty();
    }

    /** {@return the built-in digits model, with its weights} */
    public static Model digits() {
        try (InputStream in = Models.class.getResourceAsStream(DIGITS_WEIGHTS)) {
            return load(DIGITS, Weights.ofSafetensors("the built-in weights", in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException("the built-in weights can't be read: " + e.getMessage(), e);
        }
    }

    /**
     * A net with the trained weights of an authors' checkpoint: {@code .pth}, {@code .pth.tar} or safetensors. Loading is strict: every
     * tensor has its place, its shape and finite values.
     *
     * @param name    as {@link #all()} has it
     * @param weights the file
     * @return the model, fitted to the file's number of classes
     * @throws WeightsException         that names the file and, where there is one, the tensor at fault
     * @throws IllegalArgumentException when there is no net of this name
     */
    public static Model load(String name, Path weights) throws WeightsException {
        return load(name, weights, StateDict.MODEL);
    }

    /**
     * A net from an ONNX file, trained anywhere. The file is read now; whether all its operators can be run shows when it is compiled, since
     * that depends on the sizes of its inputs. Its name is that of the file without {@code .onnx}. Labels and preprocessing are those of the
     * file's metadata where it has any (model/README.md lists the keys), else there are no labels, and images are preprocessed as for most
     * ImageNet nets.
     *
     * @param onnx the file
     * @return the model
     * @throws IOException                   that names the file and what is at fault in one line
     * @throws UnsupportedOperationException when the optional libraries that read ONNX files are missing; it names them
     */
    public static Model load(Path onnx) throws IOException {
        return OnnxGraphs.load(onnx);
    }

    /**
     * As {@link #load(String, Path)} with one of the state dicts of a checkpoint, such as the moving average of its weights.
     *
     * @param name    as {@link #all()} has it
     * @param weights the file
     * @param which   of its state dicts
     * @return the model, fitted to the file's number of classes
     * @throws WeightsException         when the checkpoint lacks that dict, or as above
     * @throws IllegalArgumentException when there is no net of this name
     */
    public static Model load(String name, Path weights, StateDict which) throws WeightsException {
        ModelInfo info = info(name);
        return of(info, Weights.load(weights, which));
    }

    /**
     * As {@link #load(String, Path)} with weights that were read before.
     *
     * @param name    as {@link #all()} has it
     * @param weights all tensors of a checkpoint
     * @return the model, fitted to the checkpoint's number of classes
     * @throws WeightsException         that names the tensor at fault
     * @throws IllegalArgumentException when there is no net of this name
     */
    public static Model load(String name, Weights weights) throws WeightsException {
        return of(info(name), weights);
    }

    /**
     * A net of any description with its weights; it needs no {@link ModelProvider}. A prefix that all names need to lose, such as the
     * {@code model.} of a wrapper, is dropped.
     *
     * @param info    names and describes the net
     * @param weights all tensors of a checkpoint
     * @return the model, fitted to the checkpoint's number of classes
     * @throws WeightsException that names the tensor at fault, or compares what the net needs with what the weights have
     */
    public static Model of(ModelInfo info, Weights weights) throws WeightsException {
        return WeightsFit.build(info, weights);
    }

    /**
     * A net with random weights, the same in every run: to look at its plan and to time it.
     *
     * @param name as {@link #all()} has it
     * @return the model; its logits mean nothing
     * @throws IllegalArgumentException when there is no net of this name
     */
    public static Model random(String name) {
        ModelInfo info = info(name);
        try {
            return new Model(info, info.net().build(Parameters.random(1)));
        } catch (WeightsException e) {
            throw new IllegalStateException("random weights are of any shape", e);
        }
    }
}
