package org.lyceum.inference.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.Provide;
import net.jqwik.api.From;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.UserError;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JinjaTemplateTest {
    private static final LocalDateTime NOW = LocalDateTime.of(2025, 3, 7, 14, 5, 9);

    private static String render(String template, Map<String, ?> variables) {
        return JinjaTemplate.of(template).render(variables, NOW);
    }

    static List<JsonNode> cases() throws IOException {
        try (var in = Objects.requireNonNull(JinjaTemplateTest.class.getResourceAsStream("cases.json"))) {
            return JsonMapper.builder().build().readTree(new String(in.readAllBytes(), StandardCharsets.UTF_8)).valueStream().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rendersLikeJinja2(JsonNode given) {
        var template = given.path("template").stringValue();
        Map<?, ?> variables = JsonMapper.builder().build().convertValue(given.path("variables"), Map.class);
        @SuppressWarnings("unchecked") // keys of JSON objects
        var named = (Map<String, ?>) variables;
        if (given.path("output").isNull()) {
            assertThatThrownBy(() -> render(template, named)).as(template).isInstanceOf(UserError.class).hasMessageEndingWith(".");
        } else {
            assertThat(render(template, named)).as(template).isEqualTo(given.path("output").stringValue());
        }
    }

    @Test
    void whatTheTemplateRaisesIsSaid() {
        assertThatThrownBy(() -> render("\n{{ raise_exception('Roles must alternate.') }}", Map.of()))
                .hasMessage("The model's chat template refuses this conversation: Roles must alternate.");
        assertThatThrownBy(() -> render("a\nb\n{{ nothing.x }}", Map.of())).hasMessageContaining("line 3")
                .hasMessageContaining("'nothing'");
    }

    /** There is nothing behind a value but what Python's own type has: no class, no reflection, no file. */
    @ParameterizedTest
    @ValueSource(strings = {"{{ ''.class }}", "{{ ''.getClass() }}", "{{ messages.getClass().forName('java.lang.Runtime') }}",
            "{{ [].class.forName('x') }}", "{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ self.__init__.__globals__ }}",
            "{{ range.__globals__ }}", "{{ namespace.__init__ }}", "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
            "{{ raise_exception.getClass().getClassLoader() }}", "{{ strftime_now.call }}", "{{ '%captured' }}", "{{ ''|attr('class') }}"})
    void nothingIsReachedThroughAValue(String template) {
        try {
            assertThat(render(template, Map.of("messages", List.of()))).doesNotContain("java").doesNotContain("class");
        } catch (UserError e) {
            assertThat(e).hasMessageStartingWith("The chat template fails");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{% include '/etc/passwd' %}", "{% import 'x' as y %}", "{% extends 'x' %}", "{% from 'x' import y %}"})
    void noFileIsRead(String template) {
        assertThatThrownBy(() -> render(template, Map.of())).isInstanceOf(UserError.class).hasMessageContaining("may not");
    }

    /** Endless work, endless text, endless depth: each is refused in a sentence. */
    @ParameterizedTest
    @ValueSource(strings = {
            "{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}{% endfor %}{% endfor %}{% endfor %}",
            "{% for a in range(99999) %}{{ 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' }}{% endfor %}",
            "{{ 'x' * 9999999999 }}", "{{ 'xxxxxxxxxx' * 9223372036854775807 }}", "{{ range(999999999) }}",
            "{{ ' ' | indent(99999999999) }}",
            "{% set ns = namespace(x='ab') %}{% for i in range(64) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x }}",
            "{% set ns = namespace(x=[1]) %}{% for i in range(64) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
            "{% set ns = namespace(x=[1]) %}{% for i in range(64) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}",
            "{% set ns = namespace(x=[1]) %}{% for i in range(64) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x == [ns.x] or {ns.x: 1} }}",
            "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(64) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}"
                    + "{{ ns.x == ns.y }}",
            "{% set ns = namespace(x=[1]) %}{% for i in range(40) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x | length }}",
            "{% set ns = namespace(x=[]) %}{% for i in range(99999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x == ns.x + [] }}{{ ns.x }}",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{% macro m(n) %}{{ m(n) ~ m(n) }}{% endmacro %}{{ m(1) }}",
            "{% set ns = namespace() %}{% set ns.x = ns %}{% set ns.y = [ns] %}{{ ns.x }}{{ [ns] == [ns] }}{{ ns | tojson }}",
            "{{ 'aaaaaaaaaaaaaaaa'.replace('a', 'b' * 1000000) }}", "{{ ('a,' * 400000).split(',') | join('b' * 1000) }}",
            "{{ 9 ** 999999999 }}",
            "{{ ('a' * 500000).find('a' * 250000 ~ 'b') }}", "{{ ('a' * 250000 ~ 'b') in 'a' * 500000 }}",
            "{{ ('a' * 500000).count('a' * 250000 ~ 'b') }}", "{{ ('a' * 500000).replace('a' * 250000 ~ 'b', '') }}",
            "{% set ns = namespace(big=[1], all=[]) %}{% for i in range(20) %}{% set ns.big = ns.big + ns.big %}{% endfor %}"
                    + "{% for i in range(999) %}{% set ns.all = ns.all + [ns.big + [i]] %}{% endfor %}",
            "{% for i in range(2) %}{{ loop.cycle() }}{% endfor %}", "{{ 'a'.replace('a', 'b', count='x') }}",
            "{{ x.99999999999999999999 }}", "{{ 'a'.partition('') }}",
            "{{ 9223372036854775807 + 1 }}", "{{ 99999999999999999999 }}", "{{ 'a'.ljust(9999999999) }}"})
    void boundsWhatATemplateUses(String template) {
        assertThatThrownBy(() -> render(template, Map.of())).isInstanceOf(UserError.class).hasMessageStartingWith("The chat template ");
    }

    @Test
    void deepNestingIsRefused() {
        for (var deep : List.of("{{ " + "(".repeat(50_000) + "1" + ")".repeat(50_000) + " }}", "{{ " + "not ".repeat(50_000) + "1 }}",
                "{% if 1 %}".repeat(50_000), "{{ " + "-".repeat(50_000) + "1 }}", "{{ 1" + " if 1 else 2".repeat(50_000) + " }}",
                "{{ " + "[".repeat(50_000) + " }}")) {
            assertThatThrownBy(() -> render(deep, Map.of())).isInstanceOf(UserError.class);
        }
    }

    @Property(tries = 5_000)
    void anyTextIsATemplateOrRefused(
            @ForAll @StringLength(max = 60) @Chars({'{', '}', '%', '#', '-', '+', ' ', '\n', '(', ')', '[', ']', '|', '.',
                    '\'', '"', '\\', ':', ',', '=', 'a', 'i', 'f', 'n', 'o', 't', '1', '0', '~', '*', '/'}) String text) {
        try {
            assertThat(render(text, Map.of("a", "x"))).isNotNull();
        } catch (UserError e) {
            assertThat(e.getMessage()).startsWith("The ").endsWith(".");
        }
    }

    @Property(tries = 3_000)
    void anyExpressionHasAValueOrIsRefused(
            @ForAll @StringLength(max = 40) @Chars({'a', 'b', '.', '[', ']', '(', ')', '|', ' ', '1', '0', '-',
                    '+', '*', '/', '%', '~', '\'', ':', ',', '{', '}', '<', '=', '!'}) String text) {
        try {
            assertThat(render("{{ " + text + " }}", Map.of("a", List.of("x", 1), "b", Map.of("a", "b")))).isNotNull();
        } catch (UserError e) {
            assertThat(e.getMessage()).startsWith("The ").endsWith(".");
        }
    }

    /** Every method of a text with arguments of every kind, as positions and by name. */
    @Property(tries = 5_000)
    void anyCallHasAValueOrIsRefused(@ForAll("methods") String method, @ForAll @Size(max = 3) List<@From("arguments") String> arguments) {
        try {
            assertThat(render("{{ a." + method + "(" + String.join(", ", arguments) + ") }}", Map.of("a", "ab cab\u00e9 "))).isNotNull();
        } catch (UserError e) {
            assertThat(e.getMessage()).startsWith("The chat template fails").endsWith(".");
        }
    }

    @Provide
    Arbitrary<String> methods() {
        return Arbitraries.of("strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "partition", "rpartition", "startswith",
                "endswith", "removeprefix", "removesuffix", "replace", "upper", "capitalize", "title", "swapcase", "find", "rfind", "index",
                "count", "join", "isdigit", "isupper", "zfill", "rjust", "ljust", "format");
    }

    @Provide
    Arbitrary<String> arguments() {
        return Arbitraries.of("'ab'", "''", "' '", "1", "-1", "9223372036854775807", "1.5", "none", "true", "[]", "['a']", "{}", "missing",
                "sep=' '", "maxsplit=1", "maxsplit='x'", "count=1", "count=none", "count='x'", "sep=1");
    }

    @Property(tries = 2_000)
    void splittingAndJoiningGivesTheTextBack(@ForAll @StringLength(max = 30) @Chars({'a', 'b', ' ', ','}) String text,
            @ForAll @IntRange(min = -1, max = 4) int limit) {
        for (var method : List.of("split", "rsplit")) {
            assertThat(render("{{ ','.join(a." + method + "(',', " + limit + ")) }}", Map.of("a", text))).isEqualTo(text);
            assertThat(render("{{ a." + method + "(',', " + limit + ") | length }}", Map.of("a", text)))
                    .isEqualTo(String.valueOf(1 + Math.min(limit < 0 ? 99 : limit, text.chars().filter(c -> c == ',').count())));
            assertThat(render("{{ a." + method + "() | join('|') }}", Map.of("a", text)))
                    .isEqualTo(String.join("|", text.strip().split(" +")));
        }
        var head = text.strip().split(" ")[0];
        var rest = text.stripLeading().substring(head.length()).stripLeading();
        assertThat(render("{{ a.split(none, 1) | join('|') }}", Map.of("a", text))).isEqualTo(rest.isEmpty() ? head : head + "|" + rest);
        assertThat(render("{{ a.count('b') }}", Map.of("a", text))).isEqualTo(String.valueOf(text.chars().filter(c -> c == 'b').count()));
    }

    @Property(tries = 1_000)
    void textOutsideOfBlocksComesThrough(@ForAll String any) {
        var text = any.replace("{", "").replace("\r", "") + ".";
        assertThat(render(text, Map.of())).isEqualTo(text);
    }
}
