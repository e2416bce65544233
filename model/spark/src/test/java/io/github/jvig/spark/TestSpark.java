package io.github.jvig.spark;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** Spark sessions for tests: no user interface, loopback only. */
final class TestSpark {
    private TestSpark() {
    }

    static SparkSession.Builder builder(String master, Path folder) {
        return SparkSession.builder().master(master).appName("jvig-spark tests").config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", 2)
                .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
                .config("spark.local.dir", folder.toString()).config("spark.log.level", "OFF")
                .config("spark.ui.showConsoleProgress", false);
    }

    /** A session whose executors have a core each; its first job waits until all are there, however slow the machine is. */
    static SparkSession onCluster(Cluster cluster, Path folder, int executors) {
        return builder(cluster.master(), folder).config("spark.cores.max", executors).config("spark.executor.cores", 1)
                .config("spark.executor.memory", "512m")
                .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                .config("spark.executor.extraJavaOptions", System.getProperty("jvig.bench.executor", ""))
                .config("spark.scheduler.minRegisteredResourcesRatio", 1)
                .config("spark.scheduler.maxRegisteredResourcesWaitingTime", Processes.MINUTES + "min")
                .config("spark.network.timeout", "600s").getOrCreate();
    }

    static SparkSession local(Path folder) {
        return builder("local[2]", folder).getOrCreate();
    }
}
