package org.lyceum.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class StreamingDecoderTest {
    private static final Tokenizer TOKENIZER = Tokenizer.load(Fixtures.path("bpe-gpt2.json"));

    @Property(tries = 1_000)
    void whatComesOutIsTheWholeText(@ForAll byte[] bytes) {
        var ids = TOKENIZER.encode(bytes);
        var decoder = new StreamingDecoder(TOKENIZER);
        var text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.accept(id));
        }
        assertThat(text.append(decoder.finish())).hasToString(new String(bytes, StandardCharsets.UTF_8));
    }

    @Property(tries = 1_000)
    void noBrokenCharacterIsShown(@ForAll String any) {
        var text = new String(any.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).replace("\ufffd", "");
        var decoder = new StreamingDecoder(TOKENIZER);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            int id = TOKENIZER.encode(new byte[]{b})[0];
            assertThat(decoder.accept(id)).doesNotContain("\ufffd");
        }
        assertThat(decoder.finish()).isEmpty();
    }

    @Test
    void aCharacterThatNeverBecomesWholeIsShownAtTheEnd() {
        var decoder = new StreamingDecoder(TOKENIZER);
        assertThat(decoder.accept(TOKENIZER.encode(new byte[]{(byte) 0xF0})[0])).isEmpty();
        assertThat(decoder.accept(TOKENIZER.encode(new byte[]{(byte) 0x9F})[0])).isEmpty();
        assertThat(decoder.finish()).isEqualTo("\ufffd");
        assertThat(decoder.finish()).isEmpty();
    }
}
