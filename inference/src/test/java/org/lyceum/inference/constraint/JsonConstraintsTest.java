package org.lyceum.inference.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.nio.charset.StandardCharsets;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.foundation.Seeds;
import org.lyceum.foundation.UserError;
import org.lyceum.text.tokenizer.BytePairTrainer;
import org.lyceum.text.tokenizer.CharacterTokenizer;
import org.lyceum.text.tokenizer.Tokenizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.JsonNodeException;
import tools.jackson.databind.json.JsonMapper;

class JsonConstraintsTest {
    private static final JsonMapper JSON = new JsonMapper();
    /** All bytes, and pairs of them that JSON is full of. */
    private static final Tokenizer BYTES = BytePairTrainer.of(300).withSpecialTokens(List.of("<|endoftext|>")).train(List.of(
            "{\"name\": \"red\", \"value\": [1, 22, 333, true, null], \"größe\": {\"a\": -1.5e10, \"next\": null}}\n  \"is it\": false, "
                    .repeat(20)));
    private static final JsonConstraints CONSTRAINTS = new JsonConstraints(BYTES);
    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12, builder -> builder
            .schemaRegistryConfig(SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

    @Property(tries = 600)
    void whateverTheModelWantsToSayTheTextIsValid(@ForAll long seed) {
        var schema = RandomSchema.of(Seeds.generator(seed, "schema", 0));
        for (int i = 0; i < 3; i++) {
            requireValid(schema, write(CONSTRAINTS.schema(schema), BYTES, Seeds.generator(seed, "logits", i), i * 40));
        }
    }

    @Property(tries = 100)
    void anyObjectIsJson(@ForAll long seed) {
        var text = write(CONSTRAINTS.object(), BYTES, Seeds.generator(seed, "logits", 0), 60);
        assertThat(JSON.readTree(text).isObject()).isTrue();
    }

    /** What the grammar takes byte by byte, the other way round: known texts, and what is wrong with others. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type":"string","minLength":2,"maxLength":3}   | "ab"    | "a"
            {"type":"string","minLength":2,"maxLength":3}   | "é😀\\n" | "abcd"
            {"type":"string","maxLength":1}                 | "\\ud83d\\ude00" | "\\ud83d"
            {"type":"string","pattern":"^a+$"}              | "aaa"   | "b"
            {"type":"string","pattern":"b"}                 | "abc"   | "ac"
            {"type":"string","pattern":"^\\\\d{2}-[x-z]$"}  | "12-y"  | "12-w"
            {"type":"integer"}                              | -120    | 01
            {"type":"integer","minimum":7,"maximum":123}    | 99      | 6
            {"type":"integer","minimum":7,"maximum":123}    | 123     | 124
            {"type":"integer","minimum":-15,"exclusiveMaximum":-3} | -4 | -3
            {"type":"integer","minimum":-15,"exclusiveMaximum":-3} | -15 | -16
            {"type":"integer","minimum":0.5,"maximum":2.5}  | 2       | 0
            {"type":"number"}                               | -0.5e+7 | .5
            {"enum":["a",1,null]}                           | null    | "b"
            {"type":"array","items":{"type":"boolean"},"minItems":1,"maxItems":2} | [true, false] | []
            {"type":"array","items":{"type":"boolean"},"minItems":1,"maxItems":2} | [true] | [true, true, true]
            {"type":"object","properties":{"a":{"type":"null"},"b":{"type":"null"}},"required":["b"]} | {"b": null} | {"a": null}
            {"type":"object","properties":{"a":{"type":"null"},"b":{"type":"null"}}} | {} | {"b": null, "a": null}
            {"type":"object","properties":{"a":{"type":"null"},"b":{"type":"null"}}} | {"a":null,"b":null} | {"a":null,}
            {"anyOf":[{"type":"integer"},{"type":"string"}]} | "x"    | true
            {"type":["null","boolean"]}                     | null    | 1
            {"type":"object","additionalProperties":{"type":"integer"}} | {"x": 1, "y": 2} | {"x": "1"}
            {}                                              | [[], {}, "x", 1.5] | [1 2]
            {"format":"date"}                               | "2024-02-28" | "2024-02-30"
            {"format":"email"}                              | "a.b-c@lyceum.org" | "a@b"
            {"format":"ipv4"}                               | "255.0.10.1" | "256.0.10.1"
            """)
    void takesWhatIsValidAndNothingElse(String schema, String valid, String invalid) {
        var constraint = CONSTRAINTS.schema(schema);
        assertThat(takes(constraint, valid)).as(valid).isTrue();
        assertThat(takes(constraint, invalid)).as(invalid).isFalse();
        requireValid(JSON.readTree(schema), valid);
    }

    @Test
    void layoutsThatModelsKnowAreTakenAndEndlessSpaceIsNot() {
        var constraint = CONSTRAINTS.schema("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\"}},\"required\":[\"a\"]}");
        for (var text : List.of("{\"a\":[1,2]}", "{\"a\": [1, 2]}", "{ \"a\": [ 1, 2 ] }", "{\n  \"a\": [\n    1,\n    2\n  ]\n}")) {
            assertThat(takes(constraint, text)).as(text).isTrue();
        }
        assertThat(takes(constraint, "{  \"a\":[]}")).isFalse();
        assertThat(takes(constraint, "{\n\n\"a\":[]}")).isFalse();
        assertThat(takes(constraint, "{\"a\":[]} ")).as("nothing after the end").isFalse();
    }

    /** The mask of each state is what trying every token by itself gives. */
    @Property(tries = 60)
    void masksEqualTryingEachToken(@ForAll long seed) {
        var schema = RandomSchema.of(Seeds.generator(seed, "schema", 0));
        var random = Seeds.generator(seed, "logits", 0);
        var constraint = CONSTRAINTS.schema(schema);
        var state = constraint.start();
        var soFar = new ByteArrayOutputStream();
        for (int step = 0; step < 12 && !state.exhausted(); step++) {
            var allowed = state.allowed();
            for (int id = 0; id < BYTES.vocabularySize(); id++) {
                boolean mask = (allowed[id >> 6] & 1L << id) != 0;
                assertThat(mask).as("token %s after %s", id, soFar)
                        .isEqualTo(!BYTES.isSpecial(id) && goesOn(constraint, soFar, BYTES.bytes(id)));
            }
            int id = pick(state, BYTES, random, false);
            soFar.writeBytes(BYTES.bytes(id));
            state.accept(id);
        }
    }

    @Test
    void nestingStaysWithinWhatParsersTake() {
        var schema = """
                {"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"a":{"anyOf":[{"type":"null"},
                {"type":"array","items":{"$ref":"#/$defs/n"},"minItems":1}]}},"required":["a"]}}}""";
        var state = CONSTRAINTS.schema(schema).start();
        var text = new StringBuilder();
        while (!state.exhausted()) { // as deep as it goes: null only where nothing else may come
            var token = List.of("{", "\"", "a", ":", "[", "n", "u", "l", "}", "]").stream()
                    .filter(t -> allows(state, id(t))).findFirst().orElseThrow();
            text.append(token);
            state.accept(id(token));
        }
        assertThat(JSON.readTree(text.toString()).isObject()).isTrue();
        assertThat(text.chars().filter(c -> c == '{').count()).isBetween(50L, 400L);
        requireValid(JSON.readTree(schema), text.toString());
    }

    @Test
    void whatATokenizerCannotSpellIsNotAskedOfIt() {
        var letters = CharacterTokenizer.of(List.of("abcdefgh{}\":, []0123456789"), List.of());
        var constraints = new JsonConstraints(letters);
        assertThatThrownBy(() -> constraints.schema("{\"const\":\"xyz\"}")).isInstanceOf(UserError.class).hasMessageContaining("can write");
        var schema = JSON.readTree("{\"anyOf\":[{\"const\":\"xyz\"},{\"type\":\"string\",\"maxLength\":30},{\"enum\":[\"abc\",\"abx\"]}]}");
        for (int i = 0; i < 50; i++) {
            requireValid(schema, write(constraints.schema(schema), letters, Seeds.generator(i, "logits", 0), 20));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"oneOf":[{"type":"null"}]}                         | 'oneOf' at # is not supported; leave it out or use anyOf
            {"properties":{"x":{"type":"number","multipleOf":2}}} | 'multipleOf' at #/properties/x
            {"type":"number","minimum":2}                       | 'minimum' at # is not supported of numbers
            {"type":"object","patternProperties":{}}            | 'patternProperties'
            {"type":"array","uniqueItems":true}                 | 'uniqueItems'
            {"$ref":"#/$defs/no"}                               | points to nothing
            {"$ref":"other.json"}                               | outside the schema
            {"$ref":"#"}                                        | refers to itself with nothing in between
            {"anyOf":[{"type":"null"},{"$ref":"#"}]}            | refers to itself with nothing in between
            {"anyOf":[]}                                        | at least one schema
            {"type":"text"}                                     | 'text' at # is none
            {"type":"object","required":["a"]}                  | requires 'a'
            {"type":"string","format":"ipv5"}                   | did you mean 'ipv4'
            {"type":"string","pattern":"(?=a)"}                 | looking ahead
            {"type":"string","pattern":"a{2"}                   | a count in braces
            {"type":"string","pattern":"(a"}                    | without its ')'
            {"type":"string","pattern":"a)"}                    | without its '('
            {"type":"string","pattern":"\\\\bx"}                | '\\b'
            {"type":"string","pattern":"a^"}                    | '^' elsewhere
            {"type":"string","pattern":"a","minLength":2}       | pattern and a length
            {"type":"string","minLength":3,"maxLength":2}       | above its maxLength
            {"type":"string","maxLength":10000000}              | from 0 to 20000
            {"type":"string","pattern":"((a{9999}){9999}){9999}"} | too large
            {"type":"integer","minimum":3,"maximum":2}          | minimum is above
            {"type":"integer","enum":["a"]}                     | none of those listed
            {"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]} | asks for the impossible
            {"properties":{"a":false}}                          | is false
            {"type":                                            | not JSON
            """)
    void whatCannotBeFollowedIsNamed(String schema, String message) {
        assertThatThrownBy(() -> CONSTRAINTS.schema(schema)).isInstanceOf(UserError.class).hasMessageContaining(message);
    }

    /** Two alternatives that begin alike, inside each other: twice as many ways at each level. */
    @Test
    @Timeout(60)
    void alternativesThatBeginAlikeDoNotMultiply() {
        var either = "{\"type\":\"array\",\"items\":{\"anyOf\":[{\"$ref\":\"#/$defs/a\"},{\"$ref\":\"#/$defs/b\"}]},\"maxItems\":3}";
        var schema = "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":" + either + ",\"b\":" + either + "}}";
        var text = "[".repeat(60) + "]".repeat(59) + ",[[]]]";
        assertThat(takes(CONSTRAINTS.schema(schema), text)).isTrue();
        requireValid(JSON.readTree(schema), text);
        for (int i = 0; i < 20; i++) {
            requireValid(JSON.readTree(schema), write(CONSTRAINTS.schema(schema), BYTES, Seeds.generator(i, "logits", 0), 60));
        }
        var twice = new StringBuilder("{\"$ref\":\"#/$defs/0\",\"$defs\":{");
        for (int i = 0; i < 40; i++) {
            twice.append("\"%1$d\":{\"anyOf\":[{\"$ref\":\"#/$defs/%2$d\"},{\"$ref\":\"#/$defs/%2$d\"}]},".formatted(i, i + 1));
        }
        assertThat(takes(CONSTRAINTS.schema(twice.append("\"40\":{\"type\":\"boolean\"}}}").toString()), "true")).isTrue();
    }

    @Test
    @Timeout(60)
    void whatIsLargeIsFollowedOrRefusedSoon() {
        assertThat(takes(CONSTRAINTS.schema("{\"type\":\"string\",\"pattern\":\"^((a?){250}b){250}$\"}"),
                "\"" + ("a".repeat(250) + "b").repeat(250) + "\""))
                .isTrue();
        var chain = new StringBuilder("{\"$ref\":\"#/$defs/0\",\"$defs\":{");
        for (int i = 0; i < 50_000; i++) {
            chain.append("\"%d\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/%d\"}},".formatted(i, i + 1));
        }
        assertThatThrownBy(() -> CONSTRAINTS.schema(chain.append("\"50000\":{\"type\":\"null\"}}}").toString()))
                .isInstanceOf(UserError.class).hasMessageContaining("nested too deeply");
        for (var pattern : List.of("(".repeat(100_000) + ")".repeat(100_000), "[^a]".repeat(50_000))) {
            assertThatThrownBy(() -> CONSTRAINTS.schema("{\"type\":\"string\",\"pattern\":\"" + pattern + "\"}"))
                    .isInstanceOf(UserError.class).hasMessageContaining("more than 4096 are not read");
        }
    }

    // --- tools ------------------------------------------------------------------------------------------------------------------------

    private static void requireValid(JsonNode schema, String text) {
        var validator = REGISTRY.getSchema(schema.toString());
        var value = JSON.readTree(text);
        List<?> wrong;
        try {
            wrong = validator.validate(text, InputFormat.JSON);
        } catch (JsonNodeException e) { // the validator holds a number beyond 64 bits against the bounds of integers, and fails
            wrong = validator.validate(within64Bits(value));
        }
        assertThat(wrong).as("%s under %s", text, schema).isEmpty();
    }

    /** The same with 9·10¹⁸ for larger numbers; only those of type number can be, and our grammar knows no bounds for them. */
    private static JsonNode within64Bits(JsonNode node) {
        if (node.isFloatingPointNumber()) {
            return JSON.getNodeFactory().numberNode(Math.clamp(node.asDouble(), -9e18, 9e18));
        }
        if (node.isObject()) {
            var object = JSON.createObjectNode();
            node.properties().forEach(entry -> object.set(entry.getKey(), within64Bits(entry.getValue())));
            return object;
        }
        if (node.isArray()) {
            var array = JSON.createArrayNode();
            node.forEach(each -> array.add(within64Bits(each)));
            return array;
        }
        return node;
    }

    @Test
    void theOracleReadsLargeNumbers() throws Exception {
        var schema = JSON.readTree("{\"anyOf\": [{\"type\": \"integer\", \"exclusiveMinimum\": 3}, {\"type\": \"number\"}]}");
        requireValid(schema, "2.333333E28");
        requireValid(JSON.readTree("{\"type\": \"array\", \"items\": " + schema + "}"), "[-2.333333E28, 1, 0.5]");
    }

    /** A text by random logits; after {@code free} tokens it is drawn to its end. */
    private static String write(TokenConstraint constraint, Tokenizer tokenizer, RandomGenerator random, int free) {
        var state = constraint.start();
        var bytes = new ByteArrayOutputStream();
        for (int step = 0; !state.complete() || step < free && !state.exhausted(); step++) {
            int id = pick(state, tokenizer, random, step >= free);
            bytes.writeBytes(tokenizer.bytes(id));
            state.accept(id);
            assertThat(step).as(bytes.toString(StandardCharsets.UTF_8)).isLessThan(20_000);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static int pick(TokenConstraint.State state, Tokenizer tokenizer, RandomGenerator random, boolean ending) {
        int best = -1;
        double most = Double.NEGATIVE_INFINITY;
        boolean close = ending && random.nextBoolean(); // not always: a pattern may need something else before its end
        for (int id = 0; id < tokenizer.vocabularySize(); id++) {
            if (allows(state, id)) {
                var text = tokenizer.bytes(id);
                double logit = random.nextDouble() + (close && text.length == 1 ? "n]}\"".indexOf(text[0]) : 0);
                if (logit > most) {
                    most = logit;
                    best = id;
                }
            }
        }
        assertThat(best).as("no dead end").isNotNegative();
        return best;
    }

    private static boolean allows(TokenConstraint.State state, int id) {
        return (state.allowed()[id >> 6] & 1L << id) != 0;
    }

    private static int id(String character) {
        return IntStream.range(0, BYTES.vocabularySize())
                .filter(id -> !BYTES.isSpecial(id) && new String(BYTES.bytes(id), StandardCharsets.UTF_8).equals(character)).findFirst()
                .orElseThrow();
    }

    /** By single bytes. */
    private static boolean takes(TokenConstraint constraint, String text) {
        var state = feed(constraint, text.getBytes(StandardCharsets.UTF_8));
        return state != null && state.complete();
    }

    private static boolean goesOn(TokenConstraint constraint, ByteArrayOutputStream soFar, byte[] more) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(soFar.toByteArray());
        bytes.writeBytes(more);
        return feed(constraint, bytes.toByteArray()) != null;
    }

    private static TokenConstraint.State feed(TokenConstraint constraint, byte[] bytes) {
        var state = constraint.start();
        for (byte b : bytes) {
            int id = SINGLE[b & 0xFF];
            if (!allows(state, id)) {
                return null;
            }
            state.accept(id);
        }
        return state;
    }

    private static final int[] SINGLE = new int[256];

    static {
        for (int id = 0; id < BYTES.vocabularySize(); id++) {
            if (!BYTES.isSpecial(id) && BYTES.bytes(id).length == 1) {
                SINGLE[BYTES.bytes(id)[0] & 0xFF] = id;
            }
        }
    }
}
