package org.lyceum.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;
import picocli.CommandLine.Option;

/** {@code --text T} or {@code --file F}. */
final class TextInput {
    @Option(names = "--text", required = true, paramLabel = "T", description = "The text itself.")
    private @Nullable String text;

    @Option(names = "--file", required = true, paramLabel = "F", description = "A file of UTF-8 text; - for standard input.")
    private @Nullable String file;

    /** The text. Throws {@link UserError} if the file cannot be read or is not UTF-8. */
    String read() {
        return text != null ? text : decode(bytes(), name());
    }

    /** Its bytes, whatever they are. */
    byte[] bytes() {
        if (file == null) {
            return String.valueOf(text).getBytes(StandardCharsets.UTF_8);
        }
        try {
            return file.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
        } catch (IOException e) {
            throw IoErrors.reading(Path.of(file), e);
        }
    }

    private String name() {
        return file == null || file.equals("-") ? "standard input" : file;
    }

    private static String decode(byte[] bytes, String name) {
        var in = ByteBuffer.wrap(bytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(in).toString();
        } catch (CharacterCodingException e) {
            throw new UserError(name + " is not UTF-8 text: the byte at offset " + in.position() + " does not fit; convert it first.", e);
        }
    }
}
