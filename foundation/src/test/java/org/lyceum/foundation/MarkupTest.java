package org.lyceum.foundation;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MarkupTest {
    @Property(tries = 200)
    void anyTextComesBackByUnescaping(@ForAll String text) {
        var escaped = Markup.escape(text);
        assertThat(escaped).doesNotContain("<", ">", "\"", "'");
        var visible = text.replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\\ufffe\\uffff]|\\p{Cs}", "\ufffd");
        assertThat(escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&#13;", "\r")
                .replace("&amp;", "&")).isEqualTo(visible);
    }

    @Test
    void halvesOfPairsAndControlsAreReplacedAndPairsKept() {
        assertThat(Markup.escape("a\ud83d\ude00\ud83d\u0000\n'")).isEqualTo("a\ud83d\ude00\ufffd\ufffd\n&#39;");
    }
}
