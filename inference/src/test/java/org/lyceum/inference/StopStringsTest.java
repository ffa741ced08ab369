package org.lyceum.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class StopStringsTest {
    @Test
    void holdsBackWhatMightBeginAStopString() {
        var stops = new StopStrings(List.of("\nUser:"));
        assertThat(stops.accept("hello\n")).isEqualTo("hello");
        assertThat(stops.accept("Us")).isEmpty();
        assertThat(stops.accept("ual")).isEqualTo("\nUsual");
        assertThat(stops.accept(" end\nUser: more")).isEqualTo(" end");
        assertThat(stops.hit()).isTrue();
        assertThat(stops.accept("after")).isEmpty();
        assertThat(stops.finish()).isEmpty();
    }

    @Test
    void theEndReleasesWhatWasHeld() {
        var stops = new StopStrings(List.of("xyz"));
        assertThat(stops.accept("axy")).isEqualTo("a");
        assertThat(stops.finish()).isEqualTo("xy");
        assertThat(stops.hit()).isFalse();
    }

    /** Over an alphabet of two letters, where everything begins everything. */
    @Property
    void whateverThePiecesTheTextIsThatBeforeTheStopStringThatEndsFirst(
            @ForAll @Size(max = 12) List<@StringLength(max = 4) @CharRange(from = 'a', to = 'b') String> pieces,
            @ForAll @Size(max = 3) List<@NotEmpty @StringLength(max = 4) @CharRange(from = 'a', to = 'b') String> strings) {
        var stops = new StopStrings(strings);
        var out = new StringBuilder();
        var in = new StringBuilder();
        for (var piece : pieces) {
            in.append(piece);
            out.append(stops.accept(piece));
            if (stops.hit()) {
                break;
            }
            for (var string : strings) {
                assertThat(out).doesNotContain(string);
            }
        }
        out.append(stops.finish());
        int first = strings.stream().mapToInt(in::indexOf).filter(at -> at >= 0).min().orElse(in.length());
        assertThat(out.toString()).isEqualTo(in.substring(0, first));
        assertThat(stops.hit()).isEqualTo(first < in.length());
    }
}
