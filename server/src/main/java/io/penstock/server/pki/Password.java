package io.penstock.server.pki;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The password of keys and key stores: the first line of a file that is read when a password is needed. */
final class Password {
    private final Optional<Source> file;
    private final FileAccess files;

    Password(Optional<Source> file, FileAccess files) {
        this.file = file;
        this.files = files;
    }

    boolean isConfigured() {
        return file.isPresent();
    }

    /** The password for a file that is encrypted. */
    char[] of(Source encrypted) throws BadMaterialException {
        if (file.isEmpty()) {
            throw encrypted.bad(encrypted.beside(Source.KEY_PASSWORD_FILE) + ", too; the private key is encrypted");
        }
        return read();
    }

    /** The first line without its end; spaces belong to it. */
    char[] read() throws BadMaterialException {
        Source source = file.orElseThrow();
        byte[] bytes = files.read(source, "a password in its first line");
        char[] chars =
                StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes)).toString().toCharArray();
        int length = 0;
        while (length < chars.length && chars[length] != '\n' && chars[length] != '\r') {
            length++;
        }
        if (length == 0) {
            throw source.bad("a password in its first line; the line is empty");
        }
        return Arrays.copyOf(chars, length);
    }

    /** The line for a password that does not open a file. */
    BadMaterialException wrong(Source encrypted) {
        return file.map(source -> source.bad("the password of " + encrypted.path() + "; it does not open it"))
                .orElseGet(() -> encrypted.bad(
                        encrypted.beside(Source.KEY_PASSWORD_FILE) + ", too; the file is encrypted with a password"));
    }
}
