package org.lyceum.text.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.lyceum.text.score.Bleu.Cutting;
import org.lyceum.text.score.Bleu.Setting;
import org.lyceum.text.score.Bleu.Smoothing;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** BLEU and chrF beside sacreBLEU's own figures ({@code make_score_fixtures.py}), and BLEU beside its definition in plain loops. */
class ScoresTest {
    private static final JsonNode FIXTURE = fixture();

    private static JsonNode fixture() {
        try (InputStream in = Objects.requireNonNull(ScoresTest.class.getResourceAsStream("/score/sacrebleu.json"))) {
            return JsonMapper.shared().readTree(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::stringValue).toList();
    }

    @TestFactory
    Stream<DynamicTest> wordsAreThoseOfSacreBleu() {
        return FIXTURE.get("words").valueStream().map(one -> DynamicTest.dynamicTest("“" + one.get("text").stringValue() + "”",
                () -> assertThat(Words13a.of(one.get("text").stringValue())).isEqualTo(texts(one.get("words")))));
    }

    @TestFactory
    Stream<DynamicTest> scoresAreThoseOfSacreBleu() {
        return FIXTURE.get("cases").valueStream().map(one -> DynamicTest.dynamicTest(one.get("name").stringValue(), () -> {
            var translations = texts(one.get("translations"));
            var references = new ArrayList<List<String>>();
            for (int i = 0; i < translations.size(); i++) {
                int at = i;
                references.add(one.get("references").valueStream().map(set -> set.get(at).stringValue()).toList());
            }
            one.get("bleu").forEach(wanted -> {
                var setting = new Setting(wanted.get("lower").booleanValue(),
                        wanted.get("words").stringValue().equals("13a") ? Cutting.MTEVAL_13A : Cutting.NONE,
                        switch (wanted.get("smooth").stringValue()) {
                            case "exp" -> Smoothing.EXPONENTIAL;
                            case "floor" -> Smoothing.FLOOR;
                            case "add-k" -> Smoothing.ADD_ONE;
                            default -> Smoothing.NONE;
                        });
                var got = Bleu.ofSeveral(translations, references, setting);
                assertThat(got.signature()).isEqualTo(wanted.get("signature").stringValue());
                assertThat(got.score()).as(got.signature()).isCloseTo(wanted.get("score").doubleValue(), within(1e-9));
                assertThat(got.brevity()).isCloseTo(wanted.get("bp").doubleValue(), within(1e-12));
                assertThat(got.words()).isEqualTo(wanted.get("sys_len").longValue());
                assertThat(got.referenceWords()).isEqualTo(wanted.get("ref_len").longValue());
                for (int n = 0; n < 4; n++) {
                    assertThat(got.precisions().get(n)).isCloseTo(wanted.get("precisions").get(n).doubleValue(), within(1e-9));
                }
            });
            if (one.has("chrf")) {
                var single = references.stream().map(List::getFirst).toList();
                assertThat(Chrf.of(translations, single, false)).isCloseTo(one.get("chrf").doubleValue(), within(1e-9));
                assertThat(Chrf.of(translations, single, true)).isCloseTo(one.get("chrf_lower").doubleValue(), within(1e-9));
            }
        }));
    }

    @Provide
    Arbitrary<List<String>> sentences() {
        return Arbitraries.of("a", "b", "c", "d").list().ofMinSize(0).ofMaxSize(12).map(words -> String.join(" ", words)).list().ofSize(3);
    }

    @Property(tries = 200)
    void bleuIsWhatItsDefinitionSays(@ForAll("sentences") List<String> translations, @ForAll("sentences") List<String> references) {
        var got = Bleu.of(translations, references, new Setting(false, Cutting.NONE, Smoothing.NONE));
        assertThat(got.score()).isCloseTo(defined(translations, references), within(1e-9));
    }

    /** Equations 1 to 3 of Papineni et al. 2002 with nothing counted in tables. */
    private static double defined(List<String> translations, List<String> references) {
        long words = 0;
        long wanted = 0;
        double logs = 0;
        for (int n = 1; n <= 4; n++) {
            long found = 0;
            long all = 0;
            for (int i = 0; i < translations.size(); i++) {
                var made = translations.get(i).isEmpty() ? new String[0] : translations.get(i).split(" ");
                var reference = references.get(i).isEmpty() ? new String[0] : references.get(i).split(" ");
                if (n == 1) {
                    words += made.length;
                    wanted += reference.length;
                }
                var seen = new HashSet<List<String>>();
                for (int at = 0; at + n <= made.length; at++) {
                    all++;
                    var ngram = Arrays.asList(made).subList(at, at + n);
                    if (seen.add(ngram)) {
                        found += Math.min(count(ngram, made), count(ngram, reference));
                    }
                }
            }
            logs += Math.log(all == 0 ? 0 : (double) found / all) / 4;
        }
        double penalty = words >= wanted ? 1 : words == 0 ? 0 : Math.exp(1 - (double) wanted / words);
        return 100 * penalty * Math.exp(logs);
    }

    private static int count(List<String> ngram, String[] words) {
        int count = 0;
        for (int at = 0; at + ngram.size() <= words.length; at++) {
            count += Arrays.asList(words).subList(at, at + ngram.size()).equals(ngram) ? 1 : 0;
        }
        return count;
    }

    @Property(tries = 100)
    void aTextAgainstItselfIsPerfect(@ForAll("sentences") List<String> sentences) {
        var longEnough = sentences.stream().map(s -> s + " a b c d").toList();
        assertThat(Bleu.of(longEnough, longEnough, Setting.CASED).score()).isCloseTo(100, within(1e-9));
        assertThat(Chrf.of(longEnough, longEnough, false)).isCloseTo(100, within(1e-9));
    }

    @Test
    void unequalNumbersAreRefused() {
        assertThatThrownBy(() -> Bleu.of(List.of("a"), List.of("a", "b"), Setting.CASED)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Bleu.of(List.of(), List.of(), Setting.CASED)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Chrf.of(List.of("a"), List.of(), true)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aScoreSaysWhatItIsMadeOf() {
        assertThat(Bleu.of(List.of("a b c d e"), List.of("a b c d f"), Setting.LOWER_CASED)).hasToString(
                "BLEU 66.87 (80.0/75.0/66.7/50.0, brevity 1.000, 5 words for 5) nrefs:1|case:lc|eff:no|tok:13a|smooth:exp");
    }
}
