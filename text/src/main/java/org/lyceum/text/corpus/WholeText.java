package org.lyceum.text.corpus;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import org.lyceum.foundation.IoErrors;

/** A file that is read at once, of a task's data for instance. */
public final class WholeText {
    private WholeText() {
    }

    /**
     * The UTF-8 text of {@code file}, without a byte-order mark, .gz and .zst undone.
     *
     * @throws org.lyceum.foundation.UserError where it cannot be read or is something else
     */
    public static String read(Path file) {
        var text = new StringWriter();
        try (var in = SourceFile.of(file, file.toString(), CorpusConfig.Format.TEXT).text()) {
            in.transferTo(text);
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
        return text.toString();
    }
}
