package io.github.jvig.model;

import io.github.jvig.model.hub.HubFile;
import io.github.jvig.model.vision.Preprocessing;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * Trained weights that somebody has published for a net. What is not known is empty; nothing here is guessed. Immutable: start with
 * {@link #at}, each {@code with} method gives a changed copy.
 */
public final class PublishedWeights {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final String tag;
    private final URI page;
    private final Optional<HubFile> file;
    private final Optional<String> sha256;
    private final Optional<String> license;
    private final OptionalDouble top1;
    private final Optional<Preprocessing> preprocessing;

    private PublishedWeights(String tag, URI page, Optional<HubFile> file, Optional<String> sha256,
            Optional<String> license, OptionalDouble top1, Optional<Preprocessing> preprocessing) {
        this.tag = Objects.requireNonNull(tag, "tag");
        this.page = Objects.requireNonNull(page, "page");
        this.file = file;
        this.sha256 = sha256;
        this.license = license;
        this.top1 = top1;
        this.preprocessing = preprocessing;
    }

    /**
     * Weights of which only the page is known.
     *
     * @param tag  tells a net's published weights apart: timm's tag such as {@code "ra_in1k"}, or {@code "authors"} for those of the
     *             net's authors
     * @param page where people find them
     * @return the weights, with all else not known
     */
    public static PublishedWeights at(String tag, URI page) {
        return new PublishedWeights(tag, page, Optional.empty(), Optional.empty(), Optional.empty(),
                OptionalDouble.empty(), Optional.empty());
    }

    /**
     * With the file to download, of a pinned revision where that is known.
     *
     * @param newFile of the hub
     * @return a changed copy
     */
    public PublishedWeights withFile(HubFile newFile) {
        return new PublishedWeights(tag, page, Optional.of(newFile), sha256, license, top1, preprocessing);
    }

    /**
     * With the file's SHA-256.
     *
     * @param newSha256 64 hexadecimal digits
     * @return a changed copy
     * @throws IllegalArgumentException when it is not 64 hexadecimal digits
     */
    public PublishedWeights withSha256(String newSha256) {
        String lower = newSha256.toLowerCase(Locale.ROOT);
        if (!SHA256.matcher(lower).matches()) {
            throw new IllegalArgumentException("a SHA-256 is 64 hexadecimal digits, got '" + newSha256 + "'");
        }
        return new PublishedWeights(tag, page, file, Optional.of(lower), license, top1, preprocessing);
    }

    /**
     * With the license that the publisher gives the weights.
     *
     * @param newLicense an SPDX identifier
     * @return a changed copy
     */
    public PublishedWeights withLicense(String newLicense) {
        return new PublishedWeights(tag, page, file, sha256, Optional.of(newLicense), top1, preprocessing);
    }

    /**
     * With the accuracy on ImageNet-1K that the publisher gives.
     *
     * @param newTop1 share of the images whose first class is right, in percent
     * @return a changed copy
     * @throws IllegalArgumentException when it is not 0 to 100, or NaN
     */
    public PublishedWeights withTop1(double newTop1) {
        if (!(newTop1 >= 0 && newTop1 <= 100)) {
            throw new IllegalArgumentException("top-1 must be 0 to 100 percent, got " + newTop1);
        }
        return new PublishedWeights(tag, page, file, sha256, license, OptionalDouble.of(newTop1), preprocessing);
    }

    /**
     * With the preprocessing of the publisher's evaluation, which may differ between weights of one net.
     *
     * @param newPreprocessing from an image to the net's input
     * @return a changed copy
     */
    public PublishedWeights withPreprocessing(Preprocessing newPreprocessing) {
        return new PublishedWeights(tag, page, file, sha256, license, top1, Optional.of(newPreprocessing));
    }

    /** {@return what tells a net's published weights apart: timm's tag, or {@code "authors"} for those of the net's authors} */
    public String tag() {
        return tag;
    }

    /** {@return where people find them} */
    public URI page() {
        return page;
    }

    /** {@return the file to download, for {@code --weights}; empty where only the page is known} */
    public Optional<HubFile> file() {
        return file;
    }

    /** {@return the file's SHA-256, 64 lower-case hexadecimal digits; empty where it is not known} */
    public Optional<String> sha256() {
        return sha256;
    }

    /** {@return the license of the weights, an SPDX identifier; empty where it is not known, which is no permission} */
    public Optional<String> license() {
        return license;
    }

    /** {@return the accuracy on ImageNet-1K that the publisher gives, in percent; empty where it is not known} */
    public OptionalDouble top1() {
        return top1;
    }

    /** {@return the preprocessing of the publisher's evaluation; empty where it is the model's} */
    public Optional<Preprocessing> preprocessing() {
        return preprocessing;
    }

    /** Tag and place, for people. */
    @Override
    public String toString() {
        return tag + " at " + file.map(HubFile::toString).orElse(page.toString());
    }
}
