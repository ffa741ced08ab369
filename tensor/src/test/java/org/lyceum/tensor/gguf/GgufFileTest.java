package org.lyceum.tensor.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lyceum.tensor.gguf.RawGguf.ARRAY;
import static org.lyceum.tensor.gguf.RawGguf.STRING;
import static org.lyceum.tensor.gguf.RawGguf.UINT32;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;

class GgufFileTest {
    @TempDir
    Path folder;

    @Test
    void readsWhatPythonWrote() {
        try (var file = GgufFile.open(Fixture.path())) {
            assertThat(file.metadata()).containsEntry("general.architecture", "llama").containsEntry("a.uint8", 255L)
                    .containsEntry("a.int8", -128L).containsEntry("a.uint16", 65535L).containsEntry("a.int16", -32768L)
                    .containsEntry("a.uint32", (1L << 32) - 1).containsEntry("a.int32", -(1L << 31))
                    .containsEntry("a.float32", (double) 0.1f)
                    .containsEntry("a.bool", true).containsEntry("a.string", "größer\n").containsEntry("a.uint64", Long.MAX_VALUE)
                    .containsEntry("a.int64", Long.MIN_VALUE).containsEntry("a.float64", 0.1)
                    .containsEntry("list.uint8", new byte[]{0, -1}).containsEntry("list.int8", new byte[]{-128})
                    .containsEntry("list.uint16", new int[]{65535}).containsEntry("list.int16", new int[]{-32768})
                    .containsEntry("list.uint32", new long[]{0, (1L << 32) - 1})
                    .containsEntry("list.int32", new int[]{Integer.MIN_VALUE, 7})
                    .containsEntry("list.float32", new float[]{0.1f, -2}).containsEntry("list.bool", new boolean[]{true, false})
                    .containsEntry("list.string", List.of("", "Ġa", "b")).containsEntry("list.uint64", new long[]{Long.MAX_VALUE})
                    .containsEntry("list.int64", new long[]{-1}).containsEntry("list.float64", new double[]{0.1});
            assertThat(file.metadata().keySet()).startsWith("general.architecture", "a.uint8", "a.int8");
            assertThat(file.tensors().keySet()).startsWith("blocks.F32", "values.F32", "blocks.F16");
            assertThat(file.tensor("normal").dimensions()).containsExactly(4, 256);
            assertThat(file.path()).isEqualTo(Fixture.path());
        }
    }

    @Test
    void valuesByType() {
        try (var file = GgufFile.open(Fixture.path())) {
            assertThat(file.require("a.uint8", Long.class)).isEqualTo(255);
            assertThat(file.find("a.missing", Long.class)).isEmpty();
            assertThat(file.texts("list.string")).containsExactly("", "Ġa", "b");
            assertThat(file.texts("a.missing")).isEmpty();
            for (Runnable wrong : List.<Runnable>of(() -> file.require("a.missing", Long.class), () -> file.find("a.bool", Long.class),
                    () -> file.texts("a.bool"), () -> file.tensor("none"))) {
                assertThatThrownBy(wrong::run).isInstanceOf(UserError.class).hasMessageContaining(file.path().toString());
            }
        }
    }

    @Test
    void readsVersionTwoAndAnotherAlignment() throws IOException {
        var raw = new RawGguf().text4("GGUF").int32(2).int64(1).int64(1).key("general.alignment", UINT32).int32(8)
                .tensor("a", 0, 8, 2, 1, 3);
        while (raw.bytes().length % 8 != 0) {
            raw.raw(0);
        }
        for (int i = 0; i < 8; i++) {
            raw.int32(Float.floatToIntBits(i));
        }
        try (var file = GgufFile.open(write(raw))) {
            assertThat(file.tensor("a").shape()).containsExactly(3L, 1L, 2L);
            assertThat(Fixture.values(file.tensor("a"))).containsExactly(2, 3, 4, 5, 6, 7);
        }
    }

    @Test
    void refusesWhatIsNoGguf() throws IOException {
        assertRefused(new RawGguf(), "does not begin with 'GGUF'");
        assertRefused(new RawGguf().raw('G', 'G', 'U'), "does not begin with 'GGUF'");
        assertRefused(new RawGguf().raw('P', 'K', 3, 4), "does not begin with 'GGUF'");
        assertRefused(new RawGguf().text4("GGUF"), "ends within the version");
        assertRefused(new RawGguf().text4("GGUF").int32(1), "version 1, and versions 2 and 3 are read here; convert");
        assertRefused(new RawGguf().text4("GGUF").int32(4), "version 4, and");
        assertRefused(new RawGguf().text4("GGUF").int32(3 << 24), "it is big-endian");
        assertThatThrownBy(() -> GgufFile.open(folder)).isInstanceOf(UserError.class).hasMessageContaining("is a folder");
        assertThatThrownBy(() -> GgufFile.open(folder.resolve("none"))).isInstanceOf(UserError.class)
                .hasMessageContaining("There is no file");
    }

