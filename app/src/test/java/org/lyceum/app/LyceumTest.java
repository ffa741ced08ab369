package org.lyceum.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.UserError;

class LyceumTest {
    @Test
    void helpShowsEveryVerbInItsGroup() {
        var run = Cli.lyceum("--help");
        assertThat(run.status()).isZero();
        for (var verb : Lyceum.commandLine().getSubcommands().keySet()) {
            assertThat(run.out()).containsPattern("(?m)^  " + verb + " +\\S");
        }
        assertThat(run.out()).contains("Use a model:").contains("Examples:");
    }

    @TestFactory
    Stream<DynamicTest> everyVerbHasHelpWithAnExample() {
        return Lyceum.commandLine().getSubcommands().keySet().stream().map(verb -> dynamicTest(verb, () -> {
            var run = Cli.lyceum(verb, "--help");
            assertThat(run.status()).isZero();
            assertThat(run.out()).containsPattern("(?s)Examples?:.*lyceum " + verb).doesNotContain("${");
        }));
    }

    @Test
    void versionIsTheBuilds() {
        assertThat(Cli.lyceum("--version").out()).matches("lyceum \\d+\\.\\d+\\.\\d+ \\(libtorch presets \\d.*, Java 2\\d.*\\)\\R");
    }

    @Test
    void aMistypedOptionNamesTheNearest() {
        var run = Cli.lyceum("generate", "--model", "m", "--temprature", "1");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("lyceum: Unknown option '--temprature'; did you mean '--temperature'?").doesNotContain("\tat ");
        assertThat(Cli.lyceum("generate", "--model=m", "--sede=1").err()).contains("'--sede'").contains("'--seed'");
    }

    @Test
    void aMistypedVerbNamesTheNearest() {
        var run = Cli.lyceum("genrate");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("did you mean 'generate'?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "generate", "generate --model", "generate --model m --top-k many", "generate --model m --device tpu",
            "tokenizer",
            "score --model m", "score --model m --text a --file b", "generate --model m --temperature -1",
            "tokenizer train --data x --out y --vocab-size 3 --kind words", "quickstart --minutes 0", "quickstart --minutes soon",
            "pretrain --out x --max-minutes NaN"})
    void wrongUsageIsTwoLinesAndStatusTwo(String arguments) {
        var run = Cli.lyceum((Object[]) (arguments.isEmpty() ? new String[0] : arguments.split(" ")));
        assertThat(run.status()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).startsWith("lyceum: ");
        assertThat(run.err().lines().findFirst().orElseThrow()).matches(".*[.?]");
        assertThat(run.err().lines()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void aMissingModelIsOneSentence() {
        var run = Cli.lyceum("generate", "--model", "no/such/model", "--prompt", "@home");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err()).contains("no/such/model");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void debugShowsTheStackTrace() {
        assertThat(Cli.lyceum("generate", "--model", "no/such/model", "--debug").err()).contains("\tat ")
                .contains("lyceum: There is no model");
    }

    @Test
    void failuresAreOneSentenceWithTheRightStatus() {
        assertThat(failure(new UserError("Sentence."))).isEqualTo("1 lyceum: Sentence.");
        assertThat(failure(UserError.usage("Wrong."))).isEqualTo("2 lyceum: Wrong.");
        assertThat(failure(
                new RuntimeException("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried\nException raised from")))
                .startsWith("1 lyceum: There is not enough memory");
        assertThat(failure(new IllegalStateException("odd\nframe #0")))
                .startsWith("1 lyceum: Something went wrong inside: IllegalStateException: odd")
                .contains("--debug").doesNotContain("frame");
    }

    @Test
    void theCompletionScriptKnowsTheVerbs() {
        assertThat(Cli.lyceum("completion").out()).startsWith("#!/usr/bin/env bash").contains("generate").contains("--temperature");
    }

    private static String failure(Exception failure) {
        var err = new java.io.StringWriter();
        var line = Lyceum.commandLine().setErr(new java.io.PrintWriter(err, true));
        return Failures.failed(failure, line, false) + " " + err.toString().strip();
    }
}
