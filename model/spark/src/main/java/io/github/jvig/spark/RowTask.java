package io.github.jvig.spark;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Adds two columns to rows, the model's output and the error, a batch of rows at a time. Sent to executors. */
@SuppressWarnings("serial") // Driver and executors have the same jar.
abstract class RowTask implements MapPartitionsFunction<Row, Row> {
    /**
     * Which columns are read, and how.
     *
     * @param input       column of the model's input
     * @param name        column of the row's name for errors; -1 when there is none
     * @param batch       rows per run of the model
     * @param failOnError whether a row without an answer fails the task
     */
    record Columns(int input, int name, int batch, boolean failOnError) implements java.io.Serializable {}

    private final Columns columns;

    RowTask(Columns columns) {
        this.columns = columns;
    }

    /**
     * The answers for some rows, in order.
     *
     * @param cells of the input column
     * @param names of the rows for errors, null where there is none
     */
    abstract List<Answer> answers(List<Object> cells, List<String> names);

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new Iterator<>() {
            private final Deque<Row> ready = new ArrayDeque<>();

            @Override
            public boolean hasNext() {
                while (ready.isEmpty() && rows.hasNext()) {
                    fill();
                }
                return !ready.isEmpty();
            }

            private void fill() {
                TaskContext task = TaskContext.get();
                if (task != null && task.isInterrupted()) {
                    throw new TaskKilledException("the task was killed");
                }
                List<Row> batch = new ArrayList<>();
                List<Object> cells = new ArrayList<>();
                List<String> names = new ArrayList<>();
                while (batch.size() < columns.batch && rows.hasNext()) {
                    Row row = rows.next();
                    batch.add(row);
                    cells.add(row.get(columns.input));
                    names.add(columns.name < 0 ? null : row.getString(columns.name));
                }
                List<Answer> answers = answers(cells, names);
                for (int i = 0; i < batch.size(); i++) {
                    ready.add(extended(batch.get(i), answers.get(i)));
                }
            }

            @Override
            public Row next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return ready.remove();
            }
        };
    }

    private Row extended(Row row, Answer answer) {
        if (answer.error() != null && columns.failOnError) {
            throw new IllegalStateException(answer.error());
        }
        Object[] cells = new Object[row.length() + 2];
        for (int i = 0; i < row.length(); i++) {
            cells[i] = row.get(i);
        }
        cells[row.length()] = answer.value();
        cells[row.length() + 1] = answer.error();
        return RowFactory.create(cells);
    }

    /** For a function of Spark SQL: the answer for one cell. */
    final Answer answer(Object cell) {
        List<Object> cells = new ArrayList<>(1);
        cells.add(cell);
        List<String> names = new ArrayList<>(1);
        names.add(null);
        Answer answer = answers(cells, names).getFirst();
        if (answer.error() != null && columns.failOnError) {
            throw new IllegalStateException(answer.error());
        }
        return answer;
    }
}
