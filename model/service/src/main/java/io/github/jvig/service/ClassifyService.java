package io.github.jvig.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.jvig.model.image.ImageException;
import io.github.jvig.model.vision.Classifications;
import io.github.jvig.model.vision.ImageClassifier;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Classifies images that come over HTTP, all of them on one classifier.
 *
 * <p>Two kinds of threads: each request has a virtual one, which waits for the client's bytes and costs next to nothing meanwhile. Decoding
 * and the net keep a core busy, so a fixed number of platform threads does that, and the operating system lets the others in between: a
 * refusal or a health check need not wait for an image. The net itself runs on one thread for each image; images side by side need no
 * meeting of threads within a layer, and give the most images per second.
 *
 * <p>Back-pressure: a request gets a place before its body is read, and there are as many places as threads and queue together. Without
 * one it is refused at once; so the memory is bounded by the places times the largest body and image.
 */
final class ClassifyService {
    private static final System.Logger LOG = System.getLogger(ClassifyService.class.getName());
    private static final Pattern TOP = Pattern.compile("top=([0-9]{1,9})");
    private static final int BACKLOG = 128;
    private static final long QUIET_MILLIS = 500;
    private static final long POLL_MILLIS = 10;

    private final ImageClassifier classifier;
    private final Settings settings;
    private final Semaphore places;
    private final ThreadPoolExecutor pool;
    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();
    private final ServiceMetrics metrics;
    /** Requests from their headers to the end of their answer. */
    private final AtomicInteger open = new AtomicInteger();
    private final HttpServer server;
    private volatile boolean stopping;

