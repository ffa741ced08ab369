package org.lyceum.study.sentiment;

import java.nio.file.Path;
import java.util.Arrays;
import org.lyceum.models.Encoder;
import org.lyceum.models.Initialisation;
import org.lyceum.models.classifiers.EncoderClassifier;
import org.lyceum.models.heads.HeadedEncoder;
import org.lyceum.models.heads.SequenceHead;
import org.lyceum.models.hub.PulledModels;
import org.lyceum.models.huggingface.EncoderFolder;
import org.lyceum.text.tokenizer.Tokenizer;

/**
 * An encoder that was pretrained on other text, fine-tuned whole (Devlin et al. 2019, section 3.2); the mean of its states under a linear layer
 * that begins at random.
 *
 * @param path of its folder
 * @param number among the models that are fine-tuned, from 0
 */
record PretrainedRung(SentimentConfig.Pretrained config, String path, int number) implements Rung {
    @Override
    public String key() {
        return number == 0 ? "pretrained" : "pretrained" + (number + 1);
    }

    @Override
    public String title() {
        return "Fine-tuned " + Path.of(path).getFileName();
    }

    @Override
    public boolean random() {
        return true;
    }

    @Override
    public void check(SentimentData data) {
        EncoderFolder.readConfig(PulledModels.locate(Path.of(path)));
    }

    @Override
    public Climb climb(SentimentData data, long seed) {
        var folder = PulledModels.locate(Path.of(path));
        var tokenizer = Tokenizer.load(folder);
        var encoder = new Encoder(EncoderFolder.readConfig(folder), config.dtype());
        EncoderFolder.load(folder, encoder);
        var head = new SequenceHead(encoder, SequenceHead.Pooling.MEAN, data.labels());
        Initialisation.ofEncoder(head.parameters(), seed);
        var frame = tokenizer.frame();
        int room = Math.min(config.maxTokens(), encoder.config().context()) - frame.before().length - frame.after().length;
        return new SentenceTraining(config.learning()).climb(new EncoderClassifier(new HeadedEncoder<>(encoder, head)), data, sentence -> {
            var ids = tokenizer.encode(sentence.text());
            return frame.around(ids.length > room ? Arrays.copyOf(ids, room) : ids);
        }, seed);
    }
}
