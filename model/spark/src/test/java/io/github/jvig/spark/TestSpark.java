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

    static SparkSession local(Path folder) {
        return builder("local[2]", folder).getOrCreate();
    }
}
