package org.lyceum.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.lyceum.foundation.WholeFiles;

/** Added tokens that swallow spaces, stand alone, or are found in normalized text, as RoBERTa and others have them. */
class AddedTokensTest {
    private static Path folder = Path.of("");
    private static Tokenizer ours = Tokenizer.load(Fixtures.path("bpe-gpt2.json"));
    private static Tokenizer theirs = ours;
    private static Tokenizer oursComposed = ours;
    private static Tokenizer theirsComposed = ours;

    @BeforeContainer
    static void load() throws Exception {
        folder = Files.createTempDirectory("added-tokens");
        var tokens = "\"added_tokens\":[" + token(700, "<mask>", true, "lstrip") + "," + token(701, "<r>", true, "rstrip") + ","
                + token(702, "sea", false, "single_word") + "," + token(703, "bo", false, "normalized") + ","
                + token(704, "<mask><r>", true, "none") + ",";
        for (var name : new String[]{"gpt2", "qwen2"}) {
            var json = Fixtures.text("bpe-" + name + ".json");
            int size = Tokenizer.load(Fixtures.path("bpe-" + name + ".json")).vocabularySize();
            var list = tokens;
            for (int id = 700; id < 705; id++) {
                list = list.replace("\"id\":" + id, "\"id\":" + (size + id - 700));
            }
            Files.writeString(folder.resolve(name + ".json"), json.replaceFirst("\"added_tokens\":\\s*\\[", list));
        }
        ours = Tokenizer.load(folder.resolve("gpt2.json"));
        theirs = HuggingFaceTokenizerTest.byTheirLibrary(folder.resolve("gpt2.json"));
        oursComposed = Tokenizer.load(folder.resolve("qwen2.json"));
        theirsComposed = HuggingFaceTokenizerTest.byTheirLibrary(folder.resolve("qwen2.json"));
    }

    @AfterContainer
    static void drop() throws Exception {
        WholeFiles.deleteTree(folder);
    }

    private static String token(int id, String content, boolean special, String flag) {
        return "{\"id\":" + id + ",\"content\":\"" + content + "\",\"single_word\":" + flag.equals("single_word") + ",\"lstrip\":"
                + flag.equals("lstrip") + ",\"rstrip\":" + flag.equals("rstrip") + ",\"normalized\":" + flag.equals("normalized")
                + ",\"special\":" + special + "}";
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries
                .of("<mask>", "<r>", "sea", "bo", "b", "o", " ", "  ", "\n", "\u3000", "s", "_", "1", "é", "e\u0301", ".", "<", "灯")
                .list().ofMaxSize(12).map(parts -> String.join("", parts));
    }

    @Property(tries = 2_000)
    void agreeWithHuggingFace(@ForAll("texts") String text) {
        assertThat(ours).isInstanceOf(BytePairTokenizer.class);
        assertThat(ours.encodeWithSpecials(text)).isEqualTo(theirs.encodeWithSpecials(text));
        assertThat(oursComposed).isInstanceOf(BytePairTokenizer.class);
        assertThat(oursComposed.encodeWithSpecials(text)).isEqualTo(theirsComposed.encodeWithSpecials(text));
    }
}
