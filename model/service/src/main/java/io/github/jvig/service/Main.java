package io.github.jvig.service;

import io.github.jvig.model.Model;
import io.github.jvig.model.Models;
import io.github.jvig.model.Session;
import io.github.jvig.model.SessionOptions;
import io.github.jvig.model.hub.HubFile;
import io.github.jvig.model.image.Orientation;
import io.github.jvig.model.vision.ImageClassifier;
import io.github.jvig.model.vision.Labels;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Starts the service. SIGTERM and SIGINT stop it in order; then the exit status is 0, or 1 if requests were still open at the end of the
 * time they had.
 */
@Command(name = "jvig-service", mixinStandardHelpOptions = true, description = "Classifies images over HTTP: POST /classify, GET /health, GET /metrics.")
final class Main implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    /** What the JDK's server needs to be told; who sets one on the command line knows better. Times are in seconds. */
    private static final Map<String, String> SERVER = Map.of(
            // Else an answer on a connection that is used again may wait 40 ms for the client's acknowledgement.
            "sun.net.httpserver.nodelay", "true",
            // A client that sends slowly holds a place.
            "sun.net.httpserver.maxReqTime", "30",
            "sun.net.httpserver.maxRspTime", "120",
            "sun.net.httpserver.maxIdleConnections", "1024",
            "jdk.httpserver.maxConnections", "1024");

    private final PrintStream out;

    @Option(names = "--model", paramLabel = "M", defaultValue = Models.DIGITS, description = "Name of the model (default: digits, whose weights are built in), or an ONNX file, also as hf:owner/repo[@revision]/file.")
    private String model;

    @Option(names = "--weights", paramLabel = "FILE", description = "Checkpoint, or hf:owner/repo[@revision]/file[#sha256=HEX] to download one.")
    private String weights;

    @Option(names = "--random-weights", description = "Weights for load tests; the answers mean nothing.")
    private boolean random;

    @Option(names = "--labels", paramLabel = "FILE", description = "File with class names, one per line (default: the model's class names).")
    private Path labels;

    @Option(names = "--exif", description = "Rotate and flip images according to their orientation in EXIF or XMP.")
    private boolean exif;

    @Option(names = "--host", paramLabel = "H", defaultValue = "127.0.0.1", description = "Address to listen at; 0.0.0.0 for all (default: 127.0.0.1).")
    private String host;

    @Option(names = "--port", paramLabel = "P", defaultValue = "8080", description = "Port to listen at; 0 for a free one (default: 8080).")
    private int port;

    @Option(names = "--threads", paramLabel = "N", description = "Images that are worked on side by side (default: one per core).")
    private int threads = SessionOptions.defaults().threads();

    @Option(names = "--queue", paramLabel = "N", description = "Requests that may wait beside them; any more are refused with 503 (default: 8 per thread).")
    private Integer queue;

    @Option(names = "--max-body", paramLabel = "BYTES", defaultValue = "16777216", description = "Most bytes of an image's file (default: 16777216).")
    private int maxBody;

    @Option(names = "--top-k", paramLabel = "K", defaultValue = "5", description = "Classes of an answer where the request has no ?top=K (default: 5).")
    private int topClasses;

    @Option(names = "--no-warm-up", description = "Listen at once; the first answers are slow then.")
    private boolean cold;

    @Option(names = "--linger", paramLabel = "MS", defaultValue = "500", description = "Milliseconds after a signal in which connections are still accepted and answered, and /health says that it stops (default: 500).")
    private long linger;

    @Option(names = "--grace", paramLabel = "MS", defaultValue = "30000", description = "Milliseconds that requests have to end after that (default: 30000).")
    private long grace;

    private Main(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true");
        SERVER.forEach((name, value) -> System.getProperties().putIfAbsent(name, value));
        int status = run(args, System.out, System.err);
        // The threads of a service that has started keep the JVM up.
        if (status != 0) {
            System.exit(status);
        }
    }

    /** {@return the exit status if the service has not started, else 0} */
    static int run(String[] args, PrintStream out, PrintStream err) {
        CommandLine command = new CommandLine(new Main(out));
        command.setParameterExceptionHandler((e, _) -> {
            err.println("jvig-service: " + e.getMessage() + " (see --help)");
            return USAGE;
        });
        command.setExecutionExceptionHandler((e, _, _) -> {
            err.println("jvig-service: " + (e instanceof IOException || e instanceof IllegalArgumentException
                    ? e.getMessage()
                    : "internal error: " + e));
            return FAILED;
        });
        return command.execute(args);
    }

    @Override
    public Integer call() throws IOException {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("port must be 0 to 65535, got " + port);
        }
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("there is no host '" + host + "'");
        }
        Settings settings = new Settings(address, threads, queue == null ? 8 * threads : queue, maxBody, topClasses,
                Duration.ofMillis(linger), Duration.ofMillis(grace));
        // One thread for each image: see ClassifyService.
        Session session = load().compile(options -> options.threads(1).warmUp(!cold));
        ClassifyService service;
        try {
            service = new ClassifyService(classifier(session), settings);
        } catch (BindException e) {
            throw new IOException(host + ":" + port + ": " + e.getMessage(), e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(service, session), "stop"));
        out.println("jvig-service: " + session + " for each of " + settings.threads() + " requests side by side, "
                + settings.queue() + " may wait; listening at http://" + host + ":" + service.address().getPort());
        return 0;
    }

    private Model load() throws IOException {
        if (model.endsWith(".onnx") || HubFile.isHubFile(model)) {
            return Models.load(file(model));
        }
        if (weights != null) {
            return Models.load(model, file(weights));
        }
        if (random) {
            return Models.random(model);
        }
        if (!model.equals(Models.DIGITS)) {
            throw new IllegalArgumentException("--model " + Models.info(model).name() + " needs --weights FILE");
        }
        return Models.digits();
    }

    private static Path file(String name) throws IOException {
        return HubFile.isHubFile(name) ? HubFile.parse(name).fetch((_, _) -> {}) : Path.of(name);
    }

    private ImageClassifier classifier(Session session) throws IOException {
        Labels names = labels != null
                ? Labels.read(labels)
                : session.info().labels().filter(own -> own.size() == session.classes())
                        .orElseGet(() -> Labels.numbered(session.classes()));
        return session.classifier(session.transform(), names)
                .with(exif ? Orientation.EXIF : Orientation.STORED);
    }

    /** A hook of the JVM's end, which would have the exit status of the signal otherwise. */
    private void stop(ClassifyService service, Session session) {
        out.println("jvig-service: stopping");
        boolean all = service.stop();
        session.close();
        out.println("jvig-service: stopped" + (all ? "" : " with requests open") + "; "
                + service.metrics().count(Outcome.OK) + " images classified");
        out.flush();
        Runtime.getRuntime().halt(all ? 0 : FAILED);
    }
}
