package io.github.jvig.model.onnx.file;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What names mean in one graph of a file: the model's own, a graph inside an operator, or the body of a function at one place where it is
 * called. All but the model's own names are made unique.
 */
final class Scope {
    private final Scope outer;
    private final boolean function;
    private final String prefix;
    private final Set<String> used;
    private final Map<String, String> names = new HashMap<>();
    /** Outputs of a function that a node of its body still has to compute. */
    private final Set<String> promised = new HashSet<>();
    private final Map<String, Integer> versions;
    private final Map<String, Object> arguments;

    private Scope(Scope outer, boolean function, String prefix, Set<String> used, Map<String, Integer> versions,
            Map<String, Object> arguments) {
        this.outer = outer;
        this.function = function;
        this.prefix = prefix;
        this.used = used;
        this.versions = versions;
        this.arguments = arguments;
    }

    static Scope model(Map<String, Integer> versions) {
        return new Scope(null, false, "", new HashSet<>(), versions, Map.of());
    }

    /** A graph inside an operator; it sees the names around it. */
    Scope inside(String operator) {
        return new Scope(this, false, operator + "/", used, versions, arguments);
    }

    /** A function's body; it sees nothing of the graph that calls it. */
    Scope called(String operator, Map<String, Integer> itsVersions, Map<String, Object> itsArguments) {
        Map<String, Integer> all = new HashMap<>(versions);
        all.putAll(itsVersions);
        return new Scope(this, true, operator + "/", used, all, itsArguments);
    }

    String prefix() {
        return prefix;
    }

    /** Version of a domain's operators; 1 where the file does not say it. */
    int version(String domain) {
        return versions.getOrDefault(domain, 1);
    }

    /** The values of a function's attributes. */
    Map<String, Object> arguments() {
        return arguments;
    }

    /** Makes a name of this graph; false when there is one already. */
    boolean define(String name) {
        if (promised.remove(name)) {
            return true;
        }
        return names.putIfAbsent(name, fresh(name)) == null;
    }

    /** Makes a name of this graph stand for a value of the graph around it. */
    void bind(String name, String value) {
        names.put(name, value);
    }

    /** Makes an output of a function stand for a value of the graph that calls it; a new value where the caller does not want it. */
    void promise(String name, String value) {
        names.put(name, value.isEmpty() ? fresh(name) : value);
        promised.add(name);
    }

    boolean knows(String name) {
        return names.containsKey(name);
    }

    /** What no node of a function's body has computed. */
    Set<String> promised() {
        return promised;
    }

    private String fresh(String name) {
        String unique = prefix + name;
        for (int i = 2; !used.add(unique) && outer != null; i++) {
            unique = prefix + name + ":" + i;
        }
        return unique;
    }

    /** The value that a name stands for; null when a function's body reads what it does not have. */
    String resolve(String name) {
        if (name.isEmpty()) {
            return name;
        }
        for (Scope scope = this; scope != null; scope = scope.outer) {
            String value = scope.names.get(name);
            if (value != null) {
                return value;
            }
            if (scope.function) {
                return null;
            }
        }
        return name;
    }

    /** All of a list. */
    List<String> resolve(List<String> values) {
        return values.stream().map(this::resolve).toList();
    }
}
