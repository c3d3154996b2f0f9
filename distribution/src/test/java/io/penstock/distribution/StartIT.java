package io.penstock.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start must not do: each of it was once most of its time. */
class StartIT {
    @Test
    void checksNoSignatureOfAJar(@TempDir Path dir) {
        Path classes = dir.resolve("classes.log");
        try (Server server = Product.packaged(dir)
                .options("-Xlog:class+load:file=" + classes)
                .serve("--plaintext")) {
            assertThat(Running.read(classes))
                    .contains(" io.penstock.server.TlsServer ")
                    .doesNotContain("sun.security.util.ManifestDigester ");
            server.stopWithoutLoss();
        }
    }
}
