package io.github.jvig.model.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.github.jvig.model.text.MessageText;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A checkpoint in several files: the index that names the file of each tensor, or a folder of the files. */
final class ShardIndex {
    static final String SUFFIX = ".index.json";
    /** The script that DeepSpeed puts beside the parts of a checkpoint. */
    private static final String DEEP_SPEED = "zero_to_fp32.py";
    /** What a part of a checkpoint of DeepSpeed is called; it has no whole tensors. */
    private static final Pattern DEEP_SPEED_PART = Pattern
            .compile(".*(_optim_states|zero_pp_rank_.*_model_states)\\.pt");
    private static final String DEEP_SPEED_ADVICE = " of a checkpoint of DeepSpeed; its script " + DEEP_SPEED
            + ", in the folder above, makes one of them that can be read";
    private static final String DISTRIBUTED = "a distributed checkpoint; in Python:"
            + " torch.distributed.checkpoint.format_utils.dcp_to_torch_save(folder, g)";
    private static final Pattern CHECKPOINT = Pattern.compile(".*\\.(pth|pt|bin|ckpt|tar|safetensors)");
    private static final int SHOWN = 3;
    private static final Pattern SHARD = Pattern.compile("(.{0,200}-)(\\d{5})(-of-(\\d{5})\\.(?:safetensors|bin))");
    private static final int MAX_BYTES = 16 << 20;
    private static final int MAX_SHARDS = 1024;
    private static final JsonFactory JSON = JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES).disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(20).maxNumberLength(100)
                    .maxNameLength(4096).maxStringLength(1 << 16).build())
            .build();

    private ShardIndex() {
    }

    /**
     * What a file that is one of several says about itself, for messages.
     *
     * @return an empty text when its name is not that of a shard
     */
    static String remark(String name) {
        Matcher shard = SHARD.matcher(name);
        return shard.matches()
                ? "the file is one of the " + Integer.parseInt(shard.group(4))
                        + " of a sharded checkpoint; give its index (" + SUFFIX + ") or its folder"
                : "";
    }

    /**
     * Refuses a file that is a part of a checkpoint, whatever is in it.
     *
     * @throws WeightsException that says what makes a whole of the parts
     */
    static void requireWhole(String source) throws WeightsException {
        if (source.endsWith(".distcp")) {
            throw new WeightsException(source + ": is a part of " + DISTRIBUTED);
        }
        if (DEEP_SPEED_PART.matcher(source).matches()) {
            throw new WeightsException(source + ": is a part" + DEEP_SPEED_ADVICE);
        }
    }

    private static String shown(List<String> names) {
        names.sort(null);
        return String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
                + (names.size() > SHOWN ? " and others" : "");
    }

    /** Reads the shards that a folder holds: by its index if there is one, else all that belong together by name. */
    static Weights loadFolder(Path folder, StateDict which) throws IOException {
        String source = MessageText.plain(folder.toString());
        List<Path> indexes = new ArrayList<>();
        List<Path> shards = new ArrayList<>();
        List<Path> single = new ArrayList<>();
        List<Path> pickled = new ArrayList<>();
        List<String> others = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(SUFFIX)) {
                    indexes.add(file);
                } else if (SHARD.matcher(name).matches()) {
                    shards.add(file);
                } else if (name.equals("model.safetensors")) {
                    single.add(file);
                } else if (name.equals("pytorch_model.bin")) {
                    pickled.add(file);
                } else if (name.endsWith(".distcp")) {
                    throw new WeightsException(source + ": is " + DISTRIBUTED);
                } else if (DEEP_SPEED_PART.matcher(name).matches()) {
                    throw new WeightsException(source + ": has parts" + DEEP_SPEED_ADVICE);
                } else if (CHECKPOINT.matcher(name).matches() && others.size() <= SHOWN) {
                    others.add(MessageText.quote(name));
                }
                if (shards.size() > MAX_SHARDS || indexes.size() > MAX_SHARDS) {
                    throw new WeightsException(source + ": has more than " + MAX_SHARDS + " shards");
                }
            }
        }
        if (indexes.size() > 1) {
            // The same weights as safetensors and as pickles: the plain format is preferred.
            List<Path> plain = indexes.stream().filter(f -> f.toString().endsWith(".safetensors" + SUFFIX)).toList();
            indexes = plain.size() == 1 ? plain : indexes;
        }
        if (indexes.size() == 1) {
            return load(indexes.getFirst(), which);
        }
        single.addAll(pickled);
        if (indexes.isEmpty() && shards.isEmpty() && !single.isEmpty()) {
            return Weights.load(single.getFirst(), which);
        }
        if (indexes.isEmpty() && shards.isEmpty() && Files.exists(folder.resolve(DEEP_SPEED))) {
            throw new WeightsException(
                    source + ": is a checkpoint of DeepSpeed; its script makes one of it that can be read: python "
                            + DEEP_SPEED + " . OUTPUT");
        }
        if (!indexes.isEmpty() || shards.isEmpty()) {
            throw new WeightsException(source + (indexes.isEmpty()
                    ? ": is a folder without shards of a checkpoint (model-00001-of-0000N.safetensors) or an index of them"
                            + (others.isEmpty() ? "" : "; give one of its files: " + shown(others))
                    : ": is a folder with " + indexes.size() + " indexes of shards; give one of them"));
        }
        shards.sort(null);
        Matcher first = SHARD.matcher(shards.getFirst().getFileName().toString());
        if (!first.matches() || Integer.parseInt(first.group(4)) > MAX_SHARDS) {
            throw new WeightsException(source + ": has more than " + MAX_SHARDS + " shards");
        }
        List<Path> expected = new ArrayList<>();
        for (int i = 1; i <= Integer.parseInt(first.group(4)); i++) {
            expected.add(folder.resolve(first.group(1) + "%05d".formatted(i) + first.group(3)));
        }
        if (!new LinkedHashSet<>(expected).containsAll(shards)) {
            throw new WeightsException(source + ": holds shards of more than one checkpoint; give the index of one");
        }
        return merge(source, expected, null, which);
    }

    /** Reads the shards that an index names, which lie in its folder. */
    static Weights load(Path index, StateDict which) throws IOException {
        String source = source(index);
        Map<String, String> map = read(source, index);
        return merge(source, shards(source, index, map), map, which);
    }

    /** The shards that an index names. */
    static List<Path> shards(Path index) throws IOException {
        String source = source(index);
        return shards(source, index, read(source, index));
    }

    private static String source(Path index) throws WeightsException {
        String source = MessageText.plain(String.valueOf(index.getFileName()));
        if (!Files.isRegularFile(index)) {
            throw new WeightsException(source + ": is not a file");
        }
        return source;
    }

    private static List<Path> shards(String source, Path index, Map<String, String> map) throws WeightsException {
        Set<String> names = new LinkedHashSet<>(map.values());
        if (names.size() > MAX_SHARDS) {
            throw new WeightsException(source + ": names " + names.size() + " shards; at most " + MAX_SHARDS
                    + " are read");
        }
        List<Path> shards = new ArrayList<>();
        for (String name : names) {
            if (name.isEmpty() || name.startsWith(".")
                    || name.chars().anyMatch(c -> c == '/' || c == '\\' || c < ' ')) {
                throw new WeightsException(source + ": names the shard " + MessageText.quote(name)
                        + ", which is not the name of a file in its folder");
            }
            shards.add(index.resolveSibling(name));
        }
        return shards;
    }

    private static Weights merge(String source, List<Path> shards, Map<String, String> map, StateDict which)
            throws IOException {
        for (Path shard : shards) {
            if (!Files.isRegularFile(shard)) {
                throw new WeightsException(source + ": the shard "
                        + MessageText.quote(String.valueOf(shard.getFileName())) + " is missing; there are "
                        + shards.size() + " and all are needed");
            }
        }
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        Map<String, String> unread = new LinkedHashMap<>();
        Map<String, String> where = new LinkedHashMap<>();
        for (Path shard : shards) {
            Weights part = Weights.loadFile(shard, which);
            String name = String.valueOf(shard.getFileName());
            for (String tensor : part.names()) {
                if (where.put(tensor, name) != null) {
                    throw new WeightsException(source + ": tensor " + MessageText.quote(tensor)
                            + " is in two of its shards");
                }
            }
            tensors.putAll(part.asMap());
            unread.putAll(part.unread());
        }
        if (map != null) {
            for (Map.Entry<String, String> entry : map.entrySet()) {
                String name = WrapperNames.strip(entry.getKey());
                if (!entry.getValue().equals(where.get(name)) && which == StateDict.MODEL && !unread.containsKey(name)
                        && !WrapperNames.isBookkeeping(name)) {
                    throw new WeightsException(source + ": tensor " + MessageText.quote(entry.getKey())
                            + " is not in the shard " + MessageText.quote(entry.getValue()));
                }
            }
        }
        return new Weights(source, tensors, unread, "");
    }

    private static Map<String, String> read(String source, Path index) throws IOException {
        if (Files.size(index) > MAX_BYTES) {
            throw new WeightsException(source + ": is an index of " + Files.size(index) + " bytes; at most " + MAX_BYTES
                    + " are read");
        }
        Map<String, String> map = new LinkedHashMap<>();
        boolean found = false;
        try (JsonParser json = JSON.createParser(Files.readAllBytes(index))) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String field = json.currentName();
                    JsonToken value = json.nextToken();
                    if (field.equals("weight_map") && value == JsonToken.START_OBJECT) {
                        found = true;
                        while (json.nextToken() == JsonToken.FIELD_NAME) {
                            String name = json.currentName();
                            if (json.nextToken() != JsonToken.VALUE_STRING) {
                                throw new WeightsException(source + ": its index has no file's name for tensor "
                                        + MessageText.quote(name));
                            }
                            map.put(name, json.getText());
                        }
                    } else {
                        json.skipChildren();
                    }
                }
                if (json.nextToken() != null) {
                    throw new WeightsException(source + ": has more than one value");
                }
            }
        } catch (WeightsException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new WeightsException(source + ": is not valid JSON: "
                    + MessageText.plain(String.valueOf(e.getMessage()).lines().findFirst().orElse("")), e);
        }
        if (!found || map.isEmpty()) {
            throw new WeightsException(source + ": is a JSON text without a weight_map, so no index of shards");
        }
        return map;
    }
}
