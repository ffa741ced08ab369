package org.lyceum.text.labelled;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;

/** A whole file as text, decoded strictly. */
final class TextLines {
    private TextLines() {
    }

    /** The file's text without a byte-order mark. Throws {@link UserError} naming the line that is not of that charset. */
    static String read(Path file, String charset) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        } catch (OutOfMemoryError e) {
            throw new UserError(file + " is too large to be read at once; labelled data are held in memory, so cut it.", e);
        }
        var decoder = charset(charset).newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate((int) (bytes.length * (double) decoder.maxCharsPerByte()) + 1);
        var result = decoder.decode(in, out, true);
        if (result.isError()) {
            long line = 1;
            for (int i = 0; i < in.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            throw new UserError(file + " is not " + charset + " text on line " + line
                    + "; name the charset that it has (windows-1252, say), or convert it.");
        }
        var text = out.flip().toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static Charset charset(String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw UserError.usage("There is no charset '" + name + "' here; name one such as utf-8 or windows-1252.");
        }
    }
}
