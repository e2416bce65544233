package io.github.jvig.model.vision;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The names of a net's classes, in the order of its logits. Immutable. */
public final class Labels {
    private static final String IMAGENET_1K = "imagenet1k.tsv";
    /** A WordNet synset, a tab, its lemmas. */
    private static final Pattern SYNSET_LINE = Pattern.compile("(n\\d{8})\t(.+)");
    /** Class names as other tools keep them: {@code {"0": "cat"}} or {@code ["cat"]}. */
    private static final Pattern JSON = Pattern.compile("\\s*(\\{\\s*\".*}|\\[\\s*\".*])\\s*", Pattern.DOTALL);
    /** Far more than any label file needs. */
    private static final int MAX_BYTES = 1 << 24;

    private final String source;
    private final List<Entry> entries;

    private record Entry(String name, String synset) {}

    private Labels(String source, List<Entry> entries) {
        this.source = source;
        this.entries = List.copyOf(entries);
    }

    /**
     * The 1,000 classes of ImageNet-1K, named by the first lemma of their WordNet synset; where two classes share it, by all lemmas.
     *
     * @return the labels in the usual order of logits
     */
    public static Labels imagenet1k() {
        try (InputStream in = Labels.class.getResourceAsStream(IMAGENET_1K)) {
            return parse("ImageNet-1K", in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(IMAGENET_1K + " can't be read", e);
        }
    }

    /**
     * The ten digits.
     *
     * @return "0" to "9"
     */
    public static Labels digits() {
        return new Labels("digits",
                IntStream.range(0, 10).mapToObj(i -> new Entry(Integer.toString(i), null)).toList());
    }

    /**
     * "class 0", "class 1" and so on, for nets whose classes have no names.
     *
     * @param classes how many, at least 1
     * @return the labels
     * @throws IllegalArgumentException when {@code classes} is below 1
     */
    public static Labels numbered(int classes) {
        if (classes < 1) {
            throw new IllegalArgumentException(classes + " classes can't be numbered");
        }
        return new Labels("numbered classes",
                IntStream.range(0, classes).mapToObj(i -> new Entry("class " + i, null)).toList());
    }

    /**
     * Names that a program has.
     *
     * @param source where they come from, for messages
     * @param names  in the order of the logits, at least one, none of them blank
     * @return the labels
     * @throws IllegalArgumentException when there is no name, or one is blank
     */
    public static Labels of(String source, List<String> names) {
        if (names.isEmpty() || names.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(source + ": a net has a class or more, and each has a name");
        }
        return new Labels(source, names.stream().map(name -> new Entry(name, null)).toList());
    }

    /**
     * Names from a UTF-8 file of one label a line, either as it stands or as WordNet synset, tab, lemmas ({@code n01440764<TAB>tench, Tinca
     * tinca}); every line in the form of the first. The last line may end with a line break.
     *
     * @param file of at most 16 MiB
     * @return the labels, in the order of the lines
     * @throws LabelsException when the file is missing, too large, empty, not UTF-8, or a line is blank or of the other form
     */
    public static Labels read(Path file) throws LabelsException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // A pipe would block for ever.
            throw new LabelsException(file + ": not a regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new LabelsException(file + ": a label file has at most " + MAX_BYTES + " bytes");
            }
            return parse(file.toString(), bytes);
        } catch (LabelsException e) {
            throw e;
        } catch (NoSuchFileException e) {
            throw new LabelsException(file + ": no such file", e);
        } catch (AccessDeniedException e) {
            throw new LabelsException(file + ": permission denied", e);
        } catch (IOException e) {
            throw new LabelsException(file + ": can't be read: " + e.getMessage(), e);
        }
    }

    private static Labels parse(String source, byte[] bytes) throws LabelsException {
        String text = decode(source, bytes).replaceFirst("^\ufeff", "");
        if (JSON.matcher(text).matches()) {
            throw new LabelsException(source + ": is JSON; a label file has the name of a class in each line");
        }
        // A line break at the end ends the last line, it begins none.
        String[] lines = text.replaceFirst("\\R$", "").split("\\R", -1);
        boolean synsets = SYNSET_LINE.matcher(lines[0]).matches();
        List<Entry> entries = new ArrayList<>(lines.length);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            Matcher synset = SYNSET_LINE.matcher(line);
            if (line.isEmpty()) {
                throw bad(source, i, "is blank");
            }
            if (synset.matches() != synsets) {
                throw bad(source, i,
                        synsets
                                ? "is not a synset, a tab and lemmas, as the first line is"
                                : "has a synset, which the first line lacks");
            }
            if (!synsets && line.chars().anyMatch(Character::isISOControl)) {
                throw bad(source, i, "holds a control character");
            }
            entries.add(synsets ? new Entry(synset.group(2), synset.group(1)) : new Entry(line, null));
        }
        return new Labels(source, synsets ? shortened(entries) : entries);
    }

    private static String decode(String source, byte[] bytes) throws LabelsException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(in).toString();
        } catch (CharacterCodingException e) {
            int line = 0;
            for (int i = 0; i < in.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            throw bad(source, line, "is not UTF-8");
        }
    }

    /** First lemmas, but all of them where the first alone would name two classes. */
    private static List<Entry> shortened(List<Entry> entries) {
        Map<String, Integer> uses = new HashMap<>();
        for (Entry entry : entries) {
            uses.merge(firstLemma(entry), 1, Integer::sum);
        }
        return entries.stream()
                .map(entry -> uses.get(firstLemma(entry)) > 1 ? entry : new Entry(firstLemma(entry), entry.synset))
                .toList();
    }

    private static String firstLemma(Entry entry) {
        int comma = entry.name.indexOf(", ");
        return comma < 0 ? entry.name : entry.name.substring(0, comma);
    }

    private static LabelsException bad(String source, int index, String what) {
        return new LabelsException(source + ": line " + (index + 1) + " " + what);
    }

    /**
     * The number of classes.
     *
     * @return at least 1
     */
    public int size() {
        return entries.size();
    }

    /**
     * The name of a class.
     *
     * @param index of the logit
     * @return the name
     * @throws IndexOutOfBoundsException when there is no such class
     */
    public String name(int index) {
        return entries.get(index).name;
    }

    /**
     * The WordNet synset of a class.
     *
     * @param index of the logit
     * @return such as {@code n01440764}; empty where it is not known
     * @throws IndexOutOfBoundsException when there is no such class
     */
    public Optional<String> synset(int index) {
        return Optional.ofNullable(entries.get(index).synset);
    }

    /**
     * Checks that these labels fit a net.
     *
     * @param classes of the net
     * @return these labels
     * @throws IllegalArgumentException when the net has another number of classes
     */
    public Labels requireSize(int classes) {
        if (classes != size()) {
            throw new IllegalArgumentException(
                    source + ": " + size() + " labels, but the net has " + classes + " classes");
        }
        return this;
    }

    @Override
    public String toString() {
        return source + " (" + size() + " labels)";
    }
}
