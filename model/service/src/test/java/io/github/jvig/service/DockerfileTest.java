package io.github.jvig.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What can be checked of the Dockerfile without building it; that its list of modules is enough, {@link TerminationTest} shows. */
final class DockerfileTest {
    private static final Set<String> INSTRUCTIONS = Set.of("FROM", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "ENV",
            "HEALTHCHECK", "ENTRYPOINT", "CMD");

    private final Dockerfile file;

    DockerfileTest() throws IOException {
        file = Dockerfile.read();
    }

    @Test
    void hasOnlyInstructionsThatThereAre() {
        for (String line : file.lines()) {
            assertTrue(INSTRUCTIONS.contains(line.split(" ")[0]), line);
        }
    }

    @Test
    void imagesHaveVersions() {
        List<String> images = file.all("FROM");
        assertEquals(2, images.size());
        for (String image : images) {
            Matcher parts = Pattern.compile("\\S+:(\\S+)( AS \\w+)?").matcher(image);
            assertTrue(parts.matches(), image);
            assertFalse(parts.group(1).equals("latest"), image);
        }
    }

    @Test
    void copiesWhatThereIs() {
        for (String copy : file.all("COPY")) {
            String[] words = copy.split(" ");
            if (words[0].startsWith("--from=")) {
                assertTrue(file.all("FROM").getFirst().endsWith(" AS " + words[0].substring("--from=".length())), copy);
                continue;
            }
            for (int i = 0; i < words.length - 1; i++) {
                assertTrue(Files.exists(Dockerfile.context().resolve(words[i])), words[i]);
            }
        }
        assertTrue(Files.exists(Dockerfile.context().resolve("model/service/Dockerfile.dockerignore")));
    }

    @Test
    void runsAsAUserWithoutRights() {
        List<String> users = file.all("USER");
        assertEquals(1, users.size());
        assertTrue(users.getFirst().matches("[1-9][0-9]+:[1-9][0-9]+"), users.getFirst());
        int user = file.lines().indexOf("USER " + users.getFirst());
        int stage = file.lines().indexOf("FROM " + file.all("FROM").getLast());
        int entry = file.lines().indexOf("ENTRYPOINT " + file.all("ENTRYPOINT").getFirst());
        assertTrue(stage < user && user < entry);
    }

    /** Signals reach the process only without a shell around it. */
    @Test
    void commandsNeedNoShellAndNameClassesThatThereAre() throws Exception {
        String entry = file.all("ENTRYPOINT").getFirst();
        String health = file.all("HEALTHCHECK").getFirst();
        assertTrue(entry.startsWith("[\"") && entry.endsWith("\"]"), entry);
        assertTrue(health.contains(" CMD [\"") && health.endsWith("\"]"), health);
        for (String command : List.of(entry, health)) {
            Matcher name = Pattern.compile("\"(io\\.github\\.jvig[\\w.]+)\"").matcher(command);
            assertTrue(name.find(), command);
            Class.forName(name.group(1)).getMethod("main", String[].class);
        }
        // The port that is asked for health is the one that is listened at.
        assertTrue(entry.contains("\"--port\", \"" + file.all("EXPOSE").getFirst() + "\""), entry);
        assertTrue(health.contains("HealthProbe\", \"" + file.all("EXPOSE").getFirst() + "\""), health);
    }
}
