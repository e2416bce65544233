package io.github.jvig.model.hub;

import io.github.jvig.model.files.CacheFolder;
import io.github.jvig.model.files.FileErrors;
import io.github.jvig.model.jvm.PlatformModules;
import io.github.jvig.model.text.MessageText;
import io.github.jvig.model.weights.Weights;
import io.github.jvig.model.weights.WeightsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of a Hugging Face repository, written {@code hf:owner/repo/file} or {@code hf:owner/repo@revision/file}, and its copy in a cache
 * folder. The copy appears whole or not at all; its SHA-256 is noted beside it ({@code FILE.sha256}, in the format of sha256sum) and
 * checked on every later use.
 *
 * <p>Without a revision, the file is what the branch {@value #MAIN} held when it was first downloaded. Only the hash of a commit names the
 * same bytes for everybody at any time; and {@code #sha256=HEX} behind the name has nothing else accepted but a file with this SHA-256,
 * whatever the server says. The index of a sharded checkpoint ({@code model.safetensors.index.json}) stands for its shards, too.
 *
 * @param owner    who owns the repository
 * @param repo     its name
 * @param revision a branch or tag, or the 40 hexadecimal digits of a commit
 * @param file     path inside the repository, with slashes
 * @param sha256   64 lower-case hexadecimal digits that the file's SHA-256 has to be; empty when any will do
 */
public record HubFile(String owner, String repo, String revision, String file, String sha256) {
    /** The revision where none is given: the branch that every repository has. */
    public static final String MAIN = "main";

    private static final String SCHEME = "hf:";
    private static final String FORM = "write hf:owner/repo/file or hf:owner/repo@revision/file";
    private static final URI HUB = URI.create("https://huggingface.co");
    /** For a server that connects but sends nothing, before the first byte and between any two. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    /** The pages of a file that people copy the address of. */
    private static final Pattern PAGE = Pattern.compile(
            "https?://(?:www\\.)?(?:huggingface\\.co|hf\\.co)/([^/]+)/([^/]+)/(?:resolve|blob|raw)/([^/]+)/([^?#]+)(?:[?#].*)?");
    static final String PART = ".part";
    static final String VERSION = ".version";
    static final String CHECKSUM = ".sha256";
    private static final String PIN = "sha256=";
    private static final String INDEX = ".index.json";
    private static final int SHA256_DIGITS = 64;
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    /** Is told how a download goes on. */
    @FunctionalInterface
    public interface Progress {

        /**
         * Called once before the first byte and after each piece, on the thread that called {@link HubFile#fetch}.
         *
         * @param done  bytes that are here, those of an earlier attempt included
         * @param total bytes of the file, or -1 when the server doesn't say
         */
        void report(long done, long total);
    }

    /**
     * Checks the names.
     *
     * @throws IllegalArgumentException when one is empty or {@code ..}, or has other characters than {@code A-Za-z0-9._-}; the path may
     *                                  have slashes too; when the SHA-256 is none, or is one of an index, which does not cover the shards
     */
    public HubFile {
        if (!NAME.matcher(owner).matches() || !NAME.matcher(repo).matches() || !NAME.matcher(revision).matches()
                || !List.of(file.split("/", -1)).stream().allMatch(name -> NAME.matcher(name).matches())
                || isReserved(file)) {
            throw refused(text(owner, repo, revision, file));
        }
        if (!sha256.isEmpty() && !HASH.matcher(sha256).matches()) {
            throw new IllegalArgumentException(text(owner, repo, revision, file) + ": " + MessageText.quote(sha256)
                    + " is no SHA-256, which has 64 hexadecimal digits");
        }
        if (!sha256.isEmpty() && file.endsWith(INDEX)) {
            throw new IllegalArgumentException(text(owner, repo, revision, file)
                    + ": the SHA-256 of an index does not cover its shards; name a commit, hf:owner/repo@commit/file");
        }
    }

    /**
     * A file of any content.
     *
     * @param owner    who owns the repository
     * @param repo     its name
     * @param revision a branch or tag, or the 40 hexadecimal digits of a commit
     * @param file     path inside the repository, with slashes
     * @throws IllegalArgumentException when a name is not plain
     */
    public HubFile(String owner, String repo, String revision, String file) {
        this(owner, repo, revision, file, "");
    }

    /**
     * A file of the branch {@value #MAIN}.
     *
     * @param owner who owns the repository
     * @param repo  its name
     * @param file  path inside the repository, with slashes
     * @throws IllegalArgumentException when a name is not plain
     */
    public HubFile(String owner, String repo, String file) {
        this(owner, repo, MAIN, file);
    }

    /**
     * Whether a weights argument names a file of a repository.
     *
     * @param argument what a user wrote
     * @return whether it starts with {@code hf:}; it may still be malformed
     */
    public static boolean isHubFile(String argument) {
        return argument.startsWith(SCHEME);
    }

    /**
     * Reads {@code hf:owner/repo/file} or {@code hf:owner/repo@revision/file}, either of them also with {@code #sha256=HEX} behind it.
     *
     * @param argument what a user wrote
     * @return the file that it names
     * @throws IllegalArgumentException when it is not of that form
     */
    public static HubFile parse(String argument) {
        String[] parts = isHubFile(argument) ? argument.substring(SCHEME.length()).split("/", 3) : new String[0];
        if (parts.length != 3) {
            throw refused(argument);
        }
        String[] repo = parts[1].split("@", 2);
        String[] file = parts[2].split("#", 2);
        if (file.length == 2 && (!file[1].startsWith(PIN) || file[1].equals(PIN))) {
            throw refused(argument);
        }
        return new HubFile(parts[0], repo[0], repo.length == 1 ? MAIN : repo[1], file[0],
                file.length == 1 ? "" : file[1].substring(PIN.length()).toLowerCase(Locale.ROOT));
    }

    /**
     * What to write instead of a URL, which is not read.
     *
     * @param argument what a user wrote
     * @return a line for the user; empty when it is no URL
     */
    public static Optional<String> urlAdvice(String argument) {
        if (!argument.matches("(?i)(https?|ftp|file|s3|gs)://.*")) {
            return Optional.empty();
        }
        Matcher page = PAGE.matcher(argument);
        String said = MessageText.quote(argument) + " is a URL, which is not read; ";
        if (page.matches()) {
            try {
                return Optional.of(said + "write "
                        + new HubFile(page.group(1), page.group(2), page.group(3), page.group(4)));
            } catch (IllegalArgumentException e) {
                // A name that can't be written so.
            }
        }
        return Optional.of(said + "download the file, or, if it is on Hugging Face, " + FORM);
    }

    private static IllegalArgumentException refused(String argument) {
        return new IllegalArgumentException(
                MessageText.quote(argument) + " does not name a file of a repository; " + FORM);
    }

    /**
     * The folder of downloads: {@code JVIG_CACHE}, else {@code jvig} in {@code XDG_CACHE_HOME}, else {@code ~/.cache/jvig}.
     *
     * @return the folder, which need not exist
     * @throws UncheckedIOException when there is no home folder and none of these is set
     */
    public static Path cacheFolder() {
        return CacheFolder.path();
    }

    /**
     * The file in the {@link #cacheFolder}, downloaded over HTTPS if it is not there or no longer what was downloaded. A download that was cut
     * short continues where it stopped. With the index of a sharded checkpoint its shards are downloaded into its folder. A server that sends
     * nothing for 30 seconds ends the attempt. The proxy is that of Java's properties ({@code https.proxyHost}), else that of the environment
     * ({@code HTTPS_PROXY}, {@code NO_PROXY}).
     *
     * @param progress is told how the download goes on, one file after another; not called when the file is there
     * @return the path of the copy, of which every byte was checked
     * @throws WeightsException that says in one line why there is no file: no network, no such file or revision, a broken or silent
     *                          connection, a damaged copy, a file with another SHA-256 than asked for, a cache folder that can't be written
     */
    public Path fetch(Progress progress) throws WeightsException {
        try {
            return fetch(HUB, cacheFolder(), PATIENCE, EnvironmentProxy.get(), progress);
        } catch (UncheckedIOException e) {
            throw new WeightsException(this + ": " + e.getMessage(), e);
        }
    }

    Path fetch(URI hub, Path cache, Duration patience, ProxySelector proxies, Progress progress)
            throws WeightsException {
        Path target = fetchOne(hub, cache, patience, proxies, progress);
        if (file.endsWith(INDEX)) {
            String folder = file.substring(0, file.lastIndexOf('/') + 1);
            for (Path shard : Weights.shards(target)) {
                HubFile part;
                try {
                    part = new HubFile(owner, repo, revision, folder + shard.getFileName());
                } catch (IllegalArgumentException e) {
                    throw new WeightsException(this + ": names the shard "
                            + MessageText.quote(String.valueOf(shard.getFileName())) + ", which can't be downloaded",
                            e);
                }
                part.fetchOne(hub, cache, patience, proxies, progress);
            }
        }
        return target;
    }

    private Path fetchOne(URI hub, Path cache, Duration patience, ProxySelector proxies, Progress progress)
            throws WeightsException {
        try {
            // No repository's name has an @ or a #, so a pinned copy never takes the place of another repository's.
            String folder = revision.equals(MAIN) ? repo : repo + "@" + revision;
            Path target = cache.resolve(owner).resolve(folder).resolve(file);
            if (!sha256.isEmpty() && !isIntact(target, sha256)) {
                // What others have under the plain name stays what it was.
                target = cache.resolve(owner).resolve(folder + "#" + sha256).resolve(file);
            }
            if (!isIntact(target, sha256)) {
                URI uri = URI.create(hub + "/" + owner + "/" + repo + "/resolve/" + revision + "/" + file);
                new Download(text(owner, repo, revision, file), uri, target, sha256, patience, proxies, progress).run();
            }
            return target;
        } catch (WeightsException e) {
            throw e;
        } catch (NoClassDefFoundError e) {
            throw new WeightsException(this + ": can't be downloaded, for "
                    + PlatformModules.missing(e).orElseThrow(() -> e), e);
        } catch (IOException e) {
            throw new WeightsException(this + ": can't be kept in " + cache + ": "
                    + MessageText.plain(FileErrors.reason(e))
                    + (e instanceof AccessDeniedException ? "; set JVIG_CACHE to a folder that you may write" : ""), e);
        }
    }

    /** Whether a file's name ends like those that the cache keeps beside each file. */
    private static boolean isReserved(String file) {
        return file.endsWith(PART) || file.endsWith(VERSION) || file.endsWith(CHECKSUM);
    }

    /** Whether the file is there and has the noted checksum, which must be the given one unless that is empty. */
    static boolean isIntact(Path target, String wanted) throws IOException {
        Path checksum = target.resolveSibling(target.getFileName() + CHECKSUM);
        if (!Files.isRegularFile(target) || !Files.isRegularFile(checksum)) {
            return false;
        }
        String noted = head(checksum, SHA256_DIGITS + 1);
        return noted.startsWith(wanted) && noted.startsWith(sha256(target) + " ");
    }

    /** The first bytes of a note in the cache, as they are: a crash may have left any in it. */
    static String head(Path note, int bytes) throws IOException {
        try (InputStream in = Files.newInputStream(note)) {
            return new String(in.readNBytes(bytes), StandardCharsets.ISO_8859_1);
        }
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

    /** The form that {@link #parse} reads, without the revision where it is {@value #MAIN}. */
    @Override
    public String toString() {
        return text(owner, repo, revision, file) + (sha256.isEmpty() ? "" : "#" + PIN + sha256);
    }

    private static String text(String owner, String repo, String revision, String file) {
        return SCHEME + owner + "/" + repo + (revision.equals(MAIN) ? "" : "@" + revision) + "/" + file;
    }
}
