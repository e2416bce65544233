package io.github.jvig.model.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.jvig.model.image.ImageFiles;
import io.github.jvig.model.image.ImageInput;
import io.github.jvig.model.image.Orientation;
import io.github.jvig.model.image.RgbImage;
import io.github.jvig.model.image.TestFiles;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DecodePipelineTest {
    private static final Transform DIGITS = Transform.digits();

    private static RgbImage gray(int value) {
        return RgbImage.ofArgb(1, 1, new int[]{value << 16 | value << 8 | value});
    }

    private static ImageInput numbered(int number) {
        return ImageInput.of(Integer.toString(number), gray(number));
    }

    private static List<ImageInput> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(DecodePipelineTest::numbered).toList();
    }

    private static DecodePipeline pipeline(Iterable<ImageInput> images, int helpers, int lookAhead) {
        return new DecodePipeline(images, DIGITS, Orientation.STORED, helpers, lookAhead);
    }

    private static List<String> names(List<DecodePipeline.Result> results) {
        return results.stream().map(DecodePipeline.Result::name).toList();
    }

    private static List<String> remainingNames(DecodePipeline pipeline) throws InterruptedException {
        List<String> names = new ArrayList<>();
        for (List<DecodePipeline.Result> some = pipeline.next(3); !some.isEmpty(); some = pipeline.next(3)) {
            names.addAll(names(some));
        }
        return names;
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "1,5", "3,1", "3,100"})
    void resultsComeInOrder(int helpers, int lookAhead) throws Exception {
        try (DecodePipeline pipeline = pipeline(numbered(0, 50), helpers, lookAhead)) {
            List<DecodePipeline.Result> all = new ArrayList<>();
            for (List<DecodePipeline.Result> some = pipeline.next(7); !some.isEmpty(); some = pipeline.next(7)) {
                assertEquals(Math.min(7, 50 - all.size()), some.size());
                all.addAll(some);
            }
            assertEquals(50, all.size());
            for (int i = 0; i < 50; i++) {
                assertEquals(Integer.toString(i), all.get(i).name());
                assertArrayEquals(DIGITS.apply(gray(i)), all.get(i).input());
                assertFalse(all.get(i).isFailed());
                assertNull(all.get(i).error());
                assertTrue(all.get(i).millis() >= 0);
            }
        }
    }

    /** Each reader counts itself in when it starts; what is taken counts it out. */
    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "4,3", "2,10"})
    void noMoreThanTheLookAheadIsDecoded(int helpers, int lookAhead) throws Exception {
        AtomicInteger pulled = new AtomicInteger();
        List<Integer> excess = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger taken = new AtomicInteger();
        Iterable<ImageInput> images = () -> IntStream.range(0, 60).mapToObj(i -> {
            if (pulled.incrementAndGet() - taken.get() > lookAhead + 1) {
                excess.add(i);
            }
            return numbered(i);
        }).iterator();
        try (DecodePipeline pipeline = pipeline(images, helpers, lookAhead)) {
            assertEquals(0, pulled.get());
            for (int i = 0; i < 60; i++) {
                assertEquals(List.of(Integer.toString(i)), names(pipeline.next(1)));
                taken.incrementAndGet();
                assertTrue(pulled.get() <= i + 1 + lookAhead, pulled + " images at result " + i);
            }
        }
        assertEquals(List.of(), excess);
    }

    @Test
    void helpersWorkAheadWhileTheCallerIsElsewhere() throws Exception {
        CountDownLatch decoded = new CountDownLatch(4);
        List<ImageInput> images = IntStream.range(0, 9).mapToObj(i -> new ImageInput("image " + i, _ -> {
            decoded.countDown();
            return gray(i);
        })).toList();
        try (DecodePipeline pipeline = pipeline(images, 1, 3)) {
            assertEquals(List.of("image 0"), names(pipeline.next(1)));
            assertTrue(decoded.await(30, TimeUnit.SECONDS), "nobody decodes ahead");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void oneFailureIsReportedAndTheRunGoesOn(int helpers) throws Exception {
        Transform picky = new Transform() {
            @Override
            public int height() {
                return DIGITS.height();
            }

            @Override
            public int width() {
                return DIGITS.width();
            }

            @Override
            public float[] apply(RgbImage image) {
                if (image.width() == 2) {
                    throw new IllegalArgumentException("two columns");
                }
                return DIGITS.apply(image);
            }
        };
        List<ImageInput> images = List.of(numbered(1), ImageInput.of("text", new byte[20]),
                ImageInput.of(Path.of("no such folder", "image.png")), new ImageInput("socket", _ -> {
                    throw new IOException("connection reset");
                }), ImageInput.of("two", RgbImage.ofArgb(2, 1, new int[2])), numbered(2));
        try (DecodePipeline pipeline = new DecodePipeline(images, picky, Orientation.STORED, helpers, 4)) {
            List<DecodePipeline.Result> results = pipeline.next(100);
            assertEquals(List.of(false, true, true, true, true, false),
                    results.stream().map(DecodePipeline.Result::isFailed).toList());
            assertEquals(List.of("text: not an image of a known kind (PNG, JPEG, GIF, BMP, WebP, TIFF)",
                    Path.of("no such folder", "image.png") + ": no such file",
                    "socket: can't be read: connection reset",
                    "two: can't be made an input: java.lang.IllegalArgumentException: two columns"),
                    results.subList(1, 5).stream().map(r -> r.error().getMessage()).toList());
            assertNull(results.get(1).input());
            assertEquals(List.of(), pipeline.next(1));
        }
    }

    @Test
    void anErrorEndsTheCallAndNotTheRun() throws Exception {
        List<ImageInput> images = List.of(numbered(1), new ImageInput("bad", _ -> {
            throw new StackOverflowError();
        }), numbered(2));
        try (DecodePipeline pipeline = pipeline(images, 0, 1)) {
            assertThrows(StackOverflowError.class, () -> pipeline.next(3));
            assertEquals(List.of("1", "2"), names(pipeline.next(3)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void anInterruptedThreadLosesNoImage(int helpers) throws Exception {
        try (DecodePipeline pipeline = pipeline(numbered(0, 10), helpers, 4)) {
            assertEquals(List.of("0", "1"), names(pipeline.next(2)));
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> pipeline.next(2));
            // The next call neither fails again nor has anything to catch up.
            assertFalse(Thread.currentThread().isInterrupted());
            assertEquals(List.of("2", "3"), names(pipeline.next(2)));
            assertEquals(List.of("4", "5", "6", "7", "8", "9"), remainingNames(pipeline));
        }
    }

    @Test
    void anInterruptionWhileWaitingForAHelperLosesNoImage() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch calling = new CountDownLatch(1);
        List<ImageInput> images = new ArrayList<>(numbered(0, 2));
        images.add(new ImageInput("slow", _ -> {
            started.countDown();
            await(go);
            return gray(1);
        }));
        images.addAll(numbered(3, 5));
        try (DecodePipeline pipeline = pipeline(images, 1, 3)) {
            FutureTask<List<String>> call = new FutureTask<>(() -> {
                // The helper must have the slow image, or this thread would take it.
                pipelineStart(pipeline, started);
                calling.countDown();
                assertThrows(InterruptedException.class, () -> pipeline.next(5));
                go.countDown();
                return remainingNames(pipeline);
            });
            Thread caller = new Thread(call);
            caller.start();
            awaitWaiting(caller, calling);
            caller.interrupt();
            assertEquals(List.of("1", "slow", "3", "4"), call.get(30, TimeUnit.SECONDS));
        }
    }

    private static void pipelineStart(DecodePipeline pipeline, CountDownLatch started) throws Exception {
        assertEquals(List.of("0"), names(pipeline.next(1)));
        started.await();
    }

    /** A reader of the application that gives up when it is interrupted, on the caller's own thread. */
    @Test
    void anInterruptedReadIsRepeated() throws Exception {
        AtomicInteger reads = new AtomicInteger();
        ImageInput breakable = new ImageInput("breakable", _ -> {
            if (reads.incrementAndGet() == 1) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("gave up");
            }
            return gray(1);
        });
        try (DecodePipeline pipeline = pipeline(List.of(numbered(0), breakable, numbered(2)), 0, 2)) {
            assertThrows(InterruptedException.class, () -> pipeline.next(3));
            assertEquals(List.of("0", "breakable", "2"), names(pipeline.next(3)));
            assertEquals(2, reads.get());
        }
    }

    @Test
    void closingEndsHelpersAndACallThatWaits() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch calling = new CountDownLatch(1);
        AtomicInteger later = new AtomicInteger();
        List<ImageInput> images = new ArrayList<>();
        images.add(numbered(0));
        images.add(new ImageInput("endless", _ -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw new InterruptedIOException();
            }
            return null;
        }));
        for (int i = 0; i < 8; i++) {
            images.add(new ImageInput("later", _ -> {
                later.incrementAndGet();
                return gray(1);
            }));
        }
        DecodePipeline pipeline = pipeline(images, 1, 2);
        FutureTask<String> call = new FutureTask<>(() -> {
            pipelineStart(pipeline, started);
            calling.countDown();
            String message = assertThrows(IllegalStateException.class, () -> pipeline.next(5)).getMessage();
            return message + ", interrupted: " + Thread.currentThread().isInterrupted();
        });
        Thread caller = new Thread(call);
        caller.start();
        awaitWaiting(caller, calling);
        pipeline.close();
        assertEquals("the pipeline is closed, interrupted: false", call.get(30, TimeUnit.SECONDS));
        assertTrue(interrupted.await(30, TimeUnit.SECONDS), "the helper goes on");
        assertEquals(0, later.get());
        pipeline.close();
        assertThrows(IllegalStateException.class, () -> pipeline.next(1));
    }

    @Test
    void argumentsAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> pipeline(List.of(), -1, 1));
        assertThrows(IllegalArgumentException.class, () -> pipeline(List.of(), 0, 0));
        try (DecodePipeline empty = pipeline(List.of(), 2, 2)) {
            assertThrows(IllegalArgumentException.class, () -> empty.next(0));
        }
    }

    @Test
    void aClassifierUsesItForAFolder(@TempDir Path folder) throws Exception {
        Files.write(folder.resolve("a.png"), TestFiles.png(1, 1, 8, TestFiles.GRAY, new byte[]{77}));
        Files.writeString(folder.resolve("b.png"), "not an image");
        ImageClassifier classifier = new ImageClassifier(_ -> new float[]{1, 0}, DIGITS, Labels.numbered(2));
        try (DecodePipeline pipeline = classifier.pipeline(ImageFiles.find(folder), 1, 4)) {
            List<DecodePipeline.Result> results = pipeline.next(4);
            assertArrayEquals(classifier.prepare(folder.resolve("a.png")), results.get(0).input());
            assertTrue(results.get(1).error().getMessage().startsWith(folder.resolve("b.png") + ": "));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Until a thread waits in the call that comes after the latch. */
    private static void awaitWaiting(Thread thread, CountDownLatch calling) throws InterruptedException {
        assertTrue(calling.await(30, TimeUnit.SECONDS));
        while (thread.getState() != Thread.State.WAITING) {
            Thread.sleep(1);
        }
    }
}
