package io.github.jvig.model.hub;

import io.github.jvig.model.text.MessageText;
import io.github.jvig.model.weights.WeightsException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A file of a Hugging Face repository, written {@code hf:owner/repo/file}, and its copy in a cache folder. The copy
 * appears whole or not at all; its SHA-256 is noted beside it ({@code FILE.sha256}, as sha256sum writes it) and checked
 * on every later use.
 *
 * @param owner who owns the repository
 * @param repo  its name
 * @param file  path inside the repository, with slashes
 */
public record HubFile(String owner, String repo, String file) {
    private static final String SCHEME = "hf:";
    private static final URI HUB = URI.create("https://huggingface.co");
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    static final String CHECKSUM = ".sha256";

    /** Told how a download goes on. */
    @FunctionalInterface
    public interface Progress {

        /**
         * Called after each piece.
         *
         * @param done  bytes that are here, those of an earlier attempt included
         * @param total bytes of the file, or -1 when the server doesn't say
         */
        void at(long done, long total);
    }

    /**
     * @throws IllegalArgumentException when a part is not plain: empty, {@code ..}, with other characters than {@code
     * A-Za-z0-9._-}
     */
    public HubFile {
        if (!PART.matcher(owner).matches() || !PART.matcher(repo).matches()
                || !List.of(file.split("/", -1)).stream().allMatch(part -> PART.matcher(part).matches())
                || Download.isOwnName(file)) {
            throw new IllegalArgumentException(
                    MessageText.quote(SCHEME + owner + "/" + repo + "/" + file)
                            + " is no file of a repository; write hf:owner/repo/file");
        }
    }

    /** Whether a weights argument means a file of a repository. */
    public static boolean isHubFile(String argument) {
        return argument.startsWith(SCHEME);
    }

    /**
     * Reads {@code hf:owner/repo/file}.
     *
     * @throws IllegalArgumentException when it is not of that form
     */
    public static HubFile parse(String argument) {
        String[] parts = isHubFile(argument) ? argument.substring(SCHEME.length()).split("/", 3) : new String[0];
        if (parts.length != 3) {
            throw new IllegalArgumentException(
                    MessageText.quote(argument) + " is no file of a repository; write hf:owner/repo/file");
        }
        return new HubFile(parts[0], parts[1], parts[2]);
    }

    /** The folder of downloads: {@code JVIG_CACHE}, or {@code jvig} in {@code XDG_CACHE_HOME} or {@code ~/.cache}. */
    public static Path cacheFolder() {
        return cacheFolder(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    static Path cacheFolder(Map<String, String> environment, Path home) {
        String own = environment.getOrDefault("JVIG_CACHE", "");
        if (!own.isBlank()) {
            return Path.of(own);
        }
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        return (xdg.isBlank() ? home.resolve(".cache") : Path.of(xdg)).resolve("jvig");
    }

    /**
     * The file in the {@link #cacheFolder}, downloaded over HTTPS if it is not there or no longer what was downloaded.
     * A download that was cut goes on where it stopped.
     *
     * @throws WeightsException that says in one line why there is no file: no network, no such file, a broken connection
     */
    public Path fetch(Progress progress) throws WeightsException {
        return fetch(HUB, cacheFolder(), progress);
    }

    Path fetch(URI hub, Path cache, Progress progress) throws WeightsException {
        try {
            Path target = cache.resolve(owner).resolve(repo).resolve(file);
            if (!isIntact(target)) {
                URI uri = URI.create(hub + "/" + owner + "/" + repo + "/resolve/main/" + file);
                new Download(toString(), uri, target, progress).run();
            }
            return target;
        } catch (WeightsException e) {
            throw e;
        } catch (IOException e) {
            throw new WeightsException(this + ": can't be kept in " + cache + ": " + MessageText.plain(e.toString()),
                    e);
        }
    }

    /** Whether the file is there and has the noted checksum. */
    private static boolean isIntact(Path target) throws IOException {
        Path checksum = target.resolveSibling(target.getFileName() + CHECKSUM);
        return Files.isRegularFile(target) && Files.isRegularFile(checksum)
                && Files.readString(checksum).startsWith(sha256(target) + " ");
    }

    static String sha256(Path file) throws IOException {
        try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file),
                MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return SCHEME + owner + "/" + repo + "/" + file;
    }
}
