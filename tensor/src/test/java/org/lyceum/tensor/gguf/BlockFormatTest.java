package org.lyceum.tensor.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockFormatTest {
    /** Equal bit for bit: the same operations in the same order, each rounded to f32. */
    @ParameterizedTest
    @EnumSource
    void decodesAsPythonsGgufDoes(BlockFormat format) {
        try (var file = GgufFile.open(Fixture.path())) {
            var blocks = file.tensor("blocks." + format);
            assertThat(blocks.format()).isEqualTo(format);
            assertThat(blocks.shape()).containsExactly(2L, 256L);
            assertThat(blocks.data().byteSize()).isEqualTo(format.byteSize(512));
            assertThat(Fixture.values(blocks)).containsExactly(Fixture.values(file.tensor("values." + format)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void decodesAnyRunOfBlocks(BlockFormat format) {
        try (var file = GgufFile.open(Fixture.path())) {
            var whole = Fixture.values(file.tensor("values." + format));
            var some = new float[600];
            file.tensor("blocks." + format).dequantize(256, some, 100, 256);
            for (int i = 0; i < some.length; i++) {
                assertThat(some[i]).isEqualTo(i < 100 || i >= 356 ? 0 : whole[i + 156]);
            }
            if (format.blockLength() > 1) {
                assertThatThrownBy(() -> file.tensor("blocks." + format).dequantize(1, some, 0, 256))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }
}
