package org.lyceum.training.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.Seeds;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** The flushed single pass against its definition: the difference of two files. */
class XzBaselineTest {
    @Test
    void equalsTheDifferenceOfTwoFiles() throws Exception {
        var training = text(1, 400_000);
        var heldOut = text(2, 40_000);
        var all = new ArrayList<>(training);
        all.addAll(heldOut);
        double byDefinition = (size(all) - size(training)) * 8.0 / length(heldOut);
        var measured = XzBaseline.measure(training, heldOut);
        assertThat(measured.primedBitsPerByte()).isCloseTo(byDefinition, within(0.005 * byDefinition));
        assertThat(measured.plainBitsPerByte()).isEqualTo(size(heldOut) * 8.0 / length(heldOut));
        assertThat(measured.primedBitsPerByte()).isLessThan(measured.plainBitsPerByte());
        assertThat(measured.heldOutBytes()).isEqualTo(length(heldOut));
        assertThat(measured.primingBytes()).isEqualTo(length(training));
    }

    @Test
    void whatTheTrainingTextHoldsCostsNextToNothing() {
        var training = text(3, 100_000);
        assertThat(XzBaseline.measure(training, training).primedBitsPerByte()).isLessThan(0.02);
    }

    @Test
    void onlyTheLastSixtyFourMebibytesPrime() {
        var early = text(4, 20_000);
        // The same piece again and again is cheap to compress and pushes the early text out of reach.
        var filler = new byte[1 << 20];
        var training = new ArrayList<byte[]>(early);
        for (int i = 0; i < 64; i++) {
            training.add(filler);
        }
        var measured = XzBaseline.measure(training, early);
        assertThat(measured.primingBytes()).isEqualTo(XzBaseline.DICTIONARY);
        assertThat(measured.primedBitsPerByte()).isCloseTo(measured.plainBitsPerByte(), within(0.1 * measured.plainBitsPerByte()));
    }

    @Test
    void refusesAnEmptyHeldOutText() {
        assertThatThrownBy(() -> XzBaseline.measure(text(1, 100), List.of(new byte[0]))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> XzBaseline.measure(List.of(), List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    /** Sentences of made-up words, in pieces of a sentence. */
    private static List<byte[]> text(long seed, int bytes) {
        var words = new ArrayList<String>();
        var letters = Seeds.generator(0, "words", 0);
        for (int i = 0; i < 2000; i++) {
            var word = new StringBuilder();
            for (int c = 0, length = 2 + letters.nextInt(8); c < length; c++) {
                word.append((char) ('a' + letters.nextInt(26)));
            }
            words.add(word.toString());
        }
        var random = Seeds.generator(seed, "text", 0);
        var pieces = new ArrayList<byte[]>();
        for (int written = 0; written < bytes;) {
            var sentence = new StringBuilder();
            for (int i = 0; i < 12; i++) {
                double u = random.nextDouble();
                sentence.append(words.get((int) (u * u * u * words.size()))).append(' ');
            }
            var piece = sentence.append('\n').toString().getBytes(UTF_8);
            pieces.add(piece);
            written += piece.length;
        }
        return pieces;
    }

    private static long length(List<byte[]> pieces) {
        return pieces.stream().mapToLong(piece -> piece.length).sum();
    }

    private static long size(List<byte[]> pieces) throws IOException {
        var out = new ByteArrayOutputStream();
        var options = new LZMA2Options(9);
        options.setDictSize(1 << 20);
        try (var xz = new XZOutputStream(out, options)) {
            for (var piece : pieces) {
                xz.write(piece);
            }
        }
        return out.size();
    }
}
