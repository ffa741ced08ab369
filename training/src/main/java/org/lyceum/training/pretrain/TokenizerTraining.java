package org.lyceum.training.pretrain;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.UserError;
import org.lyceum.text.corpus.Corpus;
import org.lyceum.text.corpus.Document;
import org.lyceum.text.tokenizer.BytePairTrainer;
import org.lyceum.text.tokenizer.CharacterTokenizer;
import org.lyceum.text.tokenizer.Tokenizer;
import org.lyceum.training.Checkpoints;
import org.lyceum.training.pretrain.PretrainConfig.TokenizerChoice;

/** The tokenizer of a run: that of the checkpoint it goes on from, the one that the configuration names, or a new one. */
final class TokenizerTraining {
    private TokenizerTraining() {
    }

    static Tokenizer of(TokenizerChoice choice, Corpus corpus, Path runFolder, @Nullable Path from, Consumer<String> say) {
        var tokenizer = from != null
                ? Checkpoints.reading(from, () -> Tokenizer.load(from))
                : choice.path() != null
                        ? Tokenizer.load(Path.of(choice.path()))
                        : train(choice, corpus, say);
        if (tokenizer.endOfText().isEmpty()) {
            throw new UserError(
                    "The tokenizer has no end-of-text token to put between documents; use one with an eos_token, or let the run "
                            + "train its own.");
        }
        tokenizer.save(runFolder);
        return tokenizer;
    }

    private static Tokenizer train(TokenizerChoice choice, Corpus corpus, Consumer<String> say) {
        Iterable<String> texts = () -> corpus.stream().map(Document::text).iterator();
        return switch (choice.kind()) {
            case BPE -> {
                say.accept("training a byte-level BPE tokenizer of " + choice.vocabularySize() + " tokens");
                yield BytePairTrainer.of(choice.vocabularySize()).train(texts);
            }
            case CHARACTER -> CharacterTokenizer.of(texts, List.of(BytePairTrainer.END_OF_TEXT));
        };
    }
}
