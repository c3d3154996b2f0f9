package example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages show the examples of this package, which are compiled and run, as they are. */
class DocumentedExamplesTest {
    @ParameterizedTest
    @CsvSource({
        "library.md, LengthServer",
        "processors.md, Orders",
        "testing.md, OrdersTest",
        "testing.md, ProbeTest",
    })
    void areTheFilesOfThisPackage(String page, String example) throws IOException {
        String code = Files.readString(Path.of("src/test/java/example/" + example + ".java"));
        assertThat(Files.readString(Path.of("../docs", page))).contains("```java\n" + code + "```\n");
    }
}
