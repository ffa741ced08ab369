package org.lyceum.text.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.Records;
import org.lyceum.foundation.UserError;
import org.lyceum.text.corpus.CorpusConfig;

/** The configurations can be said in YAML, in lower case. */
class ConfigTest {
    private record All(CorpusConfig corpus, DatasetConfig dataset, BatchConfig batch) {
    }

    private static final All DEFAULTS = new All(CorpusConfig.DEFAULT, DatasetConfig.DEFAULT, new BatchConfig(16, 256));

    @Test
    void valuesAreSetByName() {
        var set = Records.read(DEFAULTS, null,
                List.of("corpus.split=line", "corpus.field=body", "dataset.split=position", "dataset.validation=0.1",
                        "batch.packing=document",
                        "batch.order=random", "batch.columns=64"));
        assertThat(set).isEqualTo(new All(CorpusConfig.DEFAULT.withSplit(CorpusConfig.Split.LINE).withField("body"),
                DatasetConfig.DEFAULT.withSplit(DatasetConfig.Split.POSITION).withValidation(0.1),
                new BatchConfig(16, 64, BatchConfig.Packing.DOCUMENT, BatchConfig.Order.RANDOM)));
        assertThat(Records.toYaml(set)).contains("split: line", "packing: document", "order: random");
    }

    @Test
    void valuesThatMakeNoSenseAreRefused() {
        for (var wrong : List.of("corpus.split=word", "dataset.validation=1.5", "batch.rows=0", "corpus.pieceChars=0", "corpus.fields=x")) {
            assertThatThrownBy(() -> Records.read(DEFAULTS, null, List.of(wrong))).as(wrong).isInstanceOf(UserError.class);
        }
    }
}
