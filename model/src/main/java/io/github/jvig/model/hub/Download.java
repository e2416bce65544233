package io.github.jvig.model.hub;

import io.github.jvig.model.files.FileErrors;
import io.github.jvig.model.files.WholeFile;
import io.github.jvig.model.weights.WeightsException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One download into a cache. Bytes go to {@code FILE.part} while {@code FILE.version} holds the ETag and length of the
 * version they belong to; a later attempt asks for the rest of that very version and starts over when the server has
 * another one. The part is locked while it is written.
 */
final class Download {
    /** Bytes of a version's note; headers are shorter. */
    private static final int LONGEST_VERSION = 1 << 14;
    /** One that stands for the same bytes; a weak one ({@code W/"..."}) stands for content that is as good. */
    private static final Pattern ETAG = Pattern.compile("(?!W/)[\\x21-\\x7e][\\x20-\\x7e]*");
    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");
    private static final Pattern SHA256 = Pattern.compile("\"?([0-9a-f]{64})\"?");

    private final String name;
    private final URI uri;
    private final Path target;
    private final String pinnedSha256;
    private final Duration patience;
    private final ProxySelector proxies;
    private final HubFile.Progress progress;
    /** What the server says the file's SHA-256 is; empty when it doesn't. */
    private String expectedSha256 = "";

    /**
     * @param name     for messages
     * @param target   where the file appears when it is whole
     * @param sha256   what its SHA-256 has to be; empty when any will do
     * @param patience how long the server may be silent, before its answer and in the middle of it
     */
    Download(String name, URI uri, Path target, String sha256, Duration patience, ProxySelector proxies,
            HubFile.Progress progress) {
        this.name = name;
        this.uri = uri;
        this.target = target;
        this.pinnedSha256 = sha256;
        this.patience = patience;
        this.proxies = proxies;
        this.progress = progress;
    }

    void run() throws IOException {
        Files.createDirectories(target.getParent());
        Path part = beside(HubFile.PART);
        try (FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = out.tryLock();
                HttpClient client = HttpClient.newBuilder().connectTimeout(patience).proxy(proxies)
                        .followRedirects(HttpClient.Redirect.NORMAL).build()) {
            if (lock == null) {
                throw busy();
            }
            // Another download may have ended since this one looked for the file. If that was between the opening and the locking, what was
            // opened has a new name: it is the finished file.
            if (HubFile.isIntact(target, pinnedSha256)) {
                if (out.size() == 0) {
                    Files.deleteIfExists(part);
                }
                return;
            }
            if (!Files.exists(part)) {
                throw busy();
            }
            try {
                download(client, out);
            } finally {
                // By its name, as an interrupt has closed the channel.
                if (Files.exists(part) && Files.size(part) == 0) {
                    Files.deleteIfExists(part);
                    Files.deleteIfExists(beside(HubFile.VERSION));
                }
            }
            finish(part);
        } catch (OverlappingFileLockException e) {
            throw busy();
        } catch (IllegalArgumentException e) {
            throw new WeightsException(name + ": " + e.getMessage(), e);
        }
    }

    private void download(HttpClient client, FileChannel out) throws IOException {
        HttpResponse<InputStream> response = request(client, out.size());
        // A body that is left open would keep the client from closing.
        try (PatientStream body = new PatientStream(response.body(), patience)) {
            expectedSha256 = linkedSha256(response);
            if (!expectedSha256.isEmpty()) {
                checkPin(expectedSha256);
            }
            Answers.check(name, response, !expectedSha256.isEmpty() || !pinnedSha256.isEmpty());
            receive(response, body, out);
        }
        out.force(false);
    }

    /** Asks for the bytes from an offset on, or for all bytes when the server can't continue the version that the offset belongs to. */
    private HttpResponse<InputStream> request(HttpClient client, long offset) throws IOException {
        String version = offset > 0 && Files.exists(beside(HubFile.VERSION))
                ? HubFile.head(beside(HubFile.VERSION), LONGEST_VERSION)
                : "";
        String etag = version.lines().findFirst().orElse("");
        // What a crash left in the note may be no header; then nothing is known of the part.
        if (ETAG.matcher(etag).matches()) {
            HttpResponse<InputStream> rest = send(client,
                    HttpRequest.newBuilder(uri).header("Range", "bytes=" + offset + "-").header("If-Range", etag));
            if (rest.statusCode() == 200
                    || rest.statusCode() == 206 && start(rest) == offset && version.equals(version(rest))) {
                return rest;
            }
            close(rest);
        }
        HttpResponse<InputStream> whole = send(client, HttpRequest.newBuilder(uri));
        if (whole.statusCode() != 200) {
            close(whole);
            throw new WeightsException(name + ": " + Answers.refusal(whole));
        }
        return whole;
    }

    /** A proxy's refusal to reach a server has no body. */
    private static void close(HttpResponse<InputStream> response) throws IOException {
        if (response.body() != null) {
            response.body().close();
        }
    }

