package io.github.jvig.spark;

import io.github.jvig.model.Session;
import io.github.jvig.model.vision.Transform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;

/**
 * The open sessions of this JVM, which is an executor or a driver in local mode: one for each model and its options, whatever the number of
 * tasks. A session is closed when the JVM or the application ends, and when a new one is opened while it was idle for ten minutes.
 */
final class ExecutorSessions {
    private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(10);

    private static final Map<SessionKey, Entry> OPEN = new HashMap<>();
    /** The application that has the listener: a JVM has one at a time. */
    private static final AtomicReference<String> CLOSING = new AtomicReference<>();
    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(_ -> true), "jvig-close-sessions"));
    }

    private ExecutorSessions() {
    }

    /** A session, what makes its inputs of images, and the threads that help its tasks to decode. */
    static final class Open {
        private final Session session;
        private final Transform transform;
        private final ExecutorService decoders;

        private Open(Session session) {
            this.session = session;
            this.transform = session.transform();
            this.decoders = session.threads() == 1
                    ? null
                    : Executors.newFixedThreadPool(session.threads() - 1,
                            Thread.ofPlatform().name("jvig-decode-", 1).daemon().factory());
        }

        Session session() {
            return session;
        }

        Transform transform() {
            return transform;
        }

        /** Helpers of the caller, as many as the session has threads beside it; null when there are none. */
        ExecutorService decoders() {
            return decoders;
        }

        private void close() {
            session.close();
            if (decoders != null) {
                decoders.shutdownNow();
            }
        }
    }

    /** All but {@code open} is guarded by {@link #OPEN}. */
    private static final class Entry {
        private int users;
        private long lastUsed;
        private boolean dropped;
        /** Guarded by this entry, so that others need not wait while it is compiled. */
        private Open open;

        synchronized Open open(SharedModel model) {
            if (open == null) {
                open = new Open(compile(model));
            }
            return open;
        }

        synchronized void close() {
            if (open != null) {
                open.close();
                open = null;
            }
        }
    }

    /**
     * Does something with the session of a model, which is compiled first where this JVM has none.
     *
     * @throws IllegalStateException when this JVM has no fast kernels; it gives the line of configuration
     */
    static <R> R use(SharedModel model, Function<Open, R> action) {
        Entry entry = enter(model.key());
        try {
            return action.apply(entry.open(model));
        } finally {
            leave(entry);
        }
    }

    private static Entry enter(SessionKey key) {
        List<Entry> idle = new ArrayList<>();
        Entry entry;
        synchronized (OPEN) {
            entry = OPEN.get(key);
            if (entry == null) {
                long now = System.nanoTime();
                idle.addAll(remove((_, other) -> other.users == 0 && now - other.lastUsed > IDLE_NANOS));
                entry = new Entry();
                OPEN.put(key, entry);
            }
            entry.users++;
        }
        idle.forEach(Entry::close);
        return entry;
    }

    private static void leave(Entry entry) {
        boolean last;
        synchronized (OPEN) {
            entry.users--;
            entry.lastUsed = System.nanoTime();
            last = entry.dropped && entry.users == 0;
        }
        if (last) {
            entry.close();
        }
    }

    private interface Choice {
        boolean test(SessionKey key, Entry entry);
    }

    /** Takes entries out; the caller closes those that are given, the others are closed by their last user. */
    private static List<Entry> remove(Choice choice) {
        List<Entry> unused = new ArrayList<>();
        for (Iterator<Map.Entry<SessionKey, Entry>> all = OPEN.entrySet().iterator(); all.hasNext();) {
            Map.Entry<SessionKey, Entry> next = all.next();
            if (choice.test(next.getKey(), next.getValue())) {
                all.remove();
                next.getValue().dropped = true;
                if (next.getValue().users == 0) {
                    unused.add(next.getValue());
                }
            }
        }
        return unused;
    }

    private static void close(Predicate<SessionKey> which) {
        List<Entry> unused;
        synchronized (OPEN) {
            unused = remove((key, _) -> which.test(key));
        }
        unused.forEach(Entry::close);
    }

    /** Closes the sessions of an application when it ends: in local mode the JVM may go on and start another one. */
    static void closeWith(SparkContext context) {
        String application = context.applicationId();
        if (application.equals(CLOSING.getAndSet(application))) {
            return;
        }
        context.addSparkListener(new SparkListener() {
            @Override
            public void onApplicationEnd(SparkListenerApplicationEnd end) {
                close(key -> key.application().equals(application));
            }
        });
    }

    /** How many sessions this JVM has. */
    static int count() {
        synchronized (OPEN) {
            return OPEN.size();
        }
    }

    private static Session compile(SharedModel model) {
        FastKernels.require();
        try {
            return model.key().compile(model.bytes().value().load());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
