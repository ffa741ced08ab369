package org.lyceum.tensor.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.Seeds;
import org.lyceum.tensor.safetensors.SafetensorsHeader.Broken;

/** Damaged headers are refused with a sentence or lie within the data, and take no more memory than their text gives reason for. */
class SafetensorsFuzzTest {
    /** {@code -Dlyceum.fuzz=1000000} for more. */
    private static final int CASES = Integer.getInteger("lyceum.fuzz", 100_000);
    /** The first cases load classes and make the virtual machine's own objects. */
    private static final int WARM_UP = 1000;
    /** Bytes that one case may take: some classes are loaded late, and a length that was believed would take more. */
    private static final long MOST_BYTES = 4 << 20;
    /** Bytes that a case may take on average. */
    private static final long AVERAGE_BYTES = 100000;
    private static final int DATA = 28;

    private static final byte[] HEADER = ("{\"__metadata__\":{\"format\":\"pt\"},\"a.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],"
            + "\"data_offsets\":[0,24]},\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[24,28]},"
            + "\"empty\":{\"dtype\":\"I64\",\"shape\":[0,7],\"data_offsets\":[28,28]}}  ").getBytes(UTF_8);
    private static final List<String> LIES = List.of("-1", "0", "4", "28", "9223372036854775807", "9223372036854775808", "1e9",
            "4294967296",
            "null", "[]", "{}", "\"F32\"", "\\u0000", "\"", "[".repeat(2000), "{\"a\":".repeat(2000));

    @Test
    void everyTruncationIsRefused() {
        assertThat(outcome(HEADER)).isNull();
        for (int length = 0; length < HEADER.length - 2; length++) { // the last two bytes are spaces
            assertThat(outcome(Arrays.copyOf(HEADER, length))).as("%d bytes", length).isNotNull().doesNotContain("\n");
        }
    }

    @Test
    void damagedHeaders() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        int refused = 0;
        long allocated = 0;
        for (int i = 0; i < CASES; i++) {
            var damaged = damage(Seeds.generator(11, "damage", i));
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
        assertThat(refused).isBetween(CASES / 2, CASES - CASES / 100); // some damage only changes a name
    }

    private static @Nullable String outcome(byte[] text) {
        try {
            for (var tensor : SafetensorsHeader.parse(text, DATA).tensors()) {
                assertThat(tensor.begin()).isBetween(0L, tensor.end());
                assertThat(tensor.end()).isLessThanOrEqualTo(DATA);
            }
            return null;
        } catch (Broken e) {
            return e.getMessage();
        }
    }

    /** Bits flipped, bytes replaced, runs removed, and values replaced by what does not belong there. */
    private static byte[] damage(RandomGenerator random) {
        var bytes = HEADER.clone();
        for (int i = 0, edits = 1 + random.nextInt(3); i < edits && bytes.length > 1; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes = replaced(bytes, at, random.nextInt(8), new byte[0]);
                default -> bytes = replaced(bytes, at, random.nextInt(3), LIES.get(random.nextInt(LIES.size())).getBytes(UTF_8));
            }
        }
        return bytes;
    }

    private static byte[] replaced(byte[] bytes, int at, int removed, byte[] by) {
        var out = new ByteArrayOutputStream();
        out.write(bytes, 0, at);
        out.writeBytes(by);
        int rest = Math.min(bytes.length, at + removed);
        out.write(bytes, rest, bytes.length - rest);
        return out.toByteArray();
    }
}
