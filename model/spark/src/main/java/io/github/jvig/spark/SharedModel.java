package io.github.jvig.spark;

import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A model that tasks share: what they need to have a session of it, and the bytes, which each executor fetches once.
 *
 * @param key    of the session
 * @param bytes  of the model
 * @param hadoop how executors reach files
 */
@SuppressWarnings("serial") // A record has no version.
record SharedModel(SessionKey key, Broadcast<ModelBytes> bytes, Broadcast<SerializableConfiguration> hadoop)
        implements
            Serializable {

    /** What was broadcast, by application and hash; each lives as long as a dataset or a transformer has it. */
    private static final Map<String, WeakReference<Sent>> SENT = new HashMap<>();

    /** A model that was read and broadcast. */
    record Sent(ModelBytes model, Broadcast<ModelBytes> bytes, Broadcast<SerializableConfiguration> hadoop) {
        SharedModel with(SessionKey key) {
            return new SharedModel(key, bytes, hadoop);
        }
    }

    /** Broadcasts the model, unless this application has done so. */
    static synchronized Sent send(ModelBytes model, SparkContext context) {
        SENT.values().removeIf(sent -> sent.get() == null);
        String key = context.applicationId() + " " + model.hash();
        WeakReference<Sent> reference = SENT.get(key);
        Sent sent = reference == null ? null : reference.get();
        if (sent == null) {
            // The JavaSparkContext is only a view; closing it would stop the application.
            @SuppressWarnings("resource")
            JavaSparkContext java = JavaSparkContext.fromSparkContext(context);
            sent = new Sent(model, java.broadcast(model),
                    java.broadcast(new SerializableConfiguration(context.hadoopConfiguration())));
            SENT.put(key, new WeakReference<>(sent));
            ExecutorSessions.closeWith(context);
        }
        return sent;
    }
}
