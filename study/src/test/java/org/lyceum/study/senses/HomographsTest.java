package org.lyceum.study.senses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lyceum.foundation.UserError;

class HomographsTest {
    @TempDir
    Path folder;

    @Test
    void ourOwnAreTwentyWordsOfTwoSenses() {
        var occurrences = Homographs.read(null);
        assertThat(occurrences).hasSize(280);
        var senses = occurrences.stream().collect(Collectors.groupingBy(o -> o.word() + "/" + o.sense(), Collectors.counting()));
        assertThat(senses).hasSize(40).allSatisfy((_, count) -> assertThat(count).isEqualTo(7));
        assertThat(occurrences).allSatisfy(o -> assertThat(o.sentence().substring(o.from(), o.to())).isEqualTo(o.word()));
    }

    @Test
    void aFileOfOnesOwn() throws IOException {
        var file = Files.writeString(folder.resolve("own.yaml"), """
                Bank:
                  geld: ["Die Bank verleiht Geld.", Meine Bank ist zu.]
                  sitz: ["Er sitzt auf der Bank.", "Banken sind keine Bank."]
                """);
        assertThat(Homographs.read(file)).hasSize(4)
                .last().isEqualTo(new Occurrence("Bank", "sitz", "Banken sind keine Bank.", 18));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                                 | holds no words
            bank: {money: [the bank, a bank]}                  | needs at least two senses
            bank: {money: [the bank, a bank], river: [a bank]} | the sense 'river' of 'bank' needs a list
            bank: {money: [the bank, a bank], river: [a bank, the shore]} | 'the shore' holds the word 'bank' not at all
            bank: {money: [the bank, a bank], river: [a bank, bank to bank]} | 2 times
            bank: {money: [the                                 | not valid YAML at line
            """)
    void whatIsWrongIsSaid(String yaml, String complaint) throws IOException {
        var file = Files.writeString(folder.resolve("wrong.yaml"), yaml);
        assertThatThrownBy(() -> Homographs.read(file)).isInstanceOf(UserError.class).hasMessageContaining("wrong.yaml")
                .hasMessageContaining(complaint);
    }

    @Test
    void aFewWordsAroundAreCutBetweenWords() {
        var sentence = "They sat on the bank and watched the water flow past.";
        assertThat(new Occurrence("bank", "river", sentence, 16).around(9)).isEqualTo("… on the bank and …");
        assertThat(new Occurrence("bank", "river", sentence, 16).around(100)).isEqualTo(sentence);
        assertThat(new Occurrence("They", "x", sentence, 0).around(5)).isEqualTo("They sat …");
    }
}
