package io.github.jvig.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests when the launcher builds and which JDK it selects, in a small copy of the repository with a fake Maven and a fake JDK that only print
 * their arguments.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherBuildTest {
    @TempDir
    private Path folder;

    private Path jvig;
    private Path jdk;
    private Path bin;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void makeARepository() throws IOException {
        Path root = folder.resolve("my repo");
        jvig = root.resolve("scripts/jvig");
        Files.createDirectories(jvig.getParent());
        for (String name : List.of("jvig", "jdk.sh", "build.sh", "tornado.sh", "tornado-check")) {
            Files.copy(Launcher.scripts().resolve(name), jvig.resolveSibling(name),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        for (String file : List.of("pom.xml", "kernels/pom.xml", "model/pom.xml", "kernels/src/main/A.java",
                "model/src/main/B.java", "model/cli/pom.xml", "model/cli/src/main/D.java", "tornado-tasks/pom.xml",
                "tornado-tasks/src/main/C.java")) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.writeString(root.resolve(file), "");
        }
        jdk = jdk("jdk", "25.0.1");
        bin = Files.createDirectories(folder.resolve("bin"));
        script(bin.resolve("mvn"), """
                echo "$PWD: $*" >>"%s"
                echo noise
                mkdir -p model/cli/target/dependency
                touch model/cli/target/jvig-cli-1-javadoc.jar model/cli/target/jvig-cli-1.jar
                mkdir -p tornado-tasks/target
                touch tornado-tasks/target/jvig-tornado-tasks-1.jar
                """.formatted(mavenCalls()));
        environment.put("PATH", bin + ":" + System.getenv("PATH"));
        environment.put("JVIG_JAVA_HOME", jdk.toString());
        environment.put("JVIG_CLASSPATH", "");
        environment.put("JVIG_JAVA_OPTIONS", "");
        environment.put("TORNADOVM_HOME", "");
        environment.put("SDKMAN_DIR", folder.resolve("sdkman").toString());
    }

    @Test
    void buildsOnFirstUseAndSaysSo() throws IOException {
        Outcome first = start("classify", "a b");
        assertEquals(Main.OK, first.status());
        assertEquals(List.of("jvig: building with Maven (first use) ...", "noise"), first.err().lines().toList());
        Path root = jvig.getParent().resolveSibling("");
        assertEquals(1, calls().size());
        assertTrue(
                calls().getFirst().contains("-pl model/cli -am -Dmaven.test.skip=true")
                        && calls().getFirst().contains(" package "),
                calls()::toString);
        String target = root.toRealPath().resolve("model/cli/target").toString();
        assertTrue(first.out().contains("[-cp] [" + target + "/jvig-cli-1.jar:" + target + "/dependency/*]"),
                first.out());
        assertTrue(first.out().contains("[--add-modules] [jdk.incubator.vector]"), first.out());
        assertTrue(first.out().endsWith("[io.github.jvig.cli.Main] [classify] [a b] \n"), first.out());
    }

    @Test
    void buildsAgainOnlyWhenASourceIsNewer() throws IOException {
        start();
        assertEquals("", start().err());
        assertEquals(1, calls().size());
        for (String file : List.of("model/src/main/B.java", "kernels/src/main/A.java", "model/cli/src/main/D.java",
                "model/cli/pom.xml", "kernels/pom.xml", "pom.xml")) {
            int before = calls().size();
            Files.setLastModifiedTime(jvig.getParent().resolveSibling(file),
                    FileTime.from(Instant.now().plusSeconds(2)));
            assertTrue(start().err().startsWith("jvig: building with Maven (its sources have changed) ..."));
            assertEquals(before + 1, calls().size());
            Files.setLastModifiedTime(jvig.getParent().resolveSibling(file), FileTime.from(Instant.EPOCH));
            assertEquals("", start().err());
        }
    }

    @Test
    void aFailedBuildIsAFailureAndIsTriedAgain() throws IOException {
        script(bin.resolve("mvn"), "echo 'no network'; exit 1\n");
        for (int i = 0; i < 2; i++) {
            Outcome outcome = start("devices");
            assertEquals(1, outcome.status());
            assertEquals("", outcome.out());
            String why = i == 0 ? "first use" : "the last build failed or was killed";
            assertEquals(List.of("jvig: building with Maven (" + why + ") ...", "no network",
                    "jvig: the build failed; what Maven says is above"), outcome.err().lines().toList());
        }
    }

    /** What is left of it may be half of a file; so no file of it is used, not by another script either. */
    @Test
    void nothingIsUsedOfABuildThatWasKilled() throws IOException {
        start();
        Path target = jvig.getParent().resolveSibling("kernels/target");
        Path half = Files.writeString(Files.createDirectories(target.resolve("classes")).resolve("A.class"), "half");
        Path jar = Files.writeString(target.resolve("jvig-kernels-1.jar"), "half");
        Path results = Files
                .writeString(Files.createDirectories(jvig.getParent().resolveSibling("bench/target/results"))
                        .resolve("a.csv"), "1");
        assertEquals("", start().err());
        Files.createFile(target.resolve("jvig.unfinished"));
        assertTrue(start().err().startsWith("jvig: building with Maven (the last build failed or was killed) ..."));
        assertEquals(2, calls().size());
        assertFalse(Files.exists(half) || Files.exists(jar));
        assertTrue(Files.exists(results));
        assertEquals("", start().err());
    }

    /** Maven goes on when the call that started it is killed, and writes the files that the next build would. */
    @Test
    void aBuildGoesOnAloneUntilItHasEnded() throws IOException {
        script(bin.resolve("mvn"),
                Files.readString(bin.resolve("mvn")) + "sleep 2; echo ended >>'" + mavenCalls() + "'\n");
        Outcome killed = Launcher.shell(folder, environment,
                List.of("bash", "-c",
                        "'" + jvig + "' one >one.txt 2>&1 & sleep 0.7; kill -9 $!; exec '" + jvig + "' two"));
        assertEquals(Main.OK, killed.status(), killed::err);
        assertTrue(killed.err().contains("waiting for another build to end"), killed.err());
        assertTrue(killed.err().contains("(the last build failed or was killed)"), killed.err());
        assertEquals(4, calls().size(), calls()::toString);
        assertEquals("ended", calls().get(1));
    }

    /** Who ends the call does not want the build either. */
    @Test
    void aBuildIsEndedWithItsCall() throws IOException {
        String maven = Files.readString(bin.resolve("mvn"));
        Path number = folder.resolve("number");
        script(bin.resolve("mvn"), maven + "echo $$ >'" + number + "'\nexec sleep 50\n");
        Outcome ended = Launcher.shell(folder, environment, List.of("bash", "-c", "'" + jvig
                + "' one >one.txt 2>&1 & sleep 0.7; kill -TERM $!; wait $!; echo $?; sleep 0.3;"
                + " kill -0 $(cat number) 2>/dev/null || echo ended"));
        assertEquals(List.of("143", "ended"), ended.lines(), ended::err);
        script(bin.resolve("mvn"), maven);
        assertEquals(Main.OK, start().status());
    }

    /** What a shell exports to all scripts. */
    @Test
    void optionsOfTheCallersShellChangeNothing() throws IOException {
        script(bin.resolve("mvn"), Files.readString(bin.resolve("mvn"))
                + "env | grep -E '^(SHELLOPTS|BASHOPTS|BASH_ENV)=' && exit 1\ntrue\n");
        Path odd = Files.writeString(folder.resolve("odd.sh"), "set -fC\ncommand() { return 1; }\nexport -f command\n");
        for (String options : List.of("set -f; export SHELLOPTS", "set -C; export SHELLOPTS",
                "shopt -s failglob nocasematch; export BASHOPTS", "shopt -s nullglob; export BASHOPTS",
                "export POSIXLY_CORRECT=1", "export GLOBIGNORE='*'", "export BASH_ENV='" + odd + "'",
                "find() { return 1; }; export -f find; export BASH_ENV=/none", "export IFS=/a", "export TMOUT=1",
                "export TMPDIR=/none", "unset HOME", "export LC_ALL=tr_TR.UTF-8", "export GREP_OPTIONS=-v",
                "export CDPATH=/:/tmp")) {
            deleteBuild();
            Outcome outcome = Launcher.shell(folder, environment,
                    List.of("bash", "-c", options + "\n'" + jvig + "' devices"));
            assertEquals(Main.OK, outcome.status(), () -> options + ": " + outcome.err());
            assertTrue(outcome.out().contains("[devices]") && outcome.out().contains("/jvig-cli-1.jar:"),
                    () -> options + ": " + outcome.out());
            assertEquals(List.of("jvig: building with Maven (first use) ...", "noise"),
                    outcome.err().lines().filter(line -> !line.contains("setlocale")).toList(),
                    options);
        }
    }

    private void deleteBuild() throws IOException {
        Files.deleteIfExists(jvig.getParent().resolveSibling("model/cli/target/jvig.stamp"));
    }

    @Test
    void theCheckoutMayHaveAnyName() throws IOException {
        Path root = jvig.getParent().getParent();
        for (String name : List.of("-x", "a*b", "a?[b]", "a'b\"c", "a$(b)`c`", "a\\b", "a\nb", "a b\n", "~", "-")) {
            Path odd = Files.move(root, root.resolveSibling(name));
            Files.deleteIfExists(odd.resolve("model/cli/target/jvig.stamp"));
            Outcome outcome = Launcher.shell(folder, environment,
                    List.of("bash", "--", name + "/scripts/jvig", "devices"));
            assertEquals(Main.OK, outcome.status(), () -> name + ": " + outcome.err());
            assertTrue(outcome.out().contains(name + "/model/cli/target/jvig-cli-1.jar:"),
                    () -> name + ": " + outcome.out());
            root = odd;
        }
    }

    /** A lock whose owner is gone, since no process has this number. */
    private Path staleLock() throws IOException {
        Path target = Files.createDirectories(jvig.getParent().resolveSibling("kernels/target"));
        return Files.createSymbolicLink(target.resolve("jvig.lock"), Path.of("99999999"));
    }

    @Test
    void aBuildThatWasKilledDoesNotBlockTheNext() throws IOException {
        Path lock = staleLock();
        assertEquals(Main.OK, start().status());
        assertEquals(1, calls().size());
        assertFalse(Files.exists(lock, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void aRemovalThatWasKilledDoesNotBlockTheNext() throws IOException {
        Path lock = staleLock();
        Path removal = Files.createSymbolicLink(lock.resolveSibling("jvig.lock.removal"), Path.of("99999998"));
        assertEquals(Main.OK, start().status());
        assertEquals(1, calls().size());
        assertFalse(Files.exists(removal, LinkOption.NOFOLLOW_LINKS));
    }

    /** Each at its own pace, so that some look at the lock before others remove it, and remove it after others have a new one. */
    @Test
    void manyStartsAfterABuildThatWasKilledBuildOnce() throws IOException {
        staleLock();
        script(bin.resolve("rm"), "case $* in *jvig.lock) sleep 0.$(($$ % 7));; esac\nexec /bin/rm \"$@\"\n");
        script(bin.resolve("mvn"), Files.readString(bin.resolve("mvn")) + "sleep 0.4\n");
        Outcome outcome = Launcher.shell(folder, environment,
                List.of("bash", "-c", "for i in 1 2 3 4 5 6; do '" + jvig + "' $i & done; wait"));
        assertEquals(6, outcome.lines().size(), outcome::toString);
        assertEquals(1, calls().size(), outcome::toString);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFolderWithAColonInItsNameIsNoTwoEntriesOfTheClassPath() throws IOException {
        Path root = jvig.getParent().getParent();
        Path odd = Files.move(root, root.resolveSibling("a:b"));
        Outcome outcome = Launcher.run(folder, environment, odd.resolve("scripts/jvig"), "devices");
        assertEquals(Main.OK, outcome.status(), outcome::err);
        String target = "/proc/\\d+/fd/4/model/cli/target";
        assertTrue(
                outcome.out()
                        .matches("(?s).*\\[-cp] \\[" + target + "/jvig-cli-1\\.jar:" + target + "/dependency/\\*].*"),
                outcome.out());
    }

    /** A locale may be named that the machine does not have, as ssh does; so its name says nothing. */
    @Test
    void theLocaleIsAlwaysOneThatHoldsAllLetters() throws IOException {
        script(jdk.resolve("bin/java"), "echo \"$LC_ALL\"\n");
        for (String name : List.of("", "C", "xx_YY.UTF-8", "UTF-8")) {
            environment.put("LC_ALL", name);
            environment.put("LC_CTYPE", name);
            assertEquals("C.UTF-8\n", start().out(), name);
        }
    }

    @Test
    void twoStartsAtATimeBuildOnce() throws IOException {
        script(bin.resolve("mvn"), Files.readString(bin.resolve("mvn")) + "sleep 1\n");
        String both = "'" + jvig + "' one & '" + jvig + "' two & wait";
        Outcome outcome = Launcher.shell(folder, environment, List.of("bash", "-c", both));
        assertEquals(2, outcome.lines().size(), outcome::toString);
        assertEquals(1, calls().size());
        assertTrue(outcome.err().contains("jvig: waiting for another build to end"), outcome.err());
    }

    @Test
    void takesTheFirstJdkThatIsNewEnough() throws IOException {
        environment.put("JVIG_JAVA_HOME", "");
        environment.put("JAVA_HOME", jdk("old", "17.0.15").toString());
        Path onPath = jdk("on path", "26");
        Files.createSymbolicLink(bin.resolve("java"), onPath.resolve("bin/java"));
        assertTrue(start().out().startsWith("on path "));
        environment.put("JAVA_HOME", jdk.toString());
        assertTrue(start().out().startsWith("jdk "));
    }

    @Test
    void saysHowToGetAJdk() throws IOException {
        environment.put("JVIG_JAVA_HOME", jdk("old", "17.0.15").toString());
        start().failed(Main.FAILED, "JVIG_JAVA_HOME=", "JDK 25");
        // Without a JDK in any of the usual places.
        String script = Files.readString(jvig.resolveSibling("jdk.sh"))
                .replaceAll("(?m)^    /(usr|Library).*\\\\$", "    \\\\").replace(" /usr/java/*", "");
        Files.writeString(jvig.resolveSibling("jdk.sh"), script);
        environment.put("JVIG_JAVA_HOME", "");
        environment.put("JAVA_HOME", "");
        environment.put("HOME", folder.toString());
        Files.createSymbolicLink(bin.resolve("java"), folder.resolve("old/bin/java"));
        start().failed(Main.FAILED, "no JDK 25", "https://");
        assertEquals(List.of(), calls());
    }

    @Test
    void aJavaForAnotherProcessorIsSaid() throws IOException {
        start();
        Files.write(jdk.resolve("bin/java"), new byte[]{0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0});
        Outcome outcome = start();
        assertTrue(outcome.status() != Main.OK);
        assertEquals("", outcome.out());
        assertTrue(outcome.err().contains(jdk + "/bin/java: cannot execute"), outcome.err());
    }

    /** Without a TornadoVM device, the launcher ignores TornadoVM. */
    @Test
    void tornadoIsBuiltAndStartedWhenAskedFor() throws IOException {
        Path sdk = tornado(folder.resolve("tornado sdk"));
        environment.put("TORNADOVM_HOME", sdk.toString());
        Outcome plain = start("classify", "--device", "cpu", "tornado.png");
        assertFalse(plain.out().contains("tornado-argfile"), plain.out());
        assertTrue(calls().getLast().contains("-pl model/cli -am"), calls()::toString);
        int before = calls().size();
        for (List<String> args : List.of(List.of("classify", "--device", "tornado:0:1"),
                List.of("run", "--device=tornado"), List.of("run", "--device", "auto"), List.of("devices"))) {
            Outcome outcome = start(args.toArray());
            assertTrue(outcome.out().contains("[@" + sdk + "/tornado-argfile] [-XX:-UseParallelGC]"), outcome.out());
            assertTrue(outcome.out().contains("/tornado-tasks/target/jvig-tornado-tasks-1.jar:"), outcome.out());
        }
        assertEquals(before + 1, calls().size());
        assertTrue(calls().getLast().contains("-pl model/cli,tornado-tasks -am"), calls()::toString);
    }

    @Test
    void tornadoIsFoundWhereSdkmanPutsIt() throws IOException {
        Path sdk = tornado(folder.resolve("sdkman/candidates/tornadovm/current"));
        assertTrue(start("run", "--device", "tornado").out().contains("[@" + sdk + "/tornado-argfile]"));
    }

    @Test
    void theFastestDeviceNeedsNoTornado() throws IOException {
        Outcome outcome = start("run", "--device=auto");
        assertEquals(Main.OK, outcome.status(), outcome.err());
        assertFalse(outcome.out().contains("tornado-argfile"), outcome.out());
    }

    @Test
    void saysHowToGetTornado() throws IOException {
        start("run", "--device", "tornado").failed(Main.FAILED, "sdk install tornadovm", "TORNADOVM_HOME");
        environment.put("TORNADOVM_HOME", jdk.toString());
        start("run", "--device", "tornado").failed(Main.FAILED, jdk.toString(), "is no TornadoVM SDK of version");
        Path sdk = tornado(folder.resolve("sdk"));
        Files.delete(sdk.resolve("tornado-argfile"));
        environment.put("TORNADOVM_HOME", sdk.toString());
        start("run", "--device", "tornado").failed(Main.FAILED, "has no tornado-argfile", "tornado-argfile.template");
        assertEquals(List.of(), calls());
    }

    @Test
    void tornadoCheckSaysInWordsWhatIsMissing() throws IOException {
        environment.put("OCL_ICD_VENDORS", folder.toString());
        Outcome outcome = Launcher.run(folder, environment, jvig.resolveSibling("tornado-check"));
        assertEquals(1, outcome.status());
        assertTrue(outcome.out().contains("there    JDK 25 or newer: " + jdk), outcome.out());
        assertTrue(outcome.out().contains("missing  TornadoVM's SDK is missing: install it"), outcome.out());
        assertTrue(outcome.out().contains("missing  OpenCL driver: install"), outcome.out());
        assertEquals("", outcome.err());
        assertEquals(List.of(), calls());
    }

    private static Path tornado(Path home) throws IOException {
        Path api = home.resolve("share/java/tornado/tornado-api-5.2.0-jdk25.jar");
        Files.createDirectories(api.getParent());
        Files.createFile(api);
        Files.createFile(home.resolve("tornado-argfile"));
        return home;
    }

    private Outcome start(Object... args) throws IOException {
        return Launcher.run(folder, environment, jvig, args);
    }

    private Path mavenCalls() {
        return folder.resolve("maven-calls");
    }

    private List<String> calls() throws IOException {
        return Files.exists(mavenCalls()) ? Files.readAllLines(mavenCalls()) : List.of();
    }

    /** A fake JDK that prints its name and its arguments. */
    private Path jdk(String name, String version) throws IOException {
        Path home = folder.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(home.resolve("bin/java"), "printf '" + name + " '; printf '[%s] ' \"$@\"; echo\n");
        script(home.resolve("bin/javac"), "");
        return home;
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
