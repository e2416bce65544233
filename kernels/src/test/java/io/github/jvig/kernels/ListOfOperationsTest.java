package io.github.jvig.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lists of operations, one in the README and one in the documentation of the package, lack none. */
class ListOfOperationsTest {
    private static final Path PACKAGE = Path.of("src/main/java/io/github/jvig/kernels/package-info.java");

    /** Every operation of this package has a scalar kernel; extensions have others. */
    private static List<String> operations() {
        return KernelProvider.scalar().table().rows().stream().map(KernelRow::spec)
                .filter(spec -> spec.getPackage().equals(Spec.class.getPackage())).map(Class::getSimpleName).distinct()
                .toList();
    }

    private static List<String> missing(Path list, String before, String after) throws IOException {
        String text = Files.readString(list);
        List<String> operations = operations();
        assertFalse(operations.isEmpty());
        return operations.stream().filter(name -> !text.contains(before + name + after)).toList();
    }

    @Test
    void everyOperationIsListed() throws IOException {
        assertEquals(List.of(), missing(Path.of("README.md"), "`", "`"));
        assertEquals(List.of(), missing(PACKAGE, "{@link io.github.jvig.kernels.", "}"));
    }
}
