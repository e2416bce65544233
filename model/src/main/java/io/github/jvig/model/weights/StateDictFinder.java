package io.github.jvig.model.weights;

import io.github.jvig.model.text.MessageText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Finds the dict of tensors that is meant in what a checkpoint holds, and says what is there when there is none. */
final class StateDictFinder {
    private static final int MAX_DEPTH = 16;
    private static final int SHOWN = 8;
    /** A longer list is data. */
    private static final int MAX_ITEMS = 16;
    /** A dict with less than this part of the largest one's tensors holds something beside the weights. */
    private static final int FEW = 4;

    private final String source;
    private final PickleDict top;
    /** Dicts that were looked at; one that is named again is not looked at again. */
    private final Set<PickleDict> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    /**
     * A dict of tensors.
     *
     * @param tensors {@link TensorRef} and {@link OddTensor} by name
     * @param path    its keys joined by dots; empty for the top
     * @param others  the keys of other dicts that hold tensors, which were not taken
     */
    record Found(Map<String, Object> tensors, String path, List<String> others) {}

    private record Candidate(String path, PickleDict dict) {}

    StateDictFinder(String source, PickleDict top) {
        this.source = source;
        this.top = top;
    }

    /** A dict, or an object that was filled like one; null for all else. */
    static PickleDict dict(Object value) {
        return value instanceof PickleDict dict ? dict : value instanceof IgnoredObject o ? o.entries() : null;
    }

    /** As {@link #dict}; a list or a tuple with dicts among its first items is taken for a dict whose keys are 0, 1 and so on. */
    static PickleDict top(Object root) {
        List<?> items = root instanceof Object[] tuple
                ? Arrays.asList(tuple)
                : root instanceof List<?> list ? list : null;
        if (items == null) {
            return dict(root);
        }
        PickleDict numbered = new PickleDict();
        boolean found = false;
        for (int i = 0; i < Math.min(items.size(), MAX_ITEMS); i++) {
            numbered.put(Integer.toString(i), items.get(i));
            found |= dict(items.get(i)) != null;
        }
        return found ? numbered : null;
    }

    Found find(StateDict which) throws WeightsException {
        if (which.path() != null) {
            return named(which.path());
        }
        List<Candidate> candidates = new ArrayList<>();
        collect("", top, 0, candidates);
        boolean ema = which.equals(StateDict.EMA);
        Candidate best = null;
        for (String key : which.keys()) {
            for (Candidate candidate : candidates) {
                if (best == null && (candidate.path.equals(key) || candidate.path.startsWith(key + "."))) {
                    best = candidate;
                }
            }
        }
        if (best == null && !ema) {
            best = topOrFirst(candidates);
        } else if (best == null) {
            best = candidates.stream().filter(c -> isAverage(c.path)).findFirst().orElse(null);
        }
        if (ema && best == null) {
            return averageByPrefix(candidates);
        }
        if (best == null) {
            if (top.hasUnnamed()) {
                throw new WeightsException(source + ": has a tensor under " + PickleKind.of(top.unnamedKey())
                        + " where its name should be");
            }
            throw nothing("holds no state dict", candidates);
        }
        Candidate taken = best;
        List<String> others = candidates.stream()
                .filter(c -> c != taken && !c.path.isEmpty() && isAverage(c.path) == ema
                        && !c.path.startsWith("callbacks."))
                .map(Candidate::path).toList();
        return new Found(tensors(best, !ema), best.path, others);
    }

    /** The top where it has most of the tensors; else the first that is no average, else an average. */
    private Candidate topOrFirst(List<Candidate> candidates) {
        int most = candidates.stream().filter(c -> c.dict != top).mapToInt(c -> c.dict.tensors()).max().orElse(0);
        if (top.tensors() > 0 && top.tensors() >= most) {
            return new Candidate("", top);
        }
        // A history of losses is no net: the first that has a good part of the tensors.
        return candidates.stream()
                .filter(c -> c.dict != top && !isAverage(c.path) && c.dict.tensors() >= most / FEW).findFirst()
                .or(() -> candidates.stream().filter(c -> c.dict != top).findFirst()).orElse(null);
    }

