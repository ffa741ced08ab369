package org.lyceum.tensor.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lyceum.foundation.Seeds;

class BlockQuantizerTest {
    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q8_0"})
    void roundsAsPythonsGgufDoes(BlockFormat format) {
        try (var file = GgufFile.open(Fixture.path())) {
            var values = Fixture.values(file.tensor("normal"));
            var expected = file.tensor(format == BlockFormat.F32 ? "normal" : "encoded." + format).data();
            assertThat(encode(format, values).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected.toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /** gguf takes the scale that spans the block; the search must never do worse on a block. */
    @ParameterizedTest
    @EnumSource(names = {"Q4_0", "Q5_0"})
    void aSearchedScaleIsNoWorseThanTheSpanningOne(BlockFormat format) {
        try (var file = GgufFile.open(Fixture.path())) {
            var values = Fixture.values(file.tensor("normal"));
            var theirs = Fixture.values(file.tensor("encoded." + format));
            var ours = decode(format, encode(format, values), values.length);
            for (int block = 0; block < values.length; block += 32) {
                assertThat(error(values, ours, block, 32)).isLessThanOrEqualTo(error(values, theirs, block, 32) * 1.0001);
            }
            assertThat(error(values, ours, 0, values.length)).isLessThan(0.95 * error(values, theirs, 0, values.length));
        }
    }

    /** Relative to the root mean square of normal numbers. The bounds are a little above what is reached. */
    @ParameterizedTest
    @CsvSource({"Q8_0, 0.006", "Q5_0, 0.042", "Q4_0, 0.083", "Q4_K, 0.071"})
    void errorOnNormalNumbers(BlockFormat format, double bound) {
        var random = Seeds.generator(3, "normal", 0);
        var values = new float[256 * 64];
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.02 * random.nextGaussian());
            squares += values[i] * values[i];
        }
        var error = Math.sqrt(error(values, decode(format, encode(format, values), values.length), 0, values.length) / squares);
        assertThat(error).isBetween(bound / 2, bound);
    }

    @ParameterizedTest
    @EnumSource(names = {"Q8_0", "Q5_0", "Q4_0", "Q4_K"})
    void blocksOfOneValue(BlockFormat format) {
        for (float value : new float[]{0, -0.0f, 1, -1, 0.37f, -12.5f, 1e-6f, 1e-20f, -1e-40f}) {
            var values = new float[256];
            Arrays.fill(values, value);
            for (float decoded : decode(format, encode(format, values), values.length)) {
                assertThat(decoded).isCloseTo(value, Offset.offset(Math.max(1e-6f, 0.03f * Math.abs(value))));
            }
        }
    }

    /** What a block says is encoded again without loss, as long as it uses its range. */
    @Property(tries = 200)
    void encodingAgainChangesNothingMuch(@ForAll long seed, @ForAll @IntRange(min = -8, max = 8) int magnitude) {
        var random = Seeds.generator(seed, "values", 0);
        var values = new float[256];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * Math.pow(2, magnitude));
        }
        for (var format : new BlockFormat[]{BlockFormat.Q8_0, BlockFormat.Q5_0, BlockFormat.Q4_0}) {
            var once = decode(format, encode(format, values), values.length);
            var twice = decode(format, encode(format, once), values.length);
            assertThat(error(once, twice, 0, 256)).isLessThan(1e-4 * error(once, new float[256], 0, 256));
        }
    }

    @Test
    void refusesFormatsThatAreOnlyRead() {
        assertThatThrownBy(() -> encode(BlockFormat.Q2_K, new float[256])).isInstanceOf(IllegalArgumentException.class);
    }

    private static MemorySegment encode(BlockFormat format, float[] values) {
        var out = MemorySegment.ofArray(new byte[(int) format.byteSize(values.length)]);
        BlockQuantizer.quantize(format, values, 0, values.length, out);
        return out;
    }

    private static float[] decode(BlockFormat format, MemorySegment blocks, int count) {
        var out = new float[count];
        format.dequantize(blocks, 0, out, 0, count);
        return out;
    }

    private static double error(float[] a, float[] b, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        }
        return sum;
    }
}
