package org.lyceum.tensor.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.tensor.gguf.GgufHeader.Broken;

/** Damaged headers are refused with a sentence or read within their bounds, and take no more memory than the file has bytes for. */
class GgufFuzzTest {
    /** {@code -Dlyceum.fuzz=1000000} for more. */
    private static final int CASES = Integer.getInteger("lyceum.fuzz", 100_000);
    /** The first cases load classes and make the virtual machine's own objects. */
    private static final int WARM_UP = 1000;
    /** Bytes that one case may take: some classes are loaded late, and a length that was believed would take more. */
    private static final long MOST_BYTES = 4 << 20;
    /** Bytes that a case may take on average. */
    private static final long AVERAGE_BYTES = 20000;

    @TempDir
    Path folder;

    @Test
    void everyTruncationIsRefused() {
        var whole = small();
        assertThat(outcome(whole)).isNull();
        for (int length = 0; length < whole.length; length++) {
            assertThat(outcome(Arrays.copyOf(whole, length))).as("%d of %d bytes", length, whole.length).isNotNull().doesNotContain("\n");
        }
    }

    @Test
    void damagedHeaders() {
        var whole = small();
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        int refused = 0;
        long allocated = 0;
        for (int i = 0; i < CASES; i++) {
            var damaged = damage(whole, Seeds.generator(11, "damage", i));
            long before = threads.getCurrentThreadAllocatedBytes();
            if (outcome(damaged) != null) {
                refused++;
            }
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            if (i >= WARM_UP) {
                assertThat(bytes).as("bytes allocated in case %d", i).isLessThan(MOST_BYTES);
                allocated += bytes;
            }
        }
        assertThat(allocated / (CASES - WARM_UP)).isLessThan(AVERAGE_BYTES);
        assertThat(refused).isBetween(CASES / 4, CASES - CASES / 20); // some damage only changes a value
    }

    @Test
    void damagedFilesThroughTheFileSystem() throws IOException {
        var whole = small();
        for (int i = 0; i < 300; i++) {
            var path = Files.write(folder.resolve("damaged.gguf"), damage(whole, Seeds.generator(12, "damage", i)));
            try (var file = GgufFile.open(path)) {
                file.tensors().values().forEach(Fixture::values);
            } catch (UserError e) {
                assertThat(e.getMessage()).startsWith(path.toString()).endsWith(".").doesNotContain("\n");
            }
        }
    }

    /** What is wrong with a file, or null; all that a sound header promises is looked at. */
    private static @Nullable String outcome(byte[] bytes) {
        var file = MemorySegment.ofArray(bytes);
        try {
            for (var tensor : GgufHeader.parse(file).tensors()) {
                assertThat(tensor.bytes()).isEqualTo(file.asSlice(tensor.begin(), tensor.bytes()).byteSize());
                assertThat(tensor.begin()).isPositive();
            }
            return null;
        } catch (Broken e) {
            return e.getMessage();
        }
    }

    /** Bits flipped, bytes replaced, removed or added, and 4 or 8 bytes replaced by a number that lies. */
    private static byte[] damage(byte[] whole, RandomGenerator random) {
        var bytes = whole.clone();
        for (int i = 0, edits = 1 + random.nextInt(3); i < edits && bytes.length > 8; i++) {
            int at = random.nextInt(bytes.length - 8);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                case 3 -> System.arraycopy(bytes, at + 1, bytes, at, bytes.length - at - 1);
                case 4 -> ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, lie(random).intValue());
                default -> ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(at, lie(random));
            }
        }
        return bytes;
    }

    private static Long lie(RandomGenerator random) {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextLong();
            case 1 -> (long) random.nextInt(1000);
            case 2 -> 1L << random.nextInt(64);
            case 3 -> -1L - random.nextInt(100);
            default -> Long.MAX_VALUE - random.nextInt(100);
        };
    }

    /** A file of about 600 bytes with every kind of value. */
    private static byte[] small() {
        var raw = RawGguf.of(3, 9).key("general.architecture", RawGguf.STRING).text("llama").key("general.alignment", RawGguf.UINT32)
                .int32(32)
                .key("texts", RawGguf.ARRAY).int32(RawGguf.STRING).int64(3).text("a").text("").text("Ġb")
                .key("numbers", RawGguf.ARRAY).int32(6).int64(2).int32(1).int32(2).key("longs", RawGguf.ARRAY).int32(10).int64(1).int64(5)
                .key("truth", 7).raw(1).key("real", 12).int64(7).key("bytes", RawGguf.ARRAY).int32(0).int64(4).raw(1, 2, 3, 4)
                .key("truths", RawGguf.ARRAY).int32(7).int64(2).raw(0, 1)
                .tensor("a", 0, 0, 8).tensor("b.weight", 8, 32, 32, 2).tensor("c", 1, 128, 4, 2, 2);
        return raw.data(160).bytes();
    }
}
