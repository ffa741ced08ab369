package org.lyceum.study.selfsupervision;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;

/**
 * Bytes in MNIST's file format (LeCun, Cortes and Burges, "The MNIST database"): a magic number, sizes, values; also gzipped.
 *
 * @param count items
 * @param width values of an item
 * @param values count × width bytes
 */
record IdxFile(int count, int width, byte[] values) {
    private static final int UNSIGNED_BYTES = 0x08;
    private static final long MOST = 1L << 30;

    /** Throws {@link UserError} for what is none, or is cut short. */
    static IdxFile read(Path file) {
        try (var raw = new BufferedInputStream(Files.newInputStream(file));
                var in = new DataInputStream(file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw)) {
            int magic = in.readInt();
            int dimensions = magic & 0xFF;
            if (magic >>> 8 != UNSIGNED_BYTES || dimensions < 1 || dimensions > 4) {
                throw new UserError(file + " is no file of MNIST's kind (bytes behind a header); name such a one.");
            }
            int count = in.readInt();
            long width = 1;
            for (int d = 1; d < dimensions; d++) {
                width = Math.multiplyExact(width, (long) in.readInt());
            }
            if (count < 1 || width < 1 || width > MOST / count) {
                throw new UserError(file + " says it holds " + count + " items of " + width + " values, which cannot be; fetch it again.");
            }
            var values = new byte[(int) (count * width)];
            in.readFully(values);
            return new IdxFile(count, (int) width, values);
        } catch (EOFException | ZipException e) {
            throw new UserError(file + " is cut short or damaged; fetch it again.", e);
        } catch (ArithmeticException e) {
            throw new UserError(file + " says it holds more than can be; fetch it again.", e);
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
    }

    /** The values of some items, from 0 to 1. */
    float[] scaled(int[] items) {
        var scaled = new float[items.length * width];
        for (int i = 0; i < items.length; i++) {
            for (int d = 0; d < width; d++) {
                scaled[i * width + d] = (values[items[i] * width + d] & 0xFF) / 255f;
            }
        }
        return scaled;
    }
}
