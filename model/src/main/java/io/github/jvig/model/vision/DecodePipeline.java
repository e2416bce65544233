package io.github.jvig.model.vision;

import io.github.jvig.model.image.ImageException;
import io.github.jvig.model.image.ImageFiles;
import io.github.jvig.model.image.ImageInput;
import io.github.jvig.model.image.Orientation;
import io.github.jvig.model.text.MessageText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;

/**
 * Decodes images and makes them a net's inputs, in parallel and ahead of the caller, which meanwhile can run the net. Results come out in
 * the order of the images. An image that can't be read gives a failed result, and the run goes on:
 *
 * <pre>{@code
 * try (DecodePipeline pipeline = classifier.pipeline(ImageFiles.find(folder), 3, 16)) {
 *     for (List<DecodePipeline.Result> batch = pipeline.next(8); !batch.isEmpty(); batch = pipeline.next(8)) {
 *         ...
 *     }
 * }
 * }</pre>
 *
 * <p>{@link #next} is for one thread at a time; {@link #close} may be called from any.
 */
public final class DecodePipeline implements AutoCloseable {
    /**
     * A net's input, or why there is none.
     *
     * @param name   of the image
     * @param input  what the transform gave, {@code 3 * height * width} values in planes; null after a failure
     * @param error  whose message names the image in one line; null unless it failed
     * @param millis for reading, decoding and transforming it, in milliseconds of wall-clock time
     */
    public record Result(String name, float[] input, ImageException error, double millis) {
        /**
         * Whether there is no input.
         *
         * @return whether {@link #error} says why
         */
        public boolean isFailed() {
            return error != null;
        }
    }

    private final Iterator<ImageInput> images;
    private final Transform transform;
    private final Orientation orientation;
    private final int lookAhead;
    /** Null when the caller decodes alone. */
    private final ExecutorService helpers;
    /** Started or waiting for a helper, in order. Only {@link #next} adds and removes; {@link #close} cancels. */
    private final Deque<Job> jobs = new ConcurrentLinkedDeque<>();
    /** Results that no call of {@link #next} has returned yet. */
    private final Deque<Result> ready = new ArrayDeque<>();
    private volatile boolean closed;

    /** The decoding of one image. */
    private final class Job extends FutureTask<Result> {
        private final ImageInput image;

        Job(ImageInput image) {
            super(() -> prepare(image));
            this.image = image;
        }
    }

    /**
     * Starts nothing yet; the first call of {@link #next} does.
     *
     * @param images      in the order of the results; read lazily, never more than {@code lookAhead} ahead
     * @param transform   makes the net's inputs
     * @param orientation what becomes of an EXIF orientation
     * @param helpers     threads that decode in addition to the caller of {@link #next}; with 0, it decodes alone and nothing is done ahead
     * @param lookAhead   how many images at most are being decoded, or are decoded and wait for {@link #next}
     * @throws IllegalArgumentException when {@code helpers} is below 0 or {@code lookAhead} below 1
     */
    public DecodePipeline(Iterable<ImageInput> images, Transform transform, Orientation orientation, int helpers,
            int lookAhead) {
        if (helpers < 0 || lookAhead < 1) {
            throw new IllegalArgumentException("a pipeline needs 0 or more helpers and a look-ahead of 1 or more, not "
                    + helpers + " and " + lookAhead);
        }
        this.images = images.iterator();
        this.transform = Objects.requireNonNull(transform, "transform");
        this.orientation = Objects.requireNonNull(orientation, "orientation");
        this.lookAhead = lookAhead;
        this.helpers = helpers == 0
                ? null
                : Executors.newFixedThreadPool(helpers, Thread.ofPlatform().name("jvig-decode-", 1).daemon().factory());
    }

    /**
     * The next results in order. Waits for them, and decodes those that no helper has started.
     *
     * @param max how many results are wanted
     * @return as many, fewer at the end, and an empty list after it
     * @throws InterruptedException     when the thread is interrupted; no image is lost, the next call continues with the same ones
     * @throws IllegalArgumentException when {@code max} is below 1
     * @throws IllegalStateException    when the pipeline is closed, before or during the call
     */
    public List<Result> next(int max) throws InterruptedException {
        if (max < 1) {
            throw new IllegalArgumentException("can't give " + max + " images");
        }
        start();
        while (ready.size() < max && !jobs.isEmpty()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted between two images");
            }
            ready.addLast(finishFirst());
            start();
        }
        List<Result> results = new ArrayList<>();
        while (results.size() < max && !ready.isEmpty()) {
            results.add(ready.removeFirst());
        }
        return results;
    }

    private void start() {
        if (closed) {
            throw closedException();
        }
        while (jobs.size() < lookAhead && images.hasNext()) {
            Job job = new Job(images.next());
            jobs.addLast(job);
            if (helpers != null) {
                try {
                    helpers.execute(job);
                } catch (RejectedExecutionException e) {
                    throw closedException();
                }
            }
        }
    }

    /** The result of the first job, which is removed. After an interruption it is still the first, for the next call. */
    private Result finishFirst() throws InterruptedException {
        Job first = jobs.getFirst();
        // Does nothing when a helper has started it.
        first.run();
        try {
            Result result = first.get();
            jobs.removeFirst();
            return result;
        } catch (CancellationException e) {
            throw closedException();
        } catch (ExecutionException e) {
            jobs.removeFirst();
            if (closed) {
                throw closedException();
            }
            if (e.getCause() instanceof InterruptedException interruption) {
                // Reading ended early, which says nothing about the image.
                jobs.addFirst(new Job(first.image));
                throw interruption;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private Result prepare(ImageInput image) throws InterruptedException {
        long start = System.nanoTime();
        float[] input = null;
        ImageException error = null;
        try {
            input = transform.apply(image.read(orientation));
        } catch (ImageException e) {
            error = e;
        } catch (RuntimeException e) {
            error = new ImageException(MessageText.line(image.name()) + ": can't be made an input: " + e, e);
        }
        if (error != null && Thread.interrupted()) {
            throw new InterruptedException("interrupted while reading " + image.name());
        }
        return new Result(image.name(), input, error, (System.nanoTime() - start) / 1e6);
    }

    private static IllegalStateException closedException() {
        return new IllegalStateException("the pipeline is closed");
    }

    /** Ends the helpers. Does not wait for images that are being decoded; their results are dropped. A second call does nothing. */
    @Override
    public void close() {
        closed = true;
        if (helpers != null) {
            helpers.shutdownNow();
        }
        // Wakes a caller that waits for a helper, without an interruption that it could find later.
        jobs.forEach(job -> job.cancel(false));
    }
}