    private HttpResponse<InputStream> send(HttpClient client, HttpRequest.Builder request) throws IOException {
        try {
            // Without the second header, a server may compress what it sends.
            return client.send(request.timeout(patience).header("User-Agent", "jvig")
                    .header("Accept-Encoding", "identity").build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw new WeightsException(name + ": can't reach " + Answers.way(uri, proxy()) + "; is there a network?",
                    e);
        } catch (HttpTimeoutException e) {
            throw new WeightsException(
                    name + ": " + uri.getHost() + " did not answer in " + seconds(), e);
        } catch (IllegalArgumentException e) {
            if (e.getCause() instanceof NumberFormatException) {
                throw new WeightsException(name + ": " + uri.getHost() + " sent a wrong Content-Length", e);
            }
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WeightsException(name + ": the download was interrupted", e);
        } catch (IOException e) {
            throw new WeightsException(
                    name + ": no answer from " + Answers.way(uri, proxy()) + ": " + Answers.reason(e), e);
        }
    }

    /** The proxy on the way to the server; empty where there is none. */
    private String proxy() {
        return proxies.select(uri).stream().map(Proxy::address).filter(InetSocketAddress.class::isInstance)
                .map(InetSocketAddress.class::cast).map(a -> a.getHostString() + ":" + a.getPort()).findFirst()
                .orElse("");
    }

    /** Appends a response's body to the bytes that an earlier attempt left, if the response continues them. */
    private void receive(HttpResponse<?> response, PatientStream body, FileChannel out) throws IOException {
        long done = 0;
        if (response.statusCode() == 206) {
            done = start(response);
        } else {
            out.truncate(0);
            Files.writeString(beside(HubFile.VERSION), version(response));
        }
        long total = total(response);
        out.position(done);
        progress.report(done, total);
        byte[] buffer = new byte[1 << 16];
        for (int n = read(body, buffer, done, total); n >= 0; n = read(body, buffer, done, total)) {
            try {
                out.write(ByteBuffer.wrap(buffer, 0, n));
            } catch (ClosedByInterruptException e) {
                throw stopped(": " + FileErrors.reason(e), done, total, e);
            }
            done += n;
            progress.report(done, total);
        }
        if (total >= 0 && done != total) {
            throw stopped("", done, total, null);
        }
        if (done == 0) {
            throw new WeightsException(name + ": " + uri.getHost() + " sent an empty file");
        }
    }

    private int read(PatientStream body, byte[] buffer, long done, long total) throws WeightsException {
        try {
            return body.read(buffer);
        } catch (HttpTimeoutException e) {
            throw stopped(": " + uri.getHost() + " sent nothing for " + seconds(), done, total, e);
        } catch (IOException e) {
            boolean interrupted = Thread.currentThread().isInterrupted()
                    || e.getCause() instanceof InterruptedException;
            throw stopped(interrupted ? ": the thread was interrupted" : "", done, total, e);
        }
    }

    private void finish(Path part) throws IOException {
        String sha256 = HubFile.sha256(part);
        if (!expectedSha256.isEmpty() && !expectedSha256.equals(sha256)) {
            Files.delete(part);
            Files.deleteIfExists(beside(HubFile.VERSION));
            throw new WeightsException(name + ": what arrived is damaged: its SHA-256 is " + sha256 + ", not "
                    + expectedSha256 + "; try again");
        }
        try {
            checkPin(sha256);
        } catch (WeightsException e) {
            // Another attempt would not change it.
            Files.delete(part);
            Files.deleteIfExists(beside(HubFile.VERSION));
            throw e;
        }
        Path checksum = beside(HubFile.CHECKSUM);
        String note = sha256 + "  " + target.getFileName() + "\n";
        WholeFile.write(checksum, out -> out.write(note.getBytes(StandardCharsets.UTF_8)));
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(beside(HubFile.VERSION));
    }

    private void checkPin(String sha256) throws WeightsException {
        if (!pinnedSha256.isEmpty() && !pinnedSha256.equals(sha256)) {
            throw new WeightsException(name + ": its SHA-256 is " + sha256 + ", not " + pinnedSha256
                    + " as asked for; it is not used");
        }
    }

    /** First byte of a partial response, or -1. */
    private static long start(HttpResponse<?> response) {
        Optional<Matcher> range = range(response);
        return range.isPresent() ? Long.parseLong(range.get().group(1)) : -1;
    }

    /** Bytes of the whole file, or -1. */
    private static long total(HttpResponse<?> response) {
        if (response.statusCode() == 206) {
            return Long.parseLong(range(response).orElseThrow().group(3));
        }
        return response.headers().firstValueAsLong("Content-Length").orElse(-1);
    }

    private static Optional<Matcher> range(HttpResponse<?> response) {
        return response.headers().firstValue("Content-Range").map(RANGE::matcher).filter(Matcher::matches);
    }

    /** The ETag, on a line of its own, and the length. */
    private static String version(HttpResponse<?> response) {
        return response.headers().firstValue("ETag").orElse("") + "\n" + total(response) + "\n";
    }

    /** Hugging Face names the SHA-256 of a large file in the redirect that leads to it, behind which there may be more redirects. */
    private static String linkedSha256(HttpResponse<?> response) {
        return Stream.<HttpResponse<?>>iterate(response, r -> r != null, r -> r.previousResponse().orElse(null))
                .skip(1).flatMap(r -> r.headers().firstValue("X-Linked-ETag").stream()).map(SHA256::matcher)
                .filter(Matcher::matches).map(m -> m.group(1)).findFirst().orElse("");
    }

    private Path beside(String suffix) {
        return target.resolveSibling(target.getFileName() + suffix);
    }

    private WeightsException busy() {
        return new WeightsException(name + ": another download of it is under way; try again when it has ended");
    }

    private WeightsException stopped(String why, long done, long total, IOException cause) {
        return new WeightsException(name + ": the download stopped after " + done + (total < 0 ? "" : " of " + total)
                + " bytes" + why + "; run it again to continue from there", cause);
    }

    private String seconds() {
        return BigDecimal.valueOf(patience.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }
}
