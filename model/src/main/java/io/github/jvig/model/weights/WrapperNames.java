package io.github.jvig.model.weights;

import java.util.Set;

/** What wrappers of modules put into the names of tensors. */
final class WrapperNames {
    /** Attributes in which {@code torch.compile}, FSDP and activation checkpointing keep the module that they wrap, at any depth. */
    private static final Set<String> WRAPPERS = Set.of("_orig_mod", "_fsdp_wrapped_module",
            "_checkpoint_wrapped_module",
            "_fpw_module", "_forward_module");
    /** The attribute of DataParallel and DistributedDataParallel, which wrap a net as a whole. */
    private static final String DATA_PARALLEL = "module";

    private static final Set<String> BOOKKEEPING = Set.of("num_batches_tracked", "total_ops", "total_params",
            "n_averaged", "attention_bias_idxs", "relative_position_index");

    private WrapperNames() {
    }

    /** A name without the wrappers' segments. */
    static String strip(String name) {
        if (name.indexOf("_", 0) < 0 && !name.startsWith(DATA_PARALLEL + ".")) {
            return name;
        }
        StringBuilder kept = new StringBuilder(name.length());
        String[] segments = name.split("\\.", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean last = i == segments.length - 1;
            if (!last && (WRAPPERS.contains(segments[i]) || kept.isEmpty() && segments[i].equals(DATA_PARALLEL))) {
                continue;
            }
            kept.append(segments[i]).append(last ? "" : ".");
        }
        return kept.toString();
    }

    /** Whether a tensor is a counter or a table of indexes that inference does not need, whatever the type in which it was saved. */
    static boolean isBookkeeping(String name) {
        return BOOKKEEPING.contains(name.substring(name.lastIndexOf('.') + 1));
    }
}
