package org.lyceum.text.corpus;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipException;
import org.lyceum.foundation.UserError;

/**
 * Reads strict UTF-8. A byte-order mark at the start is skipped; anything that is not text ends the reading with a {@link UserError} that
 * names the file and the byte offset (counted after decompression), instead of quietly becoming question marks in a training set.
 */
final class Utf8Reader extends Reader {
    private final InputStream in;
    private final String name;
    private final boolean compressed;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).limit(0);
    private long base; // offset in the stream of bytes[0]
    private boolean started;
    private boolean ended;
    private char held; // a unit decoded for a caller that had room for one only; 0 when there is none

    Utf8Reader(InputStream in, String name, boolean compressed) {
        this.in = in;
        this.name = name;
        this.compressed = compressed;
    }

    @Override
    public int read(char[] target, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        if (held != 0) {
            target[offset] = held;
            held = 0;
            return 1;
        }
        if (length > 1) {
            return decode(CharBuffer.wrap(target, offset, length));
        }
        // A character beyond the basic plane needs room for two units.
        var pair = CharBuffer.allocate(2);
        int n = decode(pair);
        if (n <= 0) {
            return n;
        }
        target[offset] = pair.get(0);
        held = n == 2 ? pair.get(1) : 0;
        return 1;
    }

    /** Decodes at least one character, or returns -1 at the end. */
    private int decode(CharBuffer out) {
        if (!started) {
            start();
        }
        int before = out.position();
        while (true) {
            int from = bytes.position();
            CoderResult result = decoder.decode(bytes, out, ended);
            rejectNul(from, bytes.position());
            if (result.isError()) {
                throw malformed(result.length());
            }
            if (out.position() > before) {
                return out.position() - before;
            }
            if (ended) {
                return -1;
            }
            fill();
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private void start() {
        started = true;
        while (!ended && bytes.remaining() < 4) {
            fill();
        }
        int first = peek(0);
        int second = peek(1);
        if ((first == 0xFF && second == 0xFE) || (first == 0xFE && second == 0xFF)) {
            throw new UserError(name + " is UTF-16, and Lyceum reads UTF-8; convert it: iconv -f UTF-16 -t UTF-8 FILE > FILE.utf8.");
        }
        if ((first == 0x1F && second == 0x8B) || (first == 0x28 && second == 0xB5 && peek(2) == 0x2F && peek(3) == 0xFD)) {
            var ending = first == 0x1F ? ".gz" : ".zst";
            throw new UserError(name + " is compressed data and not text; decompress it, or give it a name that ends in " + ending + ".");
        }
        if (first == 0xEF && second == 0xBB && peek(2) == 0xBF) {
            bytes.position(3);
        }
    }

    private int peek(int i) {
        return i < bytes.limit() ? bytes.get(i) & 0xFF : -1;
    }

    private void fill() {
        base += bytes.position();
        bytes.compact();
        try {
            int n = in.read(bytes.array(), bytes.position(), bytes.remaining());
            if (n < 0) {
                ended = true;
            } else {
                bytes.position(bytes.position() + n);
            }
        } catch (IOException e) {
            throw broken(e);
        }
        bytes.flip();
    }

    private void rejectNul(int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes.get(i) == 0) {
                throw new UserError(name + " is not text: it holds a zero byte at " + at(base + i)
                        + "; give text in UTF-8, or leave this file out.");
            }
        }
    }

    private UserError malformed(int length) {
        var wrong = new StringBuilder();
        for (int i = bytes.position(); i < Math.min(bytes.position() + Math.max(1, length), bytes.limit()); i++) {
            wrong.append(String.format(" 0x%02X", bytes.get(i)));
        }
        return new UserError(name + " is not valid UTF-8 at " + at(base + bytes.position()) + " (" + wrong.toString().strip()
                + "); convert it to UTF-8, for instance with: iconv -f ISO-8859-1 -t UTF-8 FILE > FILE.utf8.");
    }

    private String at(long offset) {
        return "byte offset " + offset + (compressed ? " of the decompressed data" : "");
    }

    private UserError broken(IOException e) {
        var message = String.valueOf(e.getMessage());
        if (compressed && (e instanceof EOFException || message.contains("Truncated") || message.contains("Unexpected end"))) {
            return new UserError(name + " is cut short: the compressed data end too early; download or compress it again.", e);
        }
        if (compressed) {
            var reason = e instanceof ZipException || message.equals("null") ? "" : " (" + message.replaceAll("\\.$", "") + ")";
            return new UserError(name + " holds damaged compressed data" + reason + "; download or compress it again.", e);
        }
        return new UserError("Could not read " + name + ": " + message.replaceAll("\\.$", "") + ".", e);
    }
}
