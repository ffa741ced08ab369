package org.lyceum.tensor.safetensors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.foundation.UserError;
import org.lyceum.tensor.DType;

/** Sound files give what was put in; every unsound one gives a sentence that names the file and the fault. */
class SafetensorsFileTest {
    @TempDir
    Path folder;

    /** The fixture comes from {@code src/test/python/safetensors_fixture.py}. */
    static Path pythonFixture(Path folder) throws IOException {
        try (var in = SafetensorsFileTest.class.getResourceAsStream("python.safetensors")) {
            if (in == null) {
                throw new AssertionError("python.safetensors is not on the class path");
            }
            var copy = folder.resolve("python.safetensors");
            Files.write(copy, in.readAllBytes());
            return copy;
        }
    }

    @Test
    void readsWhatPythonWrote() throws IOException {
        try (var file = SafetensorsFile.open(pythonFixture(folder))) {
            assertThat(file.metadata()).isEqualTo(Map.of("format", "pt"));
            assertThat(file.entries().keySet()).containsExactly("e.i64", "d.f64", "a.f32", "k.empty", "ü.name", "f.i32", "b.bf16", "c.f16",
                    "g.i16", "h.i8", "i.u8", "j.bool");
            var floats = file.entry("a.f32");
            assertThat(floats.dtype()).isEqualTo(DType.F32);
            assertThat(floats.dimensions()).containsExactly(2, 3);
            assertThat(floats.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED)).containsExactly(0f, 0.25f, 0.5f, 0.75f, 1f, 1.25f);
            assertThat(file.entry("b.bf16").data().toArray(ValueLayout.JAVA_SHORT_UNALIGNED)).containsExactly(0x3F80, (short) 0xC020,
                    0x4049);
            assertThat(file.entry("c.f16").data().toArray(ValueLayout.JAVA_SHORT_UNALIGNED)).containsExactly(0x3800, 0x7BFF);
            assertThat(file.entry("d.f64").shape()).isEmpty();
            assertThat(file.entry("d.f64").data().get(ValueLayout.JAVA_DOUBLE_UNALIGNED, 0)).isEqualTo(1.0e300);
            assertThat(file.entry("e.i64").data().toArray(ValueLayout.JAVA_LONG_UNALIGNED)).containsExactly(-1, 1L << 62);
            assertThat(file.entry("f.i32").data().toArray(ValueLayout.JAVA_INT_UNALIGNED)).containsExactly(-7);
            assertThat(file.entry("g.i16").data().toArray(ValueLayout.JAVA_SHORT_UNALIGNED)).containsExactly(-300, 300);
            assertThat(file.entry("h.i8").data().toArray(ValueLayout.JAVA_BYTE)).containsExactly(-128, 127, 0);
            assertThat(file.entry("i.u8").data().toArray(ValueLayout.JAVA_BYTE)).containsExactly(0, 255);
            assertThat(file.entry("j.bool").data().toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, 0, 1);
            assertThat(file.entry("k.empty").shape()).containsExactly(0L, 4L);
            assertThat(file.entry("k.empty").data().byteSize()).isZero();
            assertThat(file.entry("ü.name").data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0)).isEqualTo(42f);
            assertThatThrownBy(() -> file.entry("z")).isInstanceOf(UserError.class).hasMessageContaining("no tensor 'z'");
        }
    }

    @Test
    void dataIsReadOnlyAndEndsWithTheFile() throws IOException {
        var file = SafetensorsFile.open(pythonFixture(folder));
        var data = file.entry("h.i8").data();
        assertThat(data.isReadOnly()).isTrue();
        assertThatThrownBy(() -> data.get(ValueLayout.JAVA_BYTE, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        file.close();
        assertThatThrownBy(() -> data.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void unalignedDataAndAHeaderWithoutTensorsAreFine() throws IOException {
        var odd = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} ";
        assertThat((8 + odd.length()) % 4).isNotZero();
        try (var file = SafetensorsFile.open(raw(odd, new byte[]{0, 0, (byte) 0x80, 0x3F}))) {
            assertThat(file.entry("a").data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0)).isEqualTo(1f);
        }
        try (var file = SafetensorsFile.open(raw("{}", new byte[0]))) {
            assertThat(file.entries()).isEmpty();
            assertThat(file.metadata()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            4 | {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}} | 'a' needs 8 bytes for F32 [2] but its data_offsets give it 4
            4 | {'a':{'dtype':'F33','shape':[1],'data_offsets':[0,4]}} | 'a' has the dtype 'F33'
            4 | {'a':{'shape':[1],'data_offsets':[0,4]}} | 'a' has no dtype
            4 | {'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}} | the shape of 'a' holds something other than whole numbers
            4 | {'a':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}} | the shape of 'a' holds something other than whole numbers
            4 | {'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,4]}} | the shape of 'a' holds something other than whole
            4 | {'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,4]}} | the shape of 'a' [4294967296, 4294967296] is too large
            4 | {'a':{'dtype':'F32','shape':1,'data_offsets':[0,4]}} | 'a' has no list 'shape'
            4 | {'a':{'dtype':'F32','shape':[1]}} | 'a' has no list 'data_offsets'
            4 | {'a':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}} | the data_offsets of 'a' are [4, 0]
            4 | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4,8]}} | the data_offsets of 'a' are [0, 4, 8]
            8 | {'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | there is a hole of 4 bytes between the header and 'a'
            8 | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | 4 bytes at its end belong to no tensor
            2 | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | its tensors need 4 bytes of data and it holds 2
            6 | {'a':{'dtype':'I8','shape':[4],'data_offsets':[0,4]},'b':{'dtype':'I8','shape':[4],'data_offsets':[2,6]}} | the data of 'b' overlaps that of 'a'
            4 | {'a':{'dtype':'I8','shape':[4],'data_offsets':[0,4]},'b':{'dtype':'I8','shape':[0],'data_offsets':[2,2]}} | the data of 'b' overlaps that of 'a'
            4 | {'a':{'dtype':'I8','shape':[4],'data_offsets':[0,4]},'a':{'dtype':'I8','shape':[4],'data_offsets':[0,4]}} | not valid JSON (Duplicate
            4 | {'a':[]} | 'a' has no dtype
            0 | {'__metadata__':{'a':1}} | its __metadata__ holds something other than text under 'a'
            0 | {'__metadata__':[]} | its __metadata__ is not a JSON object
            0 | [] | its header does not start with '{'
            0 | ` {}` | its header does not start with '{'
            0 | {}{} | its header is not valid JSON
            0 | {'a' | its header is not valid JSON
            """)
    void refusesAnUnsoundHeader(int dataBytes, String header, String fault) throws IOException {
        assertRefused(raw(header.replace('\'', '"'), new byte[dataBytes]), fault);
    }

    @Test
    void refusesAnUnsoundFile() throws IOException {
        var path = folder.resolve("x.safetensors");
        Files.write(path, new byte[7]);
        assertRefused(path, "it has 7 bytes");
        Files.write(path, new byte[8]);
        assertRefused(path, "its header does not start with '{'");
        Files.write(path, ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(9).array());
        assertRefused(path, "it claims a header of 9 bytes and has 8");
        Files.write(path, ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(100_000_001).array());
        assertRefused(path, "it claims a header of 100000001 bytes");
        Files.write(path, "\u0080\u0003PK not one of ours".getBytes(ISO_8859_1));
        assertRefused(path, "and the format allows 100000000");
        Files.write(path, ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(8).put(new byte[]{'{', '"', (byte) 0xC3, '"', ':'})
                .array());
        assertRefused(path, "its header is not UTF-8 text");
        Files.write(path, ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putLong(4).put(new byte[]{'{', 0, '}', 0}).array());
        assertRefused(path, "its header is not valid JSON");
        assertThatThrownBy(() -> SafetensorsFile.open(folder)).isInstanceOf(UserError.class).hasMessageContaining("is a folder");
        assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("none"))).isInstanceOf(UserError.class)
                .hasMessageContaining("There is no file");
    }

    @Test
    void aHostileNameCannotTakeOverTheTerminal() throws IOException {
        assertThatThrownBy(() -> SafetensorsFile.open(raw("{\"\\u001b[2J\\n" + "x".repeat(500) + "\":{}}", new byte[0])))
                .isInstanceOf(UserError.class).message().doesNotContain("\u001b", "\n").hasSizeLessThan(400);
    }

    @Test
    void readsPastTwoGibibytes() throws IOException {
        var path = folder.resolve("large.safetensors");
        long holes = (1L << 31) + 24;
        var header = "{\"big\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]},\"end\":{\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[%d,%d]}}"
                .formatted(holes, holes, holes, holes + 8).getBytes(UTF_8);
        try (var channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).flip());
            channel.write(ByteBuffer.wrap(header));
            channel.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(17).putInt(-4).flip(), channel.position() + holes);
        }
        try (var file = SafetensorsFile.open(path)) {
            assertThat(file.entry("end").data().toArray(ValueLayout.JAVA_INT_UNALIGNED)).containsExactly(17, -4);
            assertThat(file.entry("big").data().byteSize()).isEqualTo(holes);
            assertThat(file.entry("big").data().get(ValueLayout.JAVA_BYTE, holes - 1)).isZero();
        } finally {
            Files.delete(path);
        }
    }

    private static void assertRefused(Path path, String fault) {
        assertThatThrownBy(() -> SafetensorsFile.open(path)).isInstanceOf(UserError.class).hasMessageContaining(path.toString())
                .hasMessageContaining(fault).message().isEqualTo(path + " is not a sound safetensors file: "
                        + faultOf(path) + "; fetch or save it again.");
    }

    private static String faultOf(Path path) {
        try (var file = SafetensorsFile.open(path)) {
            return "none, " + file.entries();
        } catch (UserError e) {
            var message = String.valueOf(e.getMessage());
            return message.substring(message.indexOf(": ") + 2, message.lastIndexOf(';'));
        }
    }

    private Path raw(String header, byte[] data) throws IOException {
        var text = header.getBytes(UTF_8);
        var path = folder.resolve("raw.safetensors");
        Files.write(path, ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).put(text)
                .put(data).array());
        return path;
    }

    @Test
    void keepsTheOrderOfTheHeader() throws IOException {
        var header = "{\"z\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[1,2]},\"a\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]}}";
        try (var file = SafetensorsFile.open(raw(header, new byte[]{5, 6}))) {
            assertThat(file.entries().keySet()).containsExactly("z", "a");
            assertThat(file.entry("z").data().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 6);
        }
    }
}
