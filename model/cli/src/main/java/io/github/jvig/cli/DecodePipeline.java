package io.github.jvig.cli;

import io.github.jvig.model.vision.Orientation;
import io.github.jvig.model.vision.Transform;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * Decodes and transforms pictures, some ahead of who asks for them, on threads of its own if it may have any. They come out in order,
 * and never more than a given number is in memory.
 */
final class DecodePipeline implements AutoCloseable {
    /**
     * A net's input, or why there is none.
     *
     * @param path   of the picture
     * @param input  null after an error
     * @param error  one line, null when all is well
     * @param millis that it took
     */
    record Prepared(String path, float[] input, String error, double millis) {}

    private final Iterator<ImageInput> pictures;
    private final Orientation orientation;
    private final Transform transform;
    private final int ahead;
    private final ExecutorService helpers;
    private final Deque<FutureTask<Prepared>> started = new ArrayDeque<>();

    /**
     * @param threads that may help the caller's, perhaps none
     * @param ahead   pictures that are under way or ready, at most
     */
    DecodePipeline(List<ImageInput> pictures, Orientation orientation, Transform transform, int threads, int ahead) {
        this.pictures = pictures.iterator();
        this.orientation = orientation;
        this.transform = transform;
        this.ahead = ahead;
        this.helpers = threads == 0 ? null : Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "jvig-decode");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The next pictures in order, fewer at the end. */
    List<Prepared> next(int count) {
        List<Prepared> some = new ArrayList<>();
        start();
        while (some.size() < count && !started.isEmpty()) {
            FutureTask<Prepared> first = started.removeFirst();
            // Does nothing when a helper is at it already.
            first.run();
            some.add(result(first));
            start();
        }
        return some;
    }

    private void start() {
        while (started.size() < ahead && pictures.hasNext()) {
            ImageInput picture = pictures.next();
            FutureTask<Prepared> task = new FutureTask<>(() -> prepare(picture));
            started.addLast(task);
            if (helpers != null) {
                helpers.execute(task);
            }
        }
    }

    private Prepared prepare(ImageInput picture) {
        long start = System.nanoTime();
        try {
            float[] input = transform.apply(picture.source().read(orientation));
            return new Prepared(picture.path(), input, null, (System.nanoTime() - start) / 1e6);
        } catch (IOException e) {
            return new Prepared(picture.path(), null, Failures.line(e), (System.nanoTime() - start) / 1e6);
        }
    }

    private static Prepared result(Future<Prepared> task) {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Error error -> throw error;
                case RuntimeException exception -> throw exception;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    @Override
    public void close() {
        if (helpers != null) {
            helpers.shutdownNow();
        }
    }
}