    @Test
    void refusesUnsoundMetadata() throws IOException {
        assertRefused(RawGguf.of(0, -1), "claims 18446744073709551615 metadata keys");
        assertRefused(RawGguf.of(0, 1L << 40), "claims 1099511627776 metadata keys");
        assertRefused(RawGguf.of(1L << 62, 0), "claims 4611686018427387904 tensors");
        assertRefused(RawGguf.of(0, 1), "ends within a metadata key");
        assertRefused(RawGguf.of(0, 1).int64(Long.MAX_VALUE), "a metadata key has a text of 9223372036854775807 bytes, and 0 are left");
        assertRefused(RawGguf.of(0, 1).int64(-1), "a text of 18446744073709551615 bytes");
        assertRefused(RawGguf.of(0, 1).text(""), "a metadata key is empty");
        assertRefused(RawGguf.of(0, 1).int64(1).raw(0xFF), "a metadata key is not UTF-8 text");
        assertRefused(RawGguf.of(0, 1).key("k", 13), "'k' has the value type 13, and the format knows 0 to 12");
        assertRefused(RawGguf.of(0, 1).key("k", -1), "'k' has the value type 4294967295");
        assertRefused(RawGguf.of(0, 1).key("k", UINT32).raw(1, 2, 3), "ends within 'k'");
        assertRefused(RawGguf.of(0, 1).key("k", 7).raw(2), "'k' is a truth value of 2");
        assertRefused(RawGguf.of(0, 1).key("k", 10).int64(-1), "'k' is 18446744073709551615, above 2^63 - 1");
        assertRefused(RawGguf.of(0, 1).key("k", STRING).int64(5).raw(1, 2), "'k' has a text of 5 bytes, and 2 are left");
        assertRefused(RawGguf.of(0, 1).key("k", ARRAY).int32(UINT32).int64(2).int32(1), "'k' is a list of 2 values, and 4 bytes are left");
        assertRefused(RawGguf.of(0, 1).key("k", ARRAY).int32(UINT32).int64(1L << 62).int32(1), "a list of 4611686018427387904 values");
        assertRefused(RawGguf.of(0, 1).key("k", ARRAY).int32(ARRAY).int64(0), "'k' is a list of lists");
        assertRefused(RawGguf.of(0, 1).key("k", ARRAY).int32(99).int64(0), "'k' has the value type 99");
        assertRefused(RawGguf.of(0, 2).key("k", UINT32).int32(1).key("k", UINT32).int32(1), "the metadata key 'k' is there twice");
        for (int alignment : new int[]{0, 3, 48, -1}) {
            assertRefused(RawGguf.of(0, 1).key("general.alignment", UINT32).int32(alignment), "its general.alignment is");
        }
        assertRefused(RawGguf.of(0, 1).key("general.alignment", STRING).text("32"), "its general.alignment is 32, not a power of two");
    }

    @Test
    void refusesUnsoundTensors() throws IOException {
        assertRefused(RawGguf.of(1, 0), "ends within a tensor's name");
        assertRefused(RawGguf.of(1, 0).tensor("a", 0, 0, 1, 1, 1, 1, 1), "'a' has 5 dimensions, and the format allows 4");
        assertRefused(RawGguf.of(1, 0).tensor("a", 0, 0, 0), "the shape of 'a' has the size 0");
        assertRefused(RawGguf.of(1, 0).tensor("a", 0, 0, -1), "the size 18446744073709551615, too large for any file");
        assertRefused(RawGguf.of(1, 0).tensor("a", 0, 0, 1L << 31, 1L << 31), "too large for any file");
        assertRefused(RawGguf.of(1, 0).tensor("a", 20, 0, 32),
                "'a' has type 20 (IQ4_NL), which is not read here; the nearest that is read is Q4_0");
        assertRefused(RawGguf.of(1, 0).tensor("a", 23, 0, 256), "(IQ4_XS), which is not read here; the nearest that is read is Q4_K");
        assertRefused(RawGguf.of(1, 0).tensor("a", 4, 0, 32), "'a' has type 4, which is not read here; read are [F32, F16");
        assertRefused(RawGguf.of(1, 0).tensor("a", -1, 0, 32), "'a' has type 4294967295");
        assertRefused(RawGguf.of(1, 0).tensor("a", 12, 0, 32, 8), "rows of 'a' have 32 elements, which are not whole Q4_K blocks of 256");
        assertRefused(RawGguf.of(1, 0).tensor("a", 0, 4, 1).data(64), "'a' begins at byte 4 of the data, which is not a multiple of 32");
        assertRefused(RawGguf.of(1, 0).tensor("a", 0, -32, 1).data(64), "begins at byte 18446744073709551584");
        assertRefused(RawGguf.of(1, 0).tensor("a", 0, 32, 9).data(67),
                "it is cut off: 'a' takes 36 bytes from byte 32 of the data on, and there are 67");
        assertRefused(RawGguf.of(1, 0).tensor("a", 0, 0, 1),
                "it is cut off: 'a' takes 4 bytes from byte 0 of the data on, and there are 0");
        assertRefused(RawGguf.of(2, 0).tensor("a", 0, 0, 1).tensor("a", 0, 32, 1).data(64), "there are two tensors 'a'");
        assertRefused(RawGguf.of(2, 0).tensor("b", 0, 32, 1).tensor("a", 0, 0, 9).data(64), "the data of 'b' overlaps that of 'a'");
        assertRefused(RawGguf.of(2, 0).tensor("b", 0, 0, 1).tensor("a", 0, 0, 1).data(64), "overlaps");
    }

    @Test
    void aHostileNameCannotTakeOverTheTerminal() throws IOException {
        assertThatThrownBy(() -> GgufFile.open(write(RawGguf.of(1, 0).tensor("\u001b[2J\n" + "x".repeat(500), 99, 0, 1))))
                .isInstanceOf(UserError.class).message().doesNotContain("\u001b", "\n").hasSizeLessThan(500);
    }

    private void assertRefused(RawGguf raw, String fault) throws IOException {
        var path = write(raw);
        assertThatThrownBy(() -> GgufFile.open(path)).isInstanceOf(UserError.class)
                .hasMessageStartingWith(path + " is not a GGUF file that can be read: ").hasMessageContaining(fault)
                .message().endsWith(".").doesNotContain("\n");
    }

    private Path write(RawGguf raw) throws IOException {
        return Files.write(folder.resolve("raw.gguf"), raw.bytes());
    }
}
