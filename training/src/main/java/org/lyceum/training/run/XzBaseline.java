package org.lyceum.training.run;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/**
 * What {@code xz -9} needs for the held-out text: the figure that a language model of the same text has to beat. Primed with the training
 * text, it is {@code (size(xz(training + held-out)) - size(xz(training))) · 8 / bytes(held-out)}.
 *
 * <p>
 * The training text is compressed once: after it the encoder is flushed, and the bytes that come out from there on belong to the held-out
 * text. The flush costs a few bytes against the difference of two files. Preset 9 looks back 64 MiB, so no more than the last
 * {@link #DICTIONARY} bytes of the training text are read in; earlier ones could not be referred to.
 *
 * @param primedBitsPerByte bits a byte of held-out text, after the training text
 * @param plainBitsPerByte  bits a byte of held-out text on its own
 * @param heldOutBytes      bytes of held-out text
 * @param primingBytes      bytes of training text read in before it
 */
public record XzBaseline(double primedBitsPerByte, double plainBitsPerByte, long heldOutBytes, long primingBytes) {
    /** Bytes of text that {@code xz -9} can refer back to. */
    public static final int DICTIONARY = 64 << 20;

    private static final int PRESET = 9;
    private static final int SLICE = 1 << 16;

    /**
     * Compresses both texts; about 1 to 2 MB a second, and about 12 bytes of memory a byte of text up to the dictionary's size.
     *
     * @param training the training text in pieces, run through twice
     * @param heldOut  the held-out text in pieces, run through three times
     * @throws IllegalArgumentException when the held-out text is empty
     */
    public static XzBaseline measure(Iterable<byte[]> training, Iterable<byte[]> heldOut) {
        long heldOutBytes = length(heldOut);
        if (heldOutBytes == 0) {
            throw new IllegalArgumentException("there is no held-out text");
        }
        long trainingBytes = length(training);
        long primingBytes = Math.min(trainingBytes, DICTIONARY);
        try {
            return new XzBaseline(bits(primed(training, trainingBytes - primingBytes, heldOut, primingBytes + heldOutBytes), heldOutBytes),
                    bits(plain(heldOut, heldOutBytes), heldOutBytes), heldOutBytes, primingBytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // nothing is written but to a counter
        }
    }

    private static double bits(long compressed, long bytes) {
        return compressed * 8.0 / bytes;
    }

    private static long primed(Iterable<byte[]> training, long skip, Iterable<byte[]> heldOut, long total) throws IOException {
        var counter = new Counter();
        try (var xz = new XZOutputStream(counter, options(total))) {
            write(training, skip, xz);
            xz.flush();
            long before = counter.bytes;
            write(heldOut, 0, xz);
            xz.flush();
            return counter.bytes - before;
        }
    }

    /** The size of the whole {@code .xz} file. */
    static long plain(Iterable<byte[]> text, long total) throws IOException {
        var counter = new Counter();
        try (var xz = new XZOutputStream(counter, options(total))) {
            write(text, 0, xz);
        }
        return counter.bytes;
    }

    /** Preset 9; the dictionary no larger than the text, which finds the same matches in less memory. */
    private static LZMA2Options options(long total) throws IOException {
        var options = new LZMA2Options(PRESET);
        options.setDictSize((int) Math.clamp(total, 1 << 20, DICTIONARY));
        return options;
    }

    private static void write(Iterable<byte[]> pieces, long skip, OutputStream out) throws IOException {
        for (var piece : pieces) {
            int from = (int) Math.min(skip, piece.length);
            skip -= from;
            for (int at = from; at < piece.length; at += SLICE) {
                out.write(piece, at, Math.min(SLICE, piece.length - at));
            }
        }
    }

    private static long length(Iterable<byte[]> pieces) {
        long bytes = 0;
        for (var piece : pieces) {
            bytes += piece.length;
        }
        return bytes;
    }

    /** Counts what is written to it and keeps nothing. */
    private static final class Counter extends OutputStream {
        long bytes;

        @Override
        public void write(int b) {
            bytes++;
        }

        @Override
        public void write(byte[] b, int off, int len) {
            bytes += len;
        }
    }
}
