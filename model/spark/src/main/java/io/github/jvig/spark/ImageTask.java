package io.github.jvig.spark;

import io.github.jvig.model.image.ImageException;
import io.github.jvig.model.image.ImageInput;
import io.github.jvig.model.image.Orientation;
import io.github.jvig.model.text.MessageText;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskKilledException;

/** Reads images, runs the model on those that could be read, and makes cells of what it gives. */
@SuppressWarnings("serial") // Driver and executors have the same jar.
final class ImageTask extends RowTask {
    /** Runs the model and makes cells of its results. */
    interface Head extends Serializable {
        /**
         * The answers for some images, in order.
         *
         * @param inputs at least one
         */
        List<Answer> answers(ExecutorSessions.Open open, List<float[]> inputs);
    }

    private final SharedModel model;
    private final boolean exif;
    private final Head head;

    ImageTask(Columns columns, SharedModel model, boolean exif, Head head) {
        super(columns);
        this.model = model;
        this.exif = exif;
        this.head = head;
    }

    /** An image's input, or why there is none. */
    private record Prepared(String name, float[] input, String error) {}

    @Override
    List<Answer> answers(List<Object> cells, List<String> names) {
        return ExecutorSessions.use(model, open -> {
            int most = together(open);
            List<Answer> answers = new ArrayList<>(cells.size());
            for (int from = 0; from < cells.size(); from += most) {
                int to = Math.min(cells.size(), from + most);
                answers.addAll(answers(open, prepare(open, cells.subList(from, to), names.subList(from, to))));
            }
            return answers;
        });
    }

    /**
     * How many images are decoded and run together: as many as one array can hold. But a single thread has nothing of it, unless the model's
     * file fixes a batch; one by one images take less memory, which is still in the cache.
     */
    private static int together(ExecutorSessions.Open open) {
        int floats = Math.multiplyExact(3, Math.multiplyExact(open.session().height(), open.session().width()));
        int own = Math.max(1, open.session().inputs().getFirst().elements() / floats);
        return open.decoders() == null ? own : Math.max(own, Integer.MAX_VALUE / floats);
    }

    private List<Answer> answers(ExecutorSessions.Open open, List<Prepared> images) {
        List<Prepared> good = images.stream().filter(image -> image.error == null).toList();
        List<Answer> given = good.isEmpty()
                ? List.of()
                : head.answers(open, good.stream().map(Prepared::input).toList());
        List<Answer> answers = new ArrayList<>(images.size());
        int next = 0;
        for (Prepared image : images) {
            if (image.error != null) {
                answers.add(Answer.failed(image.error));
                continue;
            }
            Answer answer = given.get(next++);
            answers.add(answer.error() == null
                    ? answer
                    : Answer.failed(MessageText.line(image.name) + ": the model gives no answer for this image: "
                            + answer.error()));
        }
        return answers;
    }

    /** Decodes by the caller and the session's helpers. */
    private List<Prepared> prepare(ExecutorSessions.Open open, List<Object> cells, List<String> names) {
        Configuration hadoop = model.hadoop().value().value();
        Orientation orientation = exif ? Orientation.EXIF : Orientation.STORED;
        List<FutureTask<Prepared>> jobs = new ArrayList<>(cells.size());
        for (int i = 0; i < cells.size(); i++) {
            ImageInput image = ImageCells.input(cells.get(i), names.get(i), hadoop);
            jobs.add(new FutureTask<>(() -> {
                try {
                    return new Prepared(image.name(), ImageCells.prepare(image, open.transform(), orientation), null);
                } catch (ImageException e) {
                    return new Prepared(image.name(), null, e.getMessage());
                }
            }));
        }
        if (open.decoders() != null) {
            jobs.subList(1, jobs.size()).forEach(open.decoders()::execute);
        }
        List<Prepared> images = new ArrayList<>(jobs.size());
        for (FutureTask<Prepared> job : jobs) {
            // Does nothing where a helper has begun.
            job.run();
            try {
                images.add(job.get());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TaskKilledException("the task was interrupted");
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
        if (Thread.currentThread().isInterrupted()) {
            // An interrupt ends reading, which says nothing about the image.
            throw new TaskKilledException("the task was interrupted");
        }
        return images;
    }
}
