package io.github.jvig.model.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A response's body, whose reads end with an {@link HttpTimeoutException} when nothing comes for a while. The timeout of Java's HTTP
 * client ends with the headers.
 */
final class PatientStream implements AutoCloseable {
    private final InputStream body;
    private final Duration patience;
    private final ScheduledThreadPoolExecutor alarms;
    private volatile boolean timedOut;

    PatientStream(InputStream body, Duration patience) {
        this.body = body;
        this.patience = patience;
        this.alarms = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("jvig-download").daemon().factory());
        // Or each read would leave its alarm in the queue until it is due.
        alarms.setRemoveOnCancelPolicy(true);
    }

    /** Reads some bytes, at least one; -1 at the end. */
    int read(byte[] buffer) throws IOException {
        Future<?> alarm = alarms.schedule(this::giveUp, patience.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return body.read(buffer);
        } catch (IOException e) {
            throw timedOut ? new HttpTimeoutException("nothing was received") : e;
        } finally {
            alarm.cancel(false);
        }
    }

    /** Wakes the reader: a read of a closed body fails at once. */
    private void giveUp() {
        timedOut = true;
        closeQuietly();
    }

    private void closeQuietly() {
        try {
            body.close();
        } catch (IOException e) {
            // It is of no use any more either way.
        }
    }

    @Override
    public void close() {
        alarms.shutdownNow();
        closeQuietly();
    }
}