    /**
     * Starts to listen.
     *
     * @throws IOException when the address can't be had
     */
    ClassifyService(ImageClassifier classifier, Settings settings) throws IOException {
        this.classifier = classifier;
        this.settings = settings;
        places = new Semaphore(Math.addExact(settings.threads(), settings.queue()));
        // The places bound its queue.
        pool = new ThreadPoolExecutor(settings.threads(), settings.threads(), 0, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), Thread.ofPlatform().name("classify-", 1).factory());
        metrics = new ServiceMetrics(() -> pool.getQueue().size(), pool::getActiveCount, places::availablePermits);
        server = HttpServer.create(settings.address(), BACKLOG);
        server.setExecutor(connections);
        server.createContext("/", this::handle);
        server.start();
    }

    /** {@return where it listens} */
    InetSocketAddress address() {
        return server.getAddress();
    }

    ServiceMetrics metrics() {
        return metrics;
    }

    private void handle(HttpExchange exchange) {
        open.incrementAndGet();
        long start = System.nanoTime();
        Outcome outcome = Outcome.CLIENT_GONE;
        boolean counted = !exchange.getRequestURI().getPath().matches("/health|/metrics");
        try {
            Reply reply = reply(exchange);
            send(exchange, reply);
            outcome = reply.outcome();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a client went away", e);
        } finally {
            exchange.close();
            if (counted) {
                metrics.ended(outcome, System.nanoTime() - start);
            }
            open.decrementAndGet();
        }
    }

    private Reply reply(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        boolean get = method.equals("GET") || method.equals("HEAD");
        return switch (exchange.getRequestURI().getPath()) {
            case "/classify" -> method.equals("POST") ? classify(exchange) : wrongMethod("POST");
            case "/health" -> !get
                    ? wrongMethod("GET, HEAD")
                    : stopping ? Reply.status(503, "stopping") : Reply.status(200, "ready");
            case "/metrics" -> !get
                    ? wrongMethod("GET, HEAD")
                    : Reply.text(ServiceMetrics.CONTENT_TYPE, metrics.scrape());
            default -> Reply.error(Outcome.NOT_FOUND, 404,
                    "there are POST /classify, GET /health and GET /metrics here");
        };
    }

    private static Reply wrongMethod(String allowed) {
        return Reply.error(Outcome.WRONG_METHOD, 405, "only " + allowed + " here", Map.of("Allow", allowed));
    }

    private Reply classify(HttpExchange exchange) throws IOException {
        OptionalInt top = top(exchange.getRequestURI().getQuery());
        if (top.isEmpty()) {
            return Reply.error(Outcome.BAD_REQUEST, 400, "the only parameter is top=K with K of at least 1");
        }
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
            return Reply.error(Outcome.BAD_REQUEST, 415,
                    "the body must be the image's file itself, not a form (curl: --data-binary @FILE, not -F)");
        }
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        // The server has parsed it before.
        if (length != null && Long.parseLong(length) > settings.maxBody()) {
            return tooLarge();
        }
        if (!places.tryAcquire()) {
            return Reply.error(Outcome.BUSY, 503, "busy; try again", Map.of("Retry-After", "1"));
        }
        try {
            byte[] image = exchange.getRequestBody().readNBytes(settings.maxBody() + 1);
            if (image.length > settings.maxBody()) {
                return tooLarge();
            }
            if (image.length == 0) {
                return Reply.error(Outcome.BAD_REQUEST, 400, "the body must be an image's file; it is empty");
            }
            return onThread(image, top.getAsInt());
        } finally {
            places.release();
        }
    }

    /** How many classes the request asks for; empty when it asks for what there is not. */
    private OptionalInt top(String query) {
        if (query == null || query.isEmpty()) {
            return OptionalInt.of(settings.topClasses());
        }
        Matcher matcher = TOP.matcher(query);
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) < 1) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(Integer.parseInt(matcher.group(1)));
    }

    private Reply tooLarge() {
        return Reply.error(Outcome.TOO_LARGE, 413, "the image has more than " + settings.maxBody() + " bytes");
    }

    private Reply onThread(byte[] image, int top) throws IOException {
        long queued = System.nanoTime();
        try {
            return pool.submit(() -> {
                metrics.waited(System.nanoTime() - queued);
                return answer(image, top);
            }).get();
        } catch (ExecutionException e) {
            // Whatever it was, it was this image's; the others go on.
            LOG.log(System.Logger.Level.ERROR, "a request failed", e.getCause());
            return Reply.error(Outcome.FAILED, 500, "internal error");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped", e);
        }
    }

    private Reply answer(byte[] image, int top) {
        long start = System.nanoTime();
        float[] input;
        try {
            input = classifier.prepare(image, "the body");
        } catch (ImageException e) {
            return Reply.error(Outcome.BAD_IMAGE, 422, e.getMessage());
        }
        long decoded = System.nanoTime();
        metrics.decoded(decoded - start);
        Classifications classes;
        try {
            classes = classifier.classifyPrepared(List.of(input)).getFirst();
        } catch (IllegalArgumentException e) {
            return Reply.error(Outcome.FAILED, 500, "the model gives no answer for this image: " + e.getMessage());
        }
        metrics.inferred(System.nanoTime() - decoded);
        return Reply.classes(classes.top(top));
    }

    private void send(HttpExchange exchange, Reply reply) throws IOException {
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        if (stopping) {
            exchange.getResponseHeaders().set("Connection", "close");
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(reply.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(reply.status(), reply.body().length);
        OutputStream out = exchange.getResponseBody();
        out.write(reply.body());
        out.flush();
        drain(exchange.getRequestBody());
    }

    /** A client that still sends would not read the answer if the connection were closed under it. What it sends is dropped. */
    private void drain(InputStream in) {
        byte[] dropped = new byte[1 << 13];
        try {
            int read;
            for (long left = settings.maxBody(); left > 0 && (read = in.read(dropped)) > 0; left -= read) {
                // Nothing is kept.
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a client went away with its answer", e);
        }
    }

    /**
     * Stops: goes on for the time of {@link Settings#linger}, with a health check that says so and answers that close their connections;
     * then accepts no more connections, finishes what was accepted, and closes all connections.
     *
     * @return whether all requests that were accepted got their answers within {@link Settings#grace}
     */
    boolean stop() {
        stopping = true;
        sleep(settings.linger());
        long end = System.nanoTime() + settings.grace().toNanos();
        int seconds = Math.toIntExact(Math.min(settings.grace().toSeconds() + 1, Integer.MAX_VALUE));
        Thread stopper = Thread.ofPlatform().daemon().start(() -> server.stop(seconds));
        // The server ends as soon as the last request has. But it never gets over one whose client has gone; this class does.
        long quietSince = System.nanoTime();
        while (stopper.isAlive() && System.nanoTime() < end) {
            sleep(Duration.ofMillis(POLL_MILLIS));
            if (open.get() > 0) {
                quietSince = System.nanoTime();
            } else if (System.nanoTime() - quietSince > TimeUnit.MILLISECONDS.toNanos(QUIET_MILLIS)) {
                break;
            }
        }
        boolean all = open.get() == 0;
        connections.shutdownNow();
        pool.shutdownNow();
        return all;
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
