package io.github.jvig.model.weights;

import io.github.jvig.model.fuzz.FuzzFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checkpoint files for the fuzzer. */
public final class CheckpointFuzz {
    private static final String TENSORS = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"BF16\",\"shape\":[1,2],\"data_offsets\":[8,12]},\"c\":{\"dtype\":\"U16\",\"shape\":[2],\"data_offsets\":[12,16]}}";
    private static final String INDEX = "{\"metadata\":{\"total_size\":16},\"weight_map\":{\"a\":\"m-1.safetensors\",\"b\":\"m-1.safetensors\"}}";

    private CheckpointFuzz() {
    }

    /** One format for each container. */
    public static List<FuzzFormat> formats() {
        return List.of(new Format("pth", ".pth", List.of("objects.pth", "odd.pth", "negative.pth", "no_checksums.pth",
                "whole.pth", "script.pt")),
                new Format("pth-legacy", ".pth", List.of("negative_legacy.pth", "whole_legacy.pth")),
                new Format("safetensors", ".safetensors", List.of()),
                new Format("index", ShardIndex.SUFFIX, List.of()));
    }

    static byte[] safetensors() {
        byte[] header = TENSORS.getBytes(StandardCharsets.UTF_8);
        return new PickleBytes().little(header.length, 8).bytes(header).bytes(new byte[16]).toBytes();
    }

    private record Format(String name, String suffix, List<String> files) implements FuzzFormat {

        @Override
        public List<byte[]> seeds() throws IOException {
            List<byte[]> seeds = new ArrayList<>();
            for (String file : files) {
                seeds.add(Files.readAllBytes(TestFiles.checkpoint("kinds/" + file)));
            }
            if (files.isEmpty()) {
                seeds.add(suffix.equals(ShardIndex.SUFFIX) ? INDEX.getBytes(StandardCharsets.UTF_8) : safetensors());
            }
            return seeds;
        }

        @Override
        public boolean read(byte[] bytes) throws IOException {
            Path folder = Files.createTempDirectory("fuzz");
            Path file = folder.resolve("f" + suffix);
            Path shard = folder.resolve("m-1.safetensors");
            try {
                Files.write(file, bytes);
                Files.write(shard, safetensors());
                for (Weights.Tensor tensor : Weights.load(file).asMap().values()) {
                    Weights.checkFinite("", "", tensor.data());
                }
                return true;
            } catch (WeightsException e) {
                if (e.getMessage().chars().anyMatch(c -> c < ' ') || e.getMessage().length() > 2000) {
                    throw new IllegalStateException("not one line: " + e.getMessage(), e);
                }
                return false;
            } finally {
                Files.delete(file);
                Files.delete(shard);
                Files.delete(folder);
            }
        }
    }
}
