package org.lyceum.worlds.episodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lyceum.worlds.Language;
import org.lyceum.worlds.episodes.EpisodeExport.Format;
import org.lyceum.worlds.episodes.EpisodeExport.Plan;
import org.lyceum.worlds.episodes.EpisodeWorld.Kind;
import tools.jackson.databind.json.JsonMapper;

class EpisodeExportTest {
    @TempDir
    private Path folder;

    private String write(String name, Format format, Language language, double slips) throws IOException {
        var file = folder.resolve(name);
        var plan = new Plan(List.of(Kind.values()), 7, 2, language, 1, Agent.CAREFUL, slips);
        assertThat(new EpisodeExport(plan).write(file, format)).isPositive();
        return Files.readString(file);
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void theSameArgumentsWriteTheSameBytes(Format format) throws IOException {
        assertThat(write("a", format, Language.ES, 0.3)).isEqualTo(write("b", format, Language.ES, 0.3)).isNotEmpty()
                .doesNotContain(" de el ", " a el ");
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void aStepCarriesAllThatJudgesIt(Language language) throws IOException {
        int slips = 0;
        for (var line : write("steps", Format.JSONL, language, 0.3).lines().toList()) {
            var step = JsonMapper.shared().readTree(line);
            assertThat(step.propertyNames()).contains("reference", "view", "policy", "known", "legal", "good", "action", "verdict",
                    "observation",
                    "reward", "over", "others");
            assertThat(step.get("view").size()).isGreaterThan(step.get("step").asInt());
            slips += step.get("verdict").get("good").asBoolean() ? 0 : 1;
            var outcomes = step.get("others").valueStream().map(o -> o.get("verdict").get("outcome").asString()).toList();
            assertThat(outcomes).contains("wrong_belief");
        }
        assertThat(slips).isPositive();
    }

    @Test
    void aConversationTakesTurnsAndGoesByTheAgentAlone() throws IOException {
        for (var line : write("chat", Format.CHAT, Language.EN, 0).lines().toList()) {
            var messages = JsonMapper.shared().readTree(line).get("messages");
            for (int i = 0; i < messages.size(); i++) {
                assertThat(messages.get(i).get("role").asString()).isEqualTo(i % 2 == 0 ? "user" : "assistant");
                assertThat(messages.get(i).get("content").asString()).isNotBlank();
            }
        }
    }

    @Test
    void whatIsRejectedIsNotGood() throws IOException {
        var lines = write("pairs", Format.PREFERENCES, Language.EN, 0).lines().map(JsonMapper.shared()::readTree).toList();
        assertThat(lines).allMatch(l -> !l.get("chosen").asString().equals(l.get("rejected").asString()));
        assertThat(lines).extracting(l -> l.get("why").asString()).contains("wrong_belief", "bad_plan");
    }

    @Test
    void aPageStandsByItself() throws IOException {
        assertThat(write("page", Format.PAGE, Language.EN, 0.3)).contains("<svg", "<details class=\"good\"", "class=\"wrong-belief\"")
                .doesNotContain("http", "<script");
    }
}