    private void collect(String path, PickleDict dict, int depth, List<Candidate> into) {
        if (!seen.add(dict)) {
            return;
        }
        if (dict.tensors() > 0) {
            into.add(new Candidate(path, dict));
        }
        if (depth == MAX_DEPTH) {
            return;
        }
        for (Map.Entry<String, Object> entry : dict.entries().entrySet()) {
            PickleDict inner = dict(entry.getValue());
            if (inner != null && !isBeside(entry.getKey())) {
                collect(path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), inner, depth + 1, into);
            }
        }
    }

    /** Whether a key is that of training state with tensors of its own. */
    private static boolean isBeside(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        return lower.contains("optim") || lower.contains("momentum") || lower.contains("exp_avg")
                || lower.equals("grad") || lower.startsWith("grads") || lower.startsWith("gradient")
                || lower.contains("sched") || lower.contains("scaler") || lower.contains("rng")
                || lower.equals("loops");
    }

    /** Whether one of the keys of a path names an average: {@code ema}, {@code swa} or {@code averaged} is a word of it. */
    static boolean isAverage(String path) {
        for (String word : path.toLowerCase(Locale.ROOT).split("[^a-z0-9]+")) {
            if (word.equals("ema") || word.equals("swa") || word.startsWith("averag") || word.equals("emacallback")
                    || word.equals("avg")) {
                return true;
            }
        }
        return false;
    }

    /** The tensors of a dict; of those of a model whose average lies in the same dict, under a prefix, without the average. */
    private Map<String, Object> tensors(Candidate candidate, boolean withoutAverage) throws WeightsException {
        if (candidate.dict.hasUnnamed()) {
            throw new WeightsException(source + ": has a tensor under " + PickleKind.of(candidate.dict.unnamedKey())
                    + " where its name should be");
        }
        Map<String, Object> all = new LinkedHashMap<>();
        Map<String, Object> plain = new LinkedHashMap<>();
        candidate.dict.entries().forEach((name, value) -> {
            if (value instanceof TensorRef || value instanceof OddTensor) {
                all.put(name, value);
                if (StateDict.EMA.keys().stream().noneMatch(key -> name.startsWith(key + "."))) {
                    plain.put(name, value);
                }
            }
        });
        return withoutAverage && !plain.isEmpty() ? plain : all;
    }

    /** An average that lies among the other tensors, under a prefix. */
    private Found averageByPrefix(List<Candidate> candidates) throws WeightsException {
        for (String key : StateDict.EMA.keys()) {
            for (Candidate candidate : candidates) {
                Map<String, Object> tensors = underPrefix(candidate.dict, key);
                if (!tensors.isEmpty()) {
                    return new Found(tensors, candidate.path.isEmpty() ? key : candidate.path + "." + key, List.of());
                }
            }
        }
        throw nothing("holds no moving average under " + String.join(", ", StateDict.EMA.keys().subList(0, 5)),
                candidates);
    }

    private static Map<String, Object> underPrefix(PickleDict dict, String prefix) {
        Map<String, Object> tensors = new LinkedHashMap<>();
        dict.entries().forEach((name, value) -> {
            if ((value instanceof TensorRef || value instanceof OddTensor) && name.startsWith(prefix + ".")) {
                tensors.put(name.substring(prefix.length() + 1), value);
            }
        });
        return tensors;
    }

    private Found named(String path) throws WeightsException {
        PickleDict dict = top;
        String rest = path;
        while (!rest.isEmpty()) {
            String key = rest;
            PickleDict inner = dict(dict.get(key));
            while (inner == null && key.contains(".")) {
                key = key.substring(0, key.lastIndexOf('.'));
                inner = dict(dict.get(key));
            }
            if (inner == null) {
                Map<String, Object> tensors = underPrefix(dict, rest.endsWith(".")
                        ? rest.substring(0, rest.length() - 1)
                        : rest);
                if (!tensors.isEmpty()) {
                    return new Found(tensors, path, List.of());
                }
                List<Candidate> candidates = new ArrayList<>();
                collect("", top, 0, candidates);
                // A prefix of the names in a dict that was not named with it.
                for (Candidate candidate : candidates) {
                    tensors = underPrefix(candidate.dict, path);
                    if (!tensors.isEmpty()) {
                        return new Found(tensors, path, List.of());
                    }
                }
                throw nothing("holds no state dict under " + MessageText.quote(path), candidates);
            }
            dict = inner;
            rest = rest.length() == key.length() ? "" : rest.substring(key.length() + 1);
        }
        if (dict.tensors() == 0) {
            List<Candidate> candidates = new ArrayList<>();
            collect("", top, 0, candidates);
            throw nothing("holds no tensors under " + MessageText.quote(path), candidates);
        }
        return new Found(tensors(new Candidate(path, dict), false), path, List.of());
    }

    private WeightsException nothing(String what, List<Candidate> candidates) {
        StringBuilder text = new StringBuilder(source).append(": ").append(what);
        Map.Entry<String, Object> module = top.entries().entrySet().stream()
                .filter(e -> e.getValue() instanceof IgnoredObject object && object.isModule()).findFirst()
                .orElse(null);
        List<Candidate> named = candidates.stream().filter(c -> !c.path.isEmpty()).toList();
        if (module != null) {
            String key = MessageText.quote(module.getKey());
            text.append("; ").append(key).append(" is ").append(PickleKind.of(module.getValue()))
                    .append(", not its state dict; in Python, if you trust the file: torch.save(torch.load(f, weights_only=False)[")
                    .append(key).append("].state_dict(), g)");
        } else if (!named.isEmpty()) {
            text.append("; it has tensors under ").append(String.join(", ",
                    named.stream().limit(SHOWN).map(c -> MessageText.quote(c.path)).toList()))
                    .append("; name one as the state dict");
        } else {
            text.append("; ").append(top.tensors() > 0 ? "it has tensors at its top" : "it has ".concat(keys()));
            if (top.hasArrays() || top.entries().values().stream()
                    .anyMatch(value -> value instanceof PickleDict inner && inner.hasArrays())) {
                text.append("; NumPy arrays are not read, save tensors made of them by torch.from_numpy()");
            }
        }
        return new WeightsException(text.toString());
    }

    private String keys() {
        if (top.size() == 0) {
            return top.others() > 0
                    ? "only keys that are not text (" + top.others() + "); save the dict of tensors that is meant"
                    : "no keys";
        }
        return String.join(", ", top.entries().entrySet().stream().limit(SHOWN)
                .map(e -> MessageText.quote(e.getKey()) + " (" + PickleKind.of(e.getValue()) + ")").toList())
                + (top.size() > SHOWN ? " and " + (top.size() - SHOWN) + " more" : "");
    }
}
