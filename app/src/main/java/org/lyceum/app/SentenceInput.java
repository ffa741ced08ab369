package org.lyceum.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;

/**
 * Lines of a file or of standard input.
 *
 * @param file null for standard input
 */
record SentenceInput(@Nullable Path file) {
    /** The lines, without their ends. Throws {@link UserError} if there are none, or what is there cannot be read or is not UTF-8. */
    List<String> read() {
        var name = file == null ? "standard input" : file.toString();
        byte[] bytes;
        try {
            bytes = file == null ? System.in.readAllBytes() : Files.readAllBytes(file);
        } catch (IOException e) {
            throw IoErrors.reading(Path.of(name), e);
        }
        if (bytes.length == 0) {
            throw new UserError("There is nothing to translate: " + name + " is empty.");
        }
        var in = ByteBuffer.wrap(bytes);
        try {
            var lines = StandardCharsets.UTF_8.newDecoder().decode(in).toString().split("\n", -1);
            var all = Arrays.stream(lines).map(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line).toList();
            return all.getLast().isEmpty() ? all.subList(0, all.size() - 1) : all;
        } catch (CharacterCodingException e) {
            throw new UserError(name + " is not UTF-8 text: the byte at offset " + in.position() + " does not fit; convert it first.", e);
        }
    }
}
