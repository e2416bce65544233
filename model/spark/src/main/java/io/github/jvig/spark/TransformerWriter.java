package io.github.jvig.spark;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;

/** Saves a transformer with its model, so that it can be loaded where the files that it was made from are not. */
final class TransformerWriter extends MLWriter {
    private static final String FOLDER = "model";
    private static final String WEIGHTS = "weights.safetensors";

    private final ModelTransformer<?> transformer;
    private ModelBytes model;

    TransformerWriter(ModelTransformer<?> transformer) {
        this.transformer = transformer;
    }

    /** Reads the model first: where Spark overwrites, it deletes what was there before it calls {@link #saveImpl}. */
    @Override
    public void save(String path) throws IOException {
        model = transformer.read(sparkSession());
        super.save(path);
    }

    @Override
    public void saveImpl(String path) {
        DefaultParamsWriter.saveMetadata(transformer, path, sparkSession());
        if (model.bytes().length == 0) {
            return;
        }
        Path file = new Path(new Path(path, FOLDER), model.isOnnx() ? model.name() : WEIGHTS);
        try (OutputStream out = file.getFileSystem(hadoop()).create(file, false)) {
            out.write(model.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Configuration hadoop() {
        return sparkSession().sparkContext().hadoopConfiguration();
    }

    /** Loads what the writer saved. */
    static final class Reader<T extends ModelTransformer<T>> extends MLReader<T> {
        private final Class<T> type;

        Reader(Class<T> type) {
            this.type = type;
        }

        @Override
        public T load(String path) {
            Object loaded = new DefaultParamsReader<>().load(path);
            if (!type.isInstance(loaded)) {
                throw new IllegalArgumentException(path + " holds a " + loaded.getClass().getName() + ", not a "
                        + type.getName());
            }
            T transformer = type.cast(loaded);
            try {
                Path folder = new Path(path, FOLDER);
                Configuration hadoop = sparkSession().sparkContext().hadoopConfiguration();
                if (!folder.getFileSystem(hadoop).exists(folder)) {
                    return transformer;
                }
                String file = folder.getFileSystem(hadoop).listStatus(folder)[0].getPath().toString();
                return transformer.setSaved(file, hadoop);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
